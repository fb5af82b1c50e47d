"""The ASGI application that `tocsin web` serves."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")
django.setup(set_prefix=False)

from tocsin.ui.handling import Handler  # noqa: E402 - models exist only once Django is set up

application = Handler()
