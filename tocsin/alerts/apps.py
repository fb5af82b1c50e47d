"""The app `alerts`."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Names the app for Django."""

    name = "tocsin.alerts"
    label = "alerts"
