"""How call-outs are changed: one at a time each, and in the journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django_scopes import scope

from tocsin.accounts.models import User
from tocsin.callout.models import Call, CallOut
from tocsin.journal import actions as journal

_AT_HAND = ("organisation", "brand", "plan", "version", "alert", "launched_by")


@contextmanager
def alone_with(callout: CallOut | int, organisation: int) -> Iterator[CallOut]:
    """Yield a call-out as it is now, which nobody else changes until the end of the transaction."""
    pk = callout if isinstance(callout, int) else callout.pk
    with transaction.atomic(), scope(organisation=organisation):
        # Of the row itself alone: what it names may be missing, and is not changed here.
        yield CallOut.objects.select_for_update(of=("self",)).select_related(*_AT_HAND).get(pk=pk)


def fresh(call: Call) -> Call:
    """Return a call as it is now; asked after `alone_with`, it stays so."""
    row: Call = Call.objects.select_related("role_call", "contact__user", "user", "joins").get(pk=call.pk)
    row.organisation = call.organisation
    return row


def record(verb: str, callout: CallOut, actor: User | None, **data: object) -> None:
    """Add an entry to the journal, found under the call-out."""
    journal.record(
        verb,
        actor=actor,
        organisation=callout.organisation_id,
        target=f"callout.callout:{callout.pk}",
        data={"brand": callout.brand.name, "scenario": callout.title, **data},
    )
