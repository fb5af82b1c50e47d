"""The one-time token of the set-up page: only its hash is kept, in the data folder."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings

from tocsin.accounts.models import User


def is_set_up() -> bool:
    """Return whether anybody has an account: from then on no token opens the set-up page."""
    return User.objects.exists()


def new_token() -> str:
    """Make a token, which replaces the one before, and return it: it is shown once and kept nowhere."""
    token = secrets.token_urlsafe(24)
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(_hash(token))
    draft.replace(path)
    return token


def is_valid(token: str) -> bool:
    """Return whether the token opens the set-up page: it is the last one made, and nobody has an account."""
    path = _path()
    if is_set_up() or not path.exists():
        return False
    return hmac.compare_digest(path.read_text(), _hash(token))


def spend() -> None:
    """Forget the token."""
    _path().unlink(missing_ok=True)


def link(token: str) -> str:
    """Return the address of the set-up page, on `TOCSIN_URL` or where the web process listens."""
    return f"{settings.URL or local_address()}/setup/{token}/"


def local_address() -> str:
    """Return where the web process listens, as a browser on the same machine reaches it."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
    host = everywhere.get(settings.HOST, settings.HOST)
    return f"http://[{host}]:{settings.PORT}" if ":" in host else f"http://{host}:{settings.PORT}"


def _path() -> Path:
    return Path(settings.DATA) / "keys" / "setup"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
