"""The app `journal`."""

from importlib import import_module

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Names the app for Django; registers its verbs and its deadlines."""

    name = "tocsin.journal"
    label = "journal"

    def ready(self) -> None:
        """Load what registers itself."""
        import_module("tocsin.journal.own_verbs")
        import_module("tocsin.journal.deadlines")
