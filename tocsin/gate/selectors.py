"""Questions put to the gate."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django_scopes import scope

from tocsin.accounts.models import Organisation
from tocsin.gate.holding import quiet_for
from tocsin.gate.models import Outgoing, OutgoingState, Rules


def can_send_mail() -> bool:
    """Return whether a mail server is set: without one, notices by e-mail are not even prepared."""
    return bool(settings.EMAIL_URL)


def outgoing(organisation: Organisation) -> QuerySet[Outgoing]:
    """Return everything that left, waits or failed, newest first."""
    with scope(organisation=organisation):
        rows: QuerySet[Outgoing] = Outgoing.objects.all()
    return rows


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
