"""The app `callout`."""

from importlib import import_module

from django.apps import AppConfig


class CallOutConfig(AppConfig):
    """Names the app for Django; registers its verbs, notices and deadlines."""

    name = "tocsin.callout"
    label = "callout"

    def ready(self) -> None:
        """Load what registers itself."""
        import_module("tocsin.callout.verbs")
        import_module("tocsin.callout.notices")
        import_module("tocsin.callout.deadlines")
