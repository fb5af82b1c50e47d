"""The app `clock`."""

from django.apps import AppConfig


class ClockConfig(AppConfig):
    """Names the app for Django."""

    name = "tocsin.clock"
    label = "clock"
