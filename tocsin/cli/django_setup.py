"""Loads Django for the commands that need it."""

import os
import secrets
from pathlib import Path

from tocsin.errors import ConfigurationError


def set_up_django() -> None:
    """Load settings and apps; the data folder is made where it is missing.

    Raises
    ------
    ConfigurationError
        When the data folder cannot be made.
    """
    make_data_folder()
    _load()


def set_up_django_to_look() -> None:
    """Load settings and apps without making anything: neither the data folder nor a key in it."""
    if not os.access(_data_folder() / "keys" / "secret", os.R_OK):
        os.environ.setdefault("TOCSIN_SECRET_KEY", secrets.token_urlsafe(50))
    _load()


def make_data_folder() -> None:
    """Make the data folder where it is missing.

    Raises
    ------
    ConfigurationError
        When it cannot be made.
    """
    folder = _data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigurationError(
            f"the data folder {folder} cannot be made: {error.strerror}; nothing was started. "
            "Name another with TOCSIN_DATA or --data."
        ) from error


def _data_folder() -> Path:
    return Path(os.environ.get("TOCSIN_DATA", "data"))


def _load() -> None:
    import django  # noqa: PLC0415 - loaded only by commands that come this far

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")
    django.setup()
