"""The app `listen`."""

from django.apps import AppConfig


class ListenConfig(AppConfig):
    """Names the app for Django."""

    name = "tocsin.listen"
    label = "listen"
