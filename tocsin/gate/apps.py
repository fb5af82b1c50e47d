"""The app `gate`."""

from django.apps import AppConfig


class GateConfig(AppConfig):
    """Names the app for Django."""

    name = "tocsin.gate"
    label = "gate"
