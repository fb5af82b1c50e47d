"""Questions put to the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q, QuerySet
from django_scopes import scope

from tocsin.accounts.models import Organisation
from tocsin.gate import ways
from tocsin.gate.holding import quiet_for
from tocsin.gate.models import Hook, Outgoing, OutgoingState, Rules
from tocsin.gate.prefixes import beginning_with

if TYPE_CHECKING:
    from tocsin.watch.models import Brand


def can_send_mail() -> bool:
    """Return whether a mail server is set: without one, notices by e-mail are not even prepared."""
    return bool(settings.EMAIL_URL)


def can_send(channel: str) -> bool:
    """Return whether a channel is set up: one of `tocsin.gate.ways.CHANNELS`."""
    return not ways.why_not(channel)


def why_not(channel: str) -> str:
    """Return which setting a channel lacks, in words for a person; nothing when it can send."""
    return ways.why_not(channel)


def outgoing(organisation: Organisation) -> QuerySet[Outgoing]:
    """Return everything that left, waits or failed, newest first."""
    with scope(organisation=organisation):
        rows: QuerySet[Outgoing] = Outgoing.objects.all()
    return rows


def outgoing_of(organisation: Organisation, prefix: str) -> QuerySet[Outgoing]:
    """Return the messages whose key begins with `prefix`, newest first: what became of each."""
    return beginning_with(outgoing(organisation), prefix)


def troubled(organisation: Organisation) -> QuerySet[Outgoing]:
    """Return what failed, or of which nobody knows whether it left: a person must look."""
    return outgoing(organisation).filter(state__in=[OutgoingState.FAILED, OutgoingState.UNKNOWN])


def untroubled(organisation: Organisation) -> QuerySet[Outgoing]:
    """Return what left, leaves or waits, newest first."""
    return outgoing(organisation).exclude(state__in=[OutgoingState.FAILED, OutgoingState.UNKNOWN])


def unknown(organisation: Organisation) -> QuerySet[Outgoing]:
    """Return what may have left, or not: only who was to receive it can tell."""
    return outgoing(organisation).filter(state=OutgoingState.UNKNOWN)


def held_by_quiet_hours(organisation: Organisation) -> bool:
    """Return whether notices wait for the end of the quiet hours just now."""
    return quiet_for(rules(organisation), organisation.time_zone) is not None


def rules(organisation: Organisation) -> Rules:
    """Return what the gate holds back; unsaved when nothing was ever set."""
    with scope(organisation=organisation):
        row: Rules | None = Rules.objects.filter(pk=organisation.pk).first()
    return row or Rules(organisation=organisation)


def all_hooks(organisation: Organisation) -> QuerySet[Hook]:
    """Return every hook, by name, also those that are not called at present."""
    with scope(organisation=organisation):
        rows: QuerySet[Hook] = Hook.objects.select_related("brand")
    return rows


def hooks(organisation: Organisation, brand: Brand | None = None) -> QuerySet[Hook]:
    """Return the hooks that are called, by name; with a brand, those of that brand and of all."""
    with scope(organisation=organisation):
        rows: QuerySet[Hook] = Hook.objects.filter(active=True)
    return rows.filter(Q(brand=None) | Q(brand=brand)) if brand is not None else rows
