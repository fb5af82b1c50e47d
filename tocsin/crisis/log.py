"""The log of a room: a line is typed, and corrected by another line, never overwritten."""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.accounts import selectors as accounts
from tocsin.accounts.models import User
from tocsin.crisis import facts, keeping, questions
from tocsin.crisis.commands import CALL, DECISION, FACT, MESSAGE, NOTE, QUESTION, Typed, cleaned, plain, read
from tocsin.crisis.lines import CORRECTABLE, Line, lines
from tocsin.crisis.models import Crisis, FactState, Watchkeeper
from tocsin.crisis.recording import ChangedMeanwhile, opened, record, target_of
from tocsin.crisis.tasks import NotSaid
from tocsin.errors import TocsinError
from tocsin.journal.models import Entry
from tocsin.plan.models import Contact

__all__ = ["CORRECTABLE", "LONGEST", "Line", "NotThere", "correct", "lines", "write"]

LONGEST = 4000
Found = TypeVar("Found")
VERBS = {
    NOTE: "crisis.noted",
    DECISION: "crisis.decided",
    CALL: "crisis.call_noted",
    MESSAGE: "crisis.message_noted",
}


class NotThere(TocsinError):
    """Somebody who goes off was not on, or who comes on is; nothing was written."""


@transaction.atomic
def write(crisis: Crisis, actor: User, line: str) -> Entry:
    """Add a typed line to the log; commands make decisions, facts, questions and comings of it.

    Raises
    ------
    NotSaid
        When it says nothing, or too much: nothing was written.
    RoomClosed
        When the room is closed.
    """
    typed = read(line)
    if len(typed.text) > LONGEST:
        raise NotSaid(
            _("This line is too long: %(length)d characters, and %(most)d at most. Nothing was written.")
            % {"length": len(typed.text), "most": LONGEST}
        )
    if typed.kind == FACT:
        state = typed.state or FactState.UNCONFIRMED
        return facts.add(crisis, actor, typed.text, state=state, source=typed.source, name=typed.name)[1]
    if typed.kind == QUESTION:
        return questions.ask(crisis, actor, typed.text)[1]
    if typed.kind in VERBS:
        if not typed.text:
            raise NotSaid(_("Write what happened after the command. Nothing was written."))
        return record(VERBS[typed.kind], opened(crisis), actor, text=typed.text)
    return _came_or_went(crisis, actor, typed)


@transaction.atomic
def correct(crisis: Crisis, entry: Entry, actor: User, text: str) -> Entry:
    """Add what is right about an earlier line; both are kept.

    Raises
    ------
    NotSaid
        When it says nothing, or too much.
    ChangedMeanwhile
        When the line is not one of this room that people typed.
    """
    row = opened(crisis)
    if entry.target != target_of(row) or entry.verb not in CORRECTABLE:
        raise ChangedMeanwhile(_("Only lines that people typed into this log can be corrected."))
    said = cleaned(text)
    if not said or len(said) > LONGEST:
        raise NotSaid(_("Write what is right, in %(most)d characters at most.") % {"most": LONGEST})
    return record("crisis.corrected", row, actor, corrects=entry.sequence, text=said)


def _came_or_went(crisis: Crisis, actor: User, typed: Typed) -> Entry:
    """Note who comes on or goes off; the entry is that of the coming or going."""
    row = opened(crisis)
    keeper = _named(row, actor, typed)
    who = actor if typed.themself else typed.text
    if typed.goes and keeper is None:
        raise NotThere(_("%(name)s is not on. Nothing was written.") % {"name": who})
    if not typed.goes and keeper is not None:
        raise NotThere(_("%(name)s is on already. Nothing was written.") % {"name": keeper.name})
    if keeper is not None:
        keeping.go_off(keeper, actor)
    else:
        _come_on(row, actor, typed)
    # the room is ours until the transaction ends: its last entry is the one just made
    mine = Entry.objects.filter(organisation=row.organisation_id, target=target_of(row))
    entry: Entry = mine.select_related("payload").latest("sequence")
    return entry


def _come_on(crisis: Crisis, actor: User, typed: Typed) -> None:
    if typed.themself:
        keeping.come_on(crisis, actor)
        return
    wanted = plain(typed.text)
    contacts = Contact.objects.filter(organisation=crisis.organisation_id).select_related("user")
    contact = _only([one for one in contacts if _fits(one.name, wanted)])
    members = accounts.members(crisis.organisation).filter(user__is_active=True)
    member = None if contact else _only([one.user for one in members if _fits(one.user.name, wanted)])
    if contact is not None or member is not None:
        keeping.come_on(crisis, actor, contact=contact, user=member)
    else:
        keeping.come_on(crisis, actor, name=typed.text)


def _named(crisis: Crisis, actor: User, typed: Typed) -> Watchkeeper | None:
    """Return who is on and meant by a line."""
    if typed.themself:
        return keeping.keeper_of(crisis, actor)
    wanted = plain(typed.text)
    running = crisis.watchkeepers.filter(ended_at=None)
    return _only([one for one in running if _fits(one.name, wanted)])


def _fits(name: str, wanted: str) -> bool:
    """Return whether a name is meant: whole, or by one of its words."""
    return plain(name) == wanted or wanted in plain(name).split()


def _only(found: list[Found]) -> Found | None:
    """Return what is found once; a name that two bear names nobody."""
    return found[0] if len(found) == 1 else None
