"""Tokens of the HTTP API: what they look like, and how they are found again without being kept."""

import hashlib
import secrets
from typing import Final

PREFIX: Final = "tocsin_"


def new_token() -> str:
    """Return a token that nobody can guess; its prefix lets scanners of leaked secrets recognise it."""
    return PREFIX + secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Return what is kept of a token.

    Notes
    -----
    A fast hash is enough: a token has 256 bits of chance, so there is nothing to guess.
    """
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
