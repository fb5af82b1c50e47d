"""Signed links that expire: what lets a person answer with one tap, without signing in.

A token is one word of a text message, so it is short: the expiry in minutes and the data in compact JSON,
packed when that is shorter, after 128 bits of HMAC-SHA-256. The key is derived from the installation's
secret and the purpose, so that a link made for one thing opens no other.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings

from tocsin.clock.time import house_now
from tocsin.errors import TocsinError

MAC_BYTES: Final = 16
LONGEST: Final = 2000
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
_EXPIRY_BYTES: Final = 4
_PLAIN, _PACKED = b"j", b"z"


class LinkForged(TocsinError):
    """The link is not one that was made here for this; nothing was changed."""


class LinkExpired(TocsinError):
    """The link was good and has run out; nothing was changed."""


def sign(purpose: str, data: dict[str, Any], *, lifetime: timedelta) -> str:
    """Return a token that carries `data`, safe in an address, readable until `lifetime` from now.

    Parameters
    ----------
    purpose
        What it is good for, such as ``callout.answer``; a token of one purpose is none of another.
    data
        What JSON can hold; short keys make short links. Whoever has the link can read it.

    Raises
    ------
    ValueError
        When the data is too long for an address, or not what JSON can hold.
    """
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    plain = text.encode("utf-8")
    packed = zlib.compress(plain, 9, wbits=-15)
    held = _PACKED + packed if len(packed) < len(plain) else _PLAIN + plain
    payload = _minutes(house_now() + lifetime).to_bytes(_EXPIRY_BYTES, "big") + held
    token = _encode(_mac(purpose, payload) + payload)
    if len(token) > LONGEST or len(plain) > LONGEST:
        raise ValueError("a link cannot carry that much; store it, and let the link carry its number")
    return token


def read(purpose: str, token: str, *, now: datetime | None = None) -> dict[str, Any]:
    """Return what a token carries.

    Parameters
    ----------
    now
        The present, else that of the house: a link expires by the house's clock.

    Raises
    ------
    LinkForged
        When it was not made here for this purpose, or was changed in the smallest way.
    LinkExpired
        When its time is over.
    """
    raw = _decode(token)
    mac, payload = raw[:MAC_BYTES], raw[MAC_BYTES:]
    if len(payload) <= _EXPIRY_BYTES or not hmac.compare_digest(mac, _mac(purpose, payload)):
        raise LinkForged("this link is not whole, or was not made for this; nothing was changed")
    expiry = int.from_bytes(payload[:_EXPIRY_BYTES], "big")
    if (now or house_now()) >= _EPOCH + timedelta(minutes=expiry):
        raise LinkExpired("this link has run out; nothing was changed, ask for a new one")
    return _unpacked(payload[_EXPIRY_BYTES:])


def absolute(path: str) -> str:
    """Return the public address of a page, or nothing when no `TOCSIN_URL` is set."""
    return f"{settings.URL}{path}" if settings.URL else ""


def _minutes(moment: datetime) -> int:
    """Return the first whole minute at or after a moment: a link never ends early."""
    minutes = -((_EPOCH - moment) // timedelta(minutes=1))
    return min(max(minutes, 0), (1 << 8 * _EXPIRY_BYTES) - 1)


def _mac(purpose: str, payload: bytes) -> bytes:
    secret = hashlib.sha256(f"tocsin.gate.links:{settings.SECRET_KEY}".encode()).digest()
    key = hmac.digest(secret, purpose.encode("utf-8", "surrogatepass"), "sha256")
    return hmac.digest(key, payload, "sha256")[:MAC_BYTES]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _decode(token: str) -> bytes:
    """Return the bytes of a token; only the one way of writing them is taken."""
    if len(token) > LONGEST:
        raise LinkForged("this link is far too long; nothing was changed")
    try:
        ascii_only = token.encode("ascii")
        raw = base64.b64decode(ascii_only + b"=" * (-len(ascii_only) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise LinkForged("this link is not whole; nothing was changed") from error
    if _encode(raw) != token:
        raise LinkForged("this link was changed; nothing was changed here")
    return raw


def _unpacked(held: bytes) -> dict[str, Any]:
    plain = zlib.decompress(held[1:], wbits=-15) if held[:1] == _PACKED else held[1:]
    found: dict[str, Any] = json.loads(plain)
    return found
