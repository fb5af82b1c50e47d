"""The app `crisis`."""

from importlib import import_module

from django.apps import AppConfig


class CrisisConfig(AppConfig):
    """Names the app for Django; registers its verbs, notices and deadlines."""

    name = "tocsin.crisis"
    label = "crisis"

    def ready(self) -> None:
        """Load what registers itself."""
        import_module("tocsin.crisis.verbs")
        import_module("tocsin.crisis.notices")
        import_module("tocsin.crisis.deadlines")
        import_module("tocsin.crisis.following")
        import_module("tocsin.crisis.verbs_record")
        import_module("tocsin.crisis.notices_record")
        import_module("tocsin.crisis.deadlines_record")
