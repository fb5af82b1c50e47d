"""The ways out, and what each still needs before anything can leave by it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

CHANNELS = ("email", "sms", "voice", "push", "matrix", "webhook")
TO = "{to}"


def why_not(channel: str) -> str:
    """Return which setting a channel lacks, in words for a person; nothing when it can send."""
    asked = _MISSING.get(channel)
    return asked() if asked else _("There is no such way out.")


def addresses(configured: str) -> list[str]:
    """Return the Apprise addresses of a setting, which stand apart by spaces or commas."""
    return configured.replace(",", " ").split()


def _email() -> str:
    return "" if settings.EMAIL_URL else _("No mail server: TOCSIN_EMAIL_URL is not set.")


def _sms() -> str:
    return _apprise(settings.SMS_URL, "TOCSIN_SMS_URL", _("No text message service"))


def _voice() -> str:
    return _apprise(settings.VOICE_URL, "TOCSIN_VOICE_URL", _("No telephone service"))


def _apprise(configured: str, setting: str, none: str) -> str:
    found = addresses(configured)
    if not found:
        return _("%(none)s: %(setting)s is not set.") % {"none": none, "setting": setting}
    if any(TO not in address for address in found):
        return _(
            "%(setting)s must say {to} where the number of the person goes; nothing is sent until it does."
        ) % {"setting": setting}
    return ""


def _matrix() -> str:
    if not settings.MATRIX_URL:
        return _("No Matrix account: TOCSIN_MATRIX_URL is not set.")
    if not _is_matrix(settings.MATRIX_URL):
        return _("TOCSIN_MATRIX_URL must be https://token@server/ or https://user:password@server/.")
    return ""


def _is_matrix(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port_is_a_number = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname and parts.username) and port_is_a_number


def _nothing() -> str:
    return ""


_MISSING: dict[str, Callable[[], str]] = {
    "email": _email,
    "sms": _sms,
    "voice": _voice,
    "push": _nothing,
    "matrix": _matrix,
    "webhook": _nothing,
}
