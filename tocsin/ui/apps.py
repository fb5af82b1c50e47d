"""The app `ui`."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Names the app for Django."""

    name = "tocsin.ui"
    label = "ui"
