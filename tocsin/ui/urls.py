"""Addresses of what every page uses."""

from django.urls import path

from tocsin.ui import views

app_name = "ui"
urlpatterns = [
    path("around/", views.around, name="around"),
    path("palette/", views.palette, name="palette"),
    path("language/", views.choose_language, name="language"),
]
