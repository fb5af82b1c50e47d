"""Handing over: a note is given, kept as it was, and taken by who comes; then who leaves is off."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.crisis import keeping, shifts
from tocsin.crisis.models import Crisis, Handover, Watchkeeper
from tocsin.crisis.people import on_watch
from tocsin.crisis.recording import ChangedMeanwhile, opened, record
from tocsin.crisis.tasks import NotSaid
from tocsin.errors import TocsinError

LONGEST: Final = 40_000


class NotForYou(TocsinError):
    """Who gave a handover note cannot take it: somebody else has to read it."""


def handovers(crisis: Crisis) -> QuerySet[Handover]:
    """Return the notes of a room, newest first."""
    rows: QuerySet[Handover] = crisis.handovers.select_related("given_by", "taken_by", "taker")
    return rows


def last(crisis: Crisis) -> Handover | None:
    """Return the newest note, taken or not."""
    return handovers(crisis).first()


def waiting(crisis: Crisis) -> Handover | None:
    """Return the note that nobody has taken yet."""
    return handovers(crisis).filter(taken_at=None).first()


@transaction.atomic
def give(
    crisis: Crisis,
    actor: User,
    text: str,
    *,
    leaving: Sequence[int] = (),
    taker: User | None = None,
) -> Handover:
    """Give a note: from now on its text stays as it is.

    Parameters
    ----------
    leaving
        Keys of the watchkeepers who go once it is taken.
    taker
        Who is to take over; anybody else when None.

    Raises
    ------
    NotSaid
        When it is empty, or longer than `LONGEST` characters.
    ChangedMeanwhile
        When another note waits to be taken.
    """
    row = opened(crisis)
    words = text.replace("\r\n", "\n").strip()
    if not words or len(words) > LONGEST:
        raise NotSaid(
            _("A handover note has between one and %(most)s characters. Nothing was given.")
            % {"most": LONGEST}
        )
    if waiting(row) is not None:
        raise ChangedMeanwhile(
            _("Another note waits to be taken: it is taken, or taken back, first. Nothing was given.")
        )
    goes = {keeper.pk: keeper.name for keeper in on_watch(row) if keeper.pk in set(leaving)}
    note: Handover = Handover.objects.create(
        crisis=row,
        organisation_id=row.organisation_id,
        text=words,
        sha256=hashlib.sha256(words.encode("utf-8", "replace")).hexdigest(),
        leaving=[{"keeper": pk, "name": name} for pk, name in goes.items()],
        taker=taker,
        given_by=actor,
        given_at=clock.now(row.organisation_id),
    )
    record(
        "crisis.handed_over",
        row,
        actor,
        handover=note.pk,
        sha256=note.sha256,
        leaving=list(goes.values()),
        name=str(taker) if taker is not None else "",
    )
    return note


@transaction.atomic
def take(note: Handover, actor: User) -> Handover:
    """Take over: the actor has read the note and is on; who leaves is off.

    Raises
    ------
    NotForYou
        When the actor gave it.
    ChangedMeanwhile
        When somebody else took it, or it was taken back.
    """
    row = opened(note.crisis_id)
    current = _waiting(note)
    if current.given_by_id == actor.pk:
        raise NotForYou(_("You gave this note: somebody else reads it and takes over."))
    now = clock.now(row.organisation_id)
    current.taken_by, current.taken_at = actor, now
    current.save(update_fields=["taken_by", "taken_at"])
    record("crisis.handover_taken", row, actor, handover=current.pk, sha256=current.sha256)
    goes = {one["keeper"] for one in current.leaving}
    for keeper in on_watch(row):
        if keeper.pk in goes and keeper.user_id != actor.pk:
            keeping.go_off(keeper, actor)
        else:
            shifts.watch(keeper, now)
    keeping.come_on(row, actor)
    return current


@transaction.atomic
def withdraw(note: Handover, actor: User) -> None:
    """Take a note back that nobody has taken; the journal keeps its hash.

    Raises
    ------
    ChangedMeanwhile
        When it was taken meanwhile.
    """
    row = opened(note.crisis_id)
    current = _waiting(note)
    record("crisis.handover_withdrawn", row, actor, handover=current.pk, sha256=current.sha256)
    current.delete()


def as_given(note: Handover) -> bool:
    """Return whether the text is still the one that was given."""
    return hashlib.sha256(note.text.encode("utf-8", "replace")).hexdigest() == note.sha256


def leaving_by_default(crisis: Crisis, actor: User) -> list[Watchkeeper]:
    """Return who goes unless somebody says otherwise: who gives the note."""
    return [keeper for keeper in on_watch(crisis) if keeper.user_id == actor.pk]


def _waiting(note: Handover) -> Handover:
    row: Handover | None = Handover.objects.select_for_update().filter(pk=note.pk, taken_at=None).first()
    if row is None:
        raise ChangedMeanwhile(
            _("Somebody else took over meanwhile, or the note was taken back. Nothing was changed.")
        )
    return row
