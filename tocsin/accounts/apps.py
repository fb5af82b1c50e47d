"""The app `accounts`."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Names the app for Django; registers its verbs and notices."""

    name = "tocsin.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Load what registers itself."""
        import_module("tocsin.accounts.verbs")
        import_module("tocsin.accounts.notices")
