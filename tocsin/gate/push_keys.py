"""The key pair with which push services know this installation (VAPID, RFC 8292)."""

from __future__ import annotations

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from tocsin.errors import ConfigurationError


def private_key() -> ec.EllipticCurvePrivateKey:
    """Return the private key, made in the data folder the first time and readable by this user alone.

    Raises
    ------
    ConfigurationError
        When the file holds no such key.
    """
    path = _path()
    if not path.exists():
        _make(path)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise ConfigurationError(_unusable(path)) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ConfigurationError(_unusable(path))
    return key


def is_made() -> bool:
    """Return whether the key was ever needed."""
    return _path().exists()


def application_key() -> str:
    """Return the public key as browsers want it (base64url): subscriptions are good for it alone."""
    point = private_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return encoded(point)


def encoded(raw: bytes) -> str:
    """Return bytes in base64url without padding, as Web Push writes them."""
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def decoded(text: str) -> bytes:
    """Return the bytes of base64url text, padded or not.

    Raises
    ------
    ValueError
        When it is not base64url.
    """
    stripped = text.rstrip("=").encode("ascii")
    return base64.b64decode(stripped + b"=" * (-len(stripped) % 4), altchars=b"-_", validate=True)


def _make(path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    with suppress(FileExistsError):  # another process made it at the same moment: its key counts
        os.link(draft, path)
    draft.unlink()


def _path() -> Path:
    return Path(settings.DATA) / "keys" / "push"


def _unusable(path: Path) -> str:
    return f"the file {path} holds no key for push; remove it to have a new one made, and subscribe again"
