"""The addresses at which somebody answers who is asked whether a line is still theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.urls import reverse
from django_scopes import scopes_disabled

from tocsin import clock
from tocsin.gate import links
from tocsin.plan.models import Probe

PURPOSE: Final = "plan.probe"
LIFETIME: Final = timedelta(days=14)
"""How long an answer can be given, and changed."""


def path(probe: Probe) -> str:
    """Return where a probe is answered."""
    return reverse("plan:probe", args=[links.sign(PURPOSE, {"p": probe.pk}, lifetime=LIFETIME)])


def read(token: str) -> Probe | None:
    """Return the probe that a link is about, None when its line was removed meanwhile.

    Raises
    ------
    LinkForged
        When it was not made here.
    LinkExpired
        When its time is over.
    """
    data = links.read(PURPOSE, token)
    with scopes_disabled():
        rows = Probe.objects.select_related("line__contact", "organisation")
        probe: Probe | None = rows.filter(pk=data["p"]).first()
    if probe is not None and probe.expires_at <= clock.now(probe.organisation_id):
        raise links.LinkExpired("this link has run out; nothing was changed")
    return probe
