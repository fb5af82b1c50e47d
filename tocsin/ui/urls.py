"""Addresses of what every page uses."""

from django.urls import path

from tocsin.ui import installed, views

app_name = "ui"
urlpatterns = [
    path("sw.js", installed.worker, name="worker"),
    path("manifest.webmanifest", installed.manifest, name="manifest"),
    path("around/", views.around, name="around"),
    path("palette/", views.palette, name="palette"),
    path("language/", views.choose_language, name="language"),
]
