"""The key that signs heads, kept outside the database so that who holds the one lacks the other."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from tocsin.errors import ConfigurationError


def key_path() -> Path:
    """Return where the key is: `TOCSIN_JOURNAL_KEY`, or the data folder."""
    return Path(settings.JOURNAL_KEY or Path(settings.DATA) / "keys" / "journal.ed25519")


def signing_key() -> Ed25519PrivateKey:
    """Return the key, making it the first time."""
    path = key_path()
    if not path.exists():
        _make(path)
    return _load(path)


def public_key() -> Ed25519PublicKey | None:
    """Return the key that checks signatures, or None where there is no key: checking never makes one."""
    path = key_path()
    return _load(path).public_key() if path.exists() else None


def is_signed(key: Ed25519PublicKey, signature: str, message: bytes) -> bool:
    """Return whether the hexadecimal signature is this key's on this message."""
    try:
        key.verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # never over a key that another process made at the same moment
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _load(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"the journal's key {path} cannot be read ({error}); the journal itself is kept, its heads stay "
            "unsigned. Restore the key from its backup."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(f"the journal's key {path} is not Ed25519; restore it from its backup")
    return key
