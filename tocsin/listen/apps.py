"""The app `listen`."""

from importlib import import_module

from django.apps import AppConfig


class ListenConfig(AppConfig):
    """Names the app for Django; registers its verbs."""

    name = "tocsin.listen"
    label = "listen"

    def ready(self) -> None:
        """Load what registers itself."""
        import_module("tocsin.listen.verbs")
        import_module("tocsin.listen.deadlines")
