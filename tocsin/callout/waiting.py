"""How long an answer is waited for, and from when: quiet hours hold what is not red."""

from __future__ import annotations

from datetime import datetime, timedelta

from django_scopes import scope

from tocsin import clock
from tocsin.accounts.models import Organisation
from tocsin.alerts.models import Level
from tocsin.callout.models import CallOut, Delays
from tocsin.callout.people import nothing_leaves
from tocsin.gate import selectors as gate
from tocsin.gate.holding import quiet_for


def delays(organisation: Organisation) -> Delays:
    """Return how long an organisation waits; unsaved when it never said."""
    with scope(organisation=organisation):
        row: Delays | None = Delays.objects.filter(pk=organisation.pk).first()
    return row or Delays(organisation=organisation)


def between_lines(callout: CallOut) -> timedelta:
    """Return how long one way is given before the next is tried."""
    return timedelta(minutes=delays(callout.organisation).line_minutes)


def for_an_answer(callout: CallOut) -> timedelta:
    """Return how long one person is given before the next is called."""
    own = delays(callout.organisation)
    return timedelta(minutes=own.red_minutes if is_red(callout) else own.answer_minutes)


def is_red(callout: CallOut) -> bool:
    """Return whether quiet hours and people's own hours do not count."""
    return callout.level == Level.RED


def quiet_until(callout: CallOut) -> datetime | None:
    """Return until when messages are held by the quiet hours, None when they leave at once."""
    if is_red(callout) or nothing_leaves():
        return None
    return held_until(callout.organisation)


def held_until(organisation: Organisation) -> datetime | None:
    """Return when the organisation's quiet hours end, None outside them."""
    wait = quiet_for(gate.rules(organisation), organisation.time_zone)
    return None if wait is None else clock.now(organisation) + wait


def heard_from(callout: CallOut) -> datetime:
    """Return the moment from which somebody called now can have heard of it."""
    return quiet_until(callout) or clock.now(callout.organisation)
