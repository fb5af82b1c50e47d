"""The app `alerts`."""

from importlib import import_module

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Names the app for Django; registers its verbs, notices and deadlines."""

    name = "tocsin.alerts"
    label = "alerts"

    def ready(self) -> None:
        """Load what registers itself."""
        import_module("tocsin.alerts.verbs")
        import_module("tocsin.alerts.notices")
        import_module("tocsin.alerts.deadlines")
