"""Asking on a line whether it is still somebody's: at a press, or when it is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tocsin import clock
from tocsin.accounts.models import Organisation, User
from tocsin.clock import actions as deadlines
from tocsin.clock.models import Lane
from tocsin.gate import actions as gate
from tocsin.gate import links as gate_links
from tocsin.gate import selectors as gate_selectors
from tocsin.gate.notices import LANGUAGES
from tocsin.journal import actions as journal
from tocsin.plan import calling, roster
from tocsin.plan.models import Contact, Line, Means, Plan, Probe
from tocsin.plan.probes import links, selectors

LATER: Final = "plan.probe_later"
_AGAIN: Final = timedelta(hours=1)
"""Before which the same line is not asked on again."""


@dataclass(slots=True)
class Asked:
    """What became of asking.

    Attributes
    ----------
    now, later
        On how many lines it is asked now, and in their hours.
    lately
        On how many it was asked within the hour: they are not asked on again.
    unsent
        Means by which nothing can be sent here.
    """

    now: int = 0
    later: int = 0
    lately: int = 0
    unsent: set[str] = field(default_factory=set)


@transaction.atomic
def ask_now(contacts: Iterable[Contact], actor: User) -> Asked:
    """Ask contacts on each of their lines, now or, outside their hours, when these begin.

    Who presses is in the journal; nothing is asked where no link could be answered.
    """
    asked = Asked()
    for contact in contacts:
        now = clock.now(contact.organisation_id)
        for line in askable(contact):
            if not gate_selectors.can_send(line.means):
                asked.unsent.add(line.means)
            elif selectors.last_asked(line) > now - _AGAIN:
                asked.lately += 1
            elif calling.reachable(contact, now):
                ask(line, actor)
                asked.now += 1
            else:
                _ask_later(line, calling.reachable_from(contact, now))
                asked.later += 1
    return asked


def ask_due(organisation: Organisation, *, most: int) -> int:
    """Ask on the lines of an organisation that are due, at most so many; return how many.

    Nothing is asked in quiet hours, nor of anybody outside their own hours: the next run asks then.
    """
    if organisation.is_exercise or not can_be_answered():
        return 0
    if gate_selectors.held_by_quiet_hours(organisation):
        return 0
    now, number = clock.now(organisation), 0
    for line in selectors.due(organisation, now):
        if number == most:
            break
        if gate_selectors.can_send(line.means) and calling.reachable(line.contact, now):
            ask(line, None)
            number += 1
    return number


@transaction.atomic
def ask(line: Line, actor: User | None) -> Probe:
    """Ask on a line whether it is still its contact's."""
    now = clock.now(line.organisation_id)
    probe: Probe = Probe.objects.create(
        organisation_id=line.organisation_id, line=line, asked_at=now, expires_at=now + links.LIFETIME
    )
    gate.notice(
        line.organisation,
        addressee=line.address,
        template="plan.probe",
        context=_context(probe),
        key=f"plan.probe:{probe.pk}",
        language=language_of(line.contact),
        channel=line.means,
        lane=Lane.BULK,
    )
    journal.record(
        "plan.probed",
        actor=actor,
        organisation=line.organisation_id,
        target=f"plan.contact:{line.contact_id}",
        data={"name": line.contact.name, "means": line.means},
    )
    return probe


def ask_in_their_hours(line: Line) -> None:
    """Ask on a line whose hour has come, unless somebody answered or asked meanwhile."""
    now = clock.now(line.organisation_id)
    if not can_be_answered() or selectors.last_asked(line) > now - _AGAIN:
        return
    ask(line, None)


def askable(contact: Contact) -> list[Line]:
    """Return the lines on which a contact is asked: nobody taps in a phone call, so that calls come last."""
    lines = roster.in_order(contact.lines.all())
    tapped = [line for line in lines if line.means != Means.VOICE]
    return tapped or lines


def can_be_answered() -> bool:
    """Return whether links that are sent lead anywhere."""
    return bool(gate_links.absolute("/"))


def language_of(contact: Contact) -> str:
    """Return the language in which a contact is written to."""
    spoken = (language for language in contact.languages if language in LANGUAGES)
    return next(spoken, contact.organisation.language)


def _ask_later(line: Line, when: datetime) -> None:
    deadlines.set(
        LATER,
        when,
        organisation=line.organisation,
        key=f"{LATER}:{line.pk}:{when:%Y%m%d%H%M}",
        payload={"line": line.pk},
        lane=Lane.BULK,
    )


def _context(probe: Probe) -> dict[str, object]:
    contact = probe.line.contact
    plan = Plan.objects.filter(seats__contact=contact).select_related("owner").first()
    return {
        "company": probe.organisation.name,
        "name": contact.name,
        "line": roster.written(probe.line),
        "owner": str(plan.owner) if plan is not None and plan.owner is not None else "",
        "link": gate_links.absolute(links.path(probe)),
        "days": links.LIFETIME.days,
    }
