"""Rows of what leaves: made once by key, held while they change, set on their way."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django_scopes import scope

from tocsin import clock
from tocsin.accounts.models import Organisation
from tocsin.clock import actions as deadlines
from tocsin.clock.models import Deadline, DeadlineState
from tocsin.clock.time import house_now
from tocsin.gate.models import Outgoing
from tocsin.gate.prefixes import beginning_with

HANDLER = "gate.send"


def one_line(subject: str) -> str:
    """Return a subject as a header may carry it: one line, 300 characters at most."""
    return re.sub(r"[ \t\r\n\v\f\x85\u2028\u2029]+", " ", subject).strip(" ")[:300]


def once(organisation: Organisation, key: str, fields: Mapping[str, object]) -> tuple[Outgoing, bool]:
    """Make a row, or return the one that bears the key, with whether it was made."""
    with scope(organisation=organisation):
        outgoing, made = Outgoing.objects.get_or_create(
            organisation=organisation,
            key=key[:160],
            defaults={**fields, "message_id": _message_id(), "created_at": house_now()},
        )
    return outgoing, made


def _message_id() -> str:
    host = urlsplit(settings.URL).hostname or "tocsin.invalid"
    return f"<{uuid.uuid4()}@{host}>"


def locked(outgoing: Outgoing) -> Outgoing:
    """Return a row as it is now, held until the transaction ends."""
    with scope(organisation=outgoing.organisation_id):
        row: Outgoing = Outgoing.objects.select_for_update().get(pk=outgoing.pk)
    return row


def _deadline_key(outgoing: Outgoing) -> str:
    # A press, or a second sending decided by a person, is a deadline of its own.
    return f"gate.send:{outgoing.pk}:{outgoing.attempts}:{outgoing.pressed_digest[:16]}"


def stop(outgoing: Outgoing) -> None:
    """Cancel its sending, whichever try it waits for."""
    with scope(organisation=outgoing.organisation_id):
        waiting = Deadline.objects.filter(state=DeadlineState.WAITING)
        mine = beginning_with(waiting, f"gate.send:{outgoing.pk}:")
        keys = list(mine.values_list("key", flat=True))
    for key in keys:
        deadlines.cancel(key)


def set_on_its_way(outgoing: Outgoing, lane: str) -> None:
    """Have the clock send a row now."""
    deadlines.set(
        HANDLER,
        clock.now(outgoing.organisation_id),
        organisation=outgoing.organisation,
        key=_deadline_key(outgoing),
        payload={"outgoing": outgoing.pk},
        lane=lane,
    )
