"""Whom the events of a calendar mean, and what taking them would change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from tocsin.listen.files.names import folded
from tocsin.plan.models import Contact, Means, Shift
from tocsin.plan.rota.events import Event, Person

_STAMP: Final = re.compile(r"\d{8}T\d{6}Z")

Key = tuple[str, str, int]
"""What makes it the same shift when a calendar is read again: event, occurrence, contact."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A shift as a calendar has it."""

    contact: Contact
    role: str
    begins_at: datetime
    ends_at: datetime
    uid: str
    occurrence: str
    note: str

    @property
    def key(self) -> Key:
        """Return what makes it the same shift when the calendar is read again."""
        return self.uid, self.occurrence, self.contact.pk

    def fields(self) -> dict[str, object]:
        """Return what a shift keeps of it besides the key."""
        return {
            "role": self.role,
            "begins_at": self.begins_at,
            "ends_at": self.ends_at,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """What taking a calendar would do.

    Attributes
    ----------
    removed
        Shifts that came from one of these events, which no longer has them.
    same
        How many shifts stand as they are.
    unknown
        Names and addresses of nobody known, with how many events name them.
    nameless
        How many events name nobody at all.
    """

    new: tuple[Wanted, ...]
    changed: tuple[tuple[Shift, Wanted], ...]
    removed: tuple[Shift, ...]
    same: int
    unknown: Mapping[str, int]
    nameless: int


class Directory:
    """Finds contacts by what a calendar says of people."""

    def __init__(self, contacts: Sequence[Contact], told: Mapping[str, Contact] | None = None) -> None:
        """Keep whom each address and name means.

        Parameters
        ----------
        told
            Whom somebody said that a name or an address of the calendar means.
        """
        self._told = told or {}
        self._emails = _emails(contacts)
        by_length = sorted(contacts, key=lambda one: -len(one.name))
        self._names = [(f" {folded(one.name)} ", one) for one in by_length if folded(one.name)]
        self._words = _single_words(contacts)

    def who(self, event: Event) -> tuple[list[Contact], list[str]]:
        """Return whom an event puts on call, and the names of those who are nobody known."""
        if event.attendees:
            found = [(self._person(one), one.name or one.email) for one in event.attendees]
            contacts = [contact for contact, _label in found if contact is not None]
            if contacts:
                unknown = [label for contact, label in found if contact is None and label]
                return _once(contacts), unknown
        contacts = self._titled(event.title)
        organiser = None if contacts else self._person(event.organiser)
        if contacts or organiser is not None:
            return contacts or ([organiser] if organiser else []), []
        named = [one.name or one.email for one in event.attendees] or [event.title]
        return [], [label for label in named if label]

    def _person(self, person: Person) -> Contact | None:
        known = self._told.get(person.name or person.email) or self._emails.get(person.email.casefold())
        if known is not None or not person.name:
            return known
        name = f" {folded(person.name)} "
        return next((contact for own, contact in self._names if own == name), None)

    def _titled(self, title: str) -> list[Contact]:
        """Return who is named in a title: in full, or else by a first or last name that only one bears."""
        if title in self._told:
            return [self._told[title]]
        rest, found = f" {folded(title)} ", []
        for name, contact in self._names:
            if name in rest:
                found.append(contact)
                rest = rest.replace(name, "  ")
        return found or _once(self._words[word] for word in rest.split() if word in self._words)


def proposal(
    events: Iterable[Event],
    directory: Directory,
    standing: Sequence[Shift],
    *,
    roles: Mapping[str, str],
    role: str,
) -> Proposal:
    """Return what taking events would do.

    Parameters
    ----------
    standing
        The shifts that stand in the span that was read.
    roles
        Roles that events may name among their labels: id by folded title.
    role
        Id of the role of events that name none.
    """
    asked = _asked([_own(event) for event in events], directory, roles, role)
    known = {(shift.uid, shift.occurrence, shift.contact_id): shift for shift in standing}
    both = [(known[key], one) for key, one in asked.wanted.items() if key in known]
    changed = tuple((shift, one) for shift, one in both if _differs(shift, one))
    return Proposal(
        new=tuple(one for key, one in asked.wanted.items() if key not in known),
        changed=changed,
        removed=tuple(shift for key, shift in known.items() if asked.no_longer_has(key)),
        same=len(both) - len(changed),
        unknown=asked.unknown,
        nameless=asked.nameless,
    )


@dataclass(slots=True)
class _Asked:
    """What a calendar asks for.

    Attributes
    ----------
    undecided
        Events and occurrences of which nobody known was found: what stands for them stays.
    """

    uids: frozenset[str]
    wanted: dict[Key, Wanted] = field(default_factory=dict)
    undecided: set[tuple[str, str]] = field(default_factory=set)
    unknown: dict[str, int] = field(default_factory=dict)
    nameless: int = 0

    def no_longer_has(self, key: Key) -> bool:
        """Return whether a shift came from one of the events, and is no longer in it."""
        return key not in self.wanted and key[0] in self.uids and key[:2] not in self.undecided


def _asked(events: Sequence[Event], directory: Directory, roles: Mapping[str, str], role: str) -> _Asked:
    asked = _Asked(frozenset(event.uid for event in events))
    for event in events:
        if event.cancelled:
            continue
        contacts, labels = directory.who(event)
        for label in labels:
            asked.unknown[label] = asked.unknown.get(label, 0) + 1
        if not contacts:
            asked.nameless += not labels
            asked.undecided.add((event.uid, event.occurrence))
        named = (roles[folded(label)] for label in event.labels if folded(label) in roles)
        for_role = next(named, role)
        for contact in contacts:
            one = Wanted(
                contact, for_role, event.begins, event.ends, event.uid, event.occurrence, event.title[:200]
            )
            asked.wanted[one.key] = one
    return asked


def _own(event: Event) -> Event:
    """Return an event that was taken out of a rota here under the name it had before."""
    uid, _hash, occurrence = event.uid.rpartition("#")
    if not uid or event.occurrence or not _STAMP.fullmatch(occurrence):
        return event
    return msgspec.structs.replace(event, uid=uid, occurrence=occurrence)


def _differs(shift: Shift, wanted: Wanted) -> bool:
    return any(getattr(shift, name) != value for name, value in wanted.fields().items())


def _emails(contacts: Iterable[Contact]) -> dict[str, Contact]:
    found: dict[str, Contact] = {}
    for contact in contacts:
        if contact.user is not None:
            found.setdefault(contact.user.email.casefold(), contact)
        for line in contact.lines.all():
            if line.means == Means.EMAIL:
                found.setdefault(line.address.casefold(), contact)
    return found


def _single_words(contacts: Iterable[Contact]) -> dict[str, Contact]:
    bearers: dict[str, list[Contact]] = {}
    for contact in contacts:
        for word in set(folded(contact.name).split()):
            bearers.setdefault(word, []).append(contact)
    return {word: who[0] for word, who in bearers.items() if len(who) == 1 and len(word) > 2}


def _once(contacts: Iterable[Contact]) -> list[Contact]:
    return list({contact.pk: contact for contact in contacts}.values())
