"""Secrets that must be known again, such as those that sign calls, kept unreadable in the database."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from tocsin.errors import TocsinError


class Unreadable(TocsinError):
    """A secret was sealed by an installation with another key; it must be made anew."""


def seal(secret: str) -> str:
    """Return a secret as the database may hold it."""
    return _fernet().encrypt(secret.encode("utf-8")).decode("ascii")


def opened(sealed: str) -> str:
    """Return a secret that was sealed here.

    Raises
    ------
    Unreadable
        When the installation's secret key is another one than then.
    """
    try:
        return _fernet().decrypt(sealed.encode("utf-8")).decode("utf-8")
    except InvalidToken as error:
        raise Unreadable(
            "the secret was kept under another key of this installation; make a new one"
        ) from error


def _fernet() -> Fernet:
    key = hashlib.sha256(f"tocsin.gate.sealing:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
