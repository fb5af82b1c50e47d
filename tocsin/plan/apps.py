"""The app `plan`."""

from importlib import import_module

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Names the app for Django; registers its verbs, notices and deadlines."""

    name = "tocsin.plan"
    label = "plan"

    def ready(self) -> None:
        """Load what registers itself."""
        import_module("tocsin.plan.verbs")
        import_module("tocsin.plan.kit.given")
        import_module("tocsin.plan.notices")
        import_module("tocsin.plan.deadlines")
        import_module("tocsin.plan.verbs_offline")
        import_module("tocsin.plan.signing_out")
