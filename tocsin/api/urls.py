"""The addresses of the API."""

from django.urls import path

from tocsin.api.routes import api

urlpatterns = [path("", api.urls)]
