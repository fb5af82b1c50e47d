"""The app `gate`."""

from importlib import import_module

from django.apps import AppConfig


class GateConfig(AppConfig):
    """Names the app for Django; registers its verbs and its deadlines."""

    name = "tocsin.gate"
    label = "gate"

    def ready(self) -> None:
        """Load what registers itself."""
        import_module("tocsin.gate.verbs")
        import_module("tocsin.gate.deadlines")
        import_module("tocsin.gate.own_notices")
        import_module("tocsin.gate.signing_out")
