"""The app `journal`."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Names the app for Django."""

    name = "tocsin.journal"
    label = "journal"
