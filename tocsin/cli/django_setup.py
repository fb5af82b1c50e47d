"""Loads Django for the commands that need it."""

import os
from pathlib import Path

import django

from tocsin.errors import ConfigurationError


def set_up_django() -> None:
    """Load settings and apps; the data folder is made where it is missing.

    Raises
    ------
    ConfigurationError
        When the data folder cannot be made.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")
    folder = Path(os.environ.get("TOCSIN_DATA", "data"))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigurationError(
            f"the data folder {folder} cannot be made: {error.strerror}; nothing was started. "
            "Name another with TOCSIN_DATA or --data."
        ) from error
    django.setup()
