"""Calling a program of the company's, with a signature by which it knows who calls."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from tocsin.clock.time import house_now
from tocsin.gate.addresses import AddressForbidden, checked
from tocsin.gate.channels.base import Never, NotNow, Unknown
from tocsin.gate.channels.http import call, refuse
from tocsin.gate.models import Hook
from tocsin.gate.sealing import Unreadable, opened

if TYPE_CHECKING:
    from tocsin.gate.models import Outgoing

PREFIX = "hook:"


class Webhook:
    """The way out to programs."""

    def open(self, outgoing: Outgoing) -> HookHandover:
        """Find the hook, and sign what it is told."""
        hook = _hook_of(outgoing)
        body = outgoing.body.encode("utf-8")
        try:
            url = checked(hook.url)
            stamp = int(house_now().timestamp())
            headers = {
                "Content-Type": "application/json; charset=utf-8",
                "Idempotency-Key": outgoing.message_id.strip("<>"),
                "Tocsin-Signature": f"t={stamp},v1={signature(opened(hook.secret), stamp, body)}",
            }
        except (AddressForbidden, Unreadable) as error:
            raise Never(str(error)) from error
        return HookHandover(hook, url, headers, body)

    def read_back(self, outgoing: Outgoing) -> bool | None:
        """A program is not asked what it took earlier."""
        return None


class HookHandover:
    """A signed call."""

    def __init__(self, hook: Hook, url: str, headers: dict[str, str], body: bytes) -> None:
        self._hook = hook
        self._url = url
        self._headers = headers
        self._body = body

    def deliver(self) -> str:
        """Call the program; note on the hook what came of it."""
        mine = Hook.objects.filter(pk=self._hook.pk)
        try:
            answer = call("POST", self._url, headers=self._headers, content=self._body)
            refuse(answer, urlsplit(self._url).hostname or "")
        except (NotNow, Never, Unknown) as problem:
            mine.update(last_problem=str(problem)[:500])
            raise
        mine.update(last_ok_at=house_now(), last_problem="")
        return answer.words

    def close(self) -> None:
        """Nothing is kept open."""


def signature(secret: str, stamp: int, body: bytes) -> str:
    """Return the HMAC-SHA-256, in hexadecimal, of ``stamp.body``."""
    return hmac.digest(secret.encode("utf-8"), f"{stamp}.".encode() + body, hashlib.sha256).hex()


def _hook_of(outgoing: Outgoing) -> Hook:
    number = outgoing.addressee.removeprefix(PREFIX)
    found: Hook | None = None
    if outgoing.addressee.startswith(PREFIX) and number.isascii() and number.isdigit() and len(number) < 19:
        found = Hook.objects.filter(pk=int(number), organisation=outgoing.organisation_id).first()
    if found is None:
        raise Never(_("the program was removed from the list"))
    if not found.active:
        raise Never(_("%(name)s is not called at present") % {"name": found.name})
    return found
