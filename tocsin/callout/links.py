"""The link by which somebody answers without signing in."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.urls import reverse
from django_scopes import scopes_disabled

from tocsin.callout.models import Call, CallOut
from tocsin.gate import links

PURPOSE: Final = "callout.answer"
LIFETIME: Final = timedelta(hours=48)
_EVERY_ADDRESS: Final = "tocsin.urls"  # who serves public pages alone writes links to the others too


def token_of(call: Call) -> str:
    """Return what lets one person answer for one call."""
    return links.sign(PURPOSE, {"c": call.pk}, lifetime=LIFETIME)


def answer_link(call: Call) -> str:
    """Return the address of the answer page of a call; nothing when no `TOCSIN_URL` is set."""
    return links.absolute(reverse("callout:answer", _EVERY_ADDRESS, args=[token_of(call)]))


def board_link(callout: CallOut) -> str:
    """Return the address of the board; nothing when no `TOCSIN_URL` is set."""
    return links.absolute(reverse("callout:board", _EVERY_ADDRESS, args=[callout.pk]))


def call_of(token: str) -> Call | None:
    """Return the call that a token is for, None when it is gone.

    Raises
    ------
    LinkForged, LinkExpired
        See `tocsin.gate.links.read`.
    """
    number = int(links.read(PURPOSE, token)["c"])
    with scopes_disabled():
        found: Call | None = (
            Call.objects.select_related("callout__brand", "callout__launched_by", "organisation", "contact")
            .filter(pk=number)
            .first()
        )
    return found
