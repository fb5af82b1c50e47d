"""Addresses of what every page uses."""

from django.urls import path

from tocsin.ui import views

app_name = "ui"
urlpatterns = [
    path("palette/", views.palette, name="palette"),
    path("language/", views.choose_language, name="language"),
]
