"""The app `clock`."""

from importlib import import_module

from django.apps import AppConfig


class ClockConfig(AppConfig):
    """Names the app for Django; registers its own deadlines."""

    name = "tocsin.clock"
    label = "clock"

    def ready(self) -> None:
        """Load what registers itself."""
        import_module("tocsin.clock.deadlines")
