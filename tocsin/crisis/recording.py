"""What is written down about a room, and who may still write in it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tocsin.accounts.models import User
from tocsin.crisis.models import Crisis, CrisisState
from tocsin.errors import TocsinError
from tocsin.journal import actions as journal
from tocsin.journal.models import Entry


class RoomClosed(TocsinError):
    """The room is closed: it is read, and nothing is written in it any more."""


class ChangedMeanwhile(TocsinError):
    """Somebody else changed the same thing; nothing of this change was kept."""


def target_of(crisis: Crisis | int) -> str:
    """Return what the journal's entries about a room are about."""
    return f"crisis.crisis:{crisis if isinstance(crisis, int) else crisis.pk}"


def record(verb: str, crisis: Crisis, actor: User | None, **data: object) -> Entry:
    """Record a verb about a room, its tasks or its people: all of it is the room's log."""
    return journal.record(
        verb,
        actor=actor,
        organisation=crisis.organisation_id,
        target=target_of(crisis),
        data=data,
    )


def opened(crisis: Crisis | int) -> Crisis:
    """Return the room as it is now, kept from others until the transaction ends.

    Raises
    ------
    RoomClosed
        When it is closed.
    """
    pk = crisis if isinstance(crisis, int) else crisis.pk
    row: Crisis = (
        Crisis.objects.select_for_update(of=("self",)).select_related("organisation", "brand").get(pk=pk)
    )
    if row.state != CrisisState.OPEN:
        raise RoomClosed(_("The room is closed: nothing was changed. A lead can reopen it."))
    return row


def short(text: str, longest: int) -> str:
    """Return a text no longer than its column, cut with an ellipsis where it must be."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
