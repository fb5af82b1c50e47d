"""The app `watch`."""

from importlib import import_module

from django.apps import AppConfig


class WatchConfig(AppConfig):
    """Names the app for Django; registers its verbs."""

    name = "tocsin.watch"
    label = "watch"

    def ready(self) -> None:
        """Load what registers itself."""
        import_module("tocsin.watch.verbs")
