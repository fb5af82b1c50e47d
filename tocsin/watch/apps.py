"""The app `watch`."""

from django.apps import AppConfig


class WatchConfig(AppConfig):
    """Names the app for Django."""

    name = "tocsin.watch"
    label = "watch"
