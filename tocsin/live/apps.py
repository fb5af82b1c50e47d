"""The app `live`."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Names the app for Django."""

    name = "tocsin.live"
    label = "live"
