"""How people are shown: how they are reached, since when that is sure, their roles, who follows them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import quote

import phonenumbers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.plan.document.structure import Document, Role, said
from tocsin.plan.models import Contact, Line, Means, Plan, Seat
from tocsin.plan.readiness import STALE

_LINKS: Final = {Means.EMAIL: "mailto:", Means.SMS: "tel:", Means.VOICE: "tel:", Means.MATRIX: "matrix:u/"}
_PHONE: Final = (Means.SMS, Means.VOICE)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A way to reach somebody, as a page shows it.

    Attributes
    ----------
    link
        What a phone opens at a touch.
    sure
        Whether it was confirmed lately, and nobody doubts it.
    age
        Since when it is sure, or that it is not, in words.
    """

    row: Line
    words: str
    link: str
    sure: bool
    age: str


@dataclass(frozen=True, slots=True)
class ShownContact:
    """A contact as the list shows them: the line that is tried first, and the roles they hold."""

    row: Contact
    lines: Sequence[ShownLine]
    roles: Sequence[tuple[Plan, str]] = ()

    @property
    def first(self) -> ShownLine | None:
        """Return the line that is tried first, None when there is no way to reach them."""
        return self.lines[0] if self.lines else None


@dataclass(frozen=True, slots=True)
class ShownSeat:
    """Who holds a role, and who is called when they do not answer."""

    row: Seat
    who: ShownContact
    deputies: Sequence[Contact] = ()


@dataclass(frozen=True, slots=True)
class ShownRole:
    """A role with its task, who holds it in the order in which they are called, and what it lacks.

    Attributes
    ----------
    chain
        Everybody who is called, one after the other: who holds the role, then their deputies.
    known
        Whether the plan still speaks of the role.
    """

    name: str
    title: str
    task: str = ""
    seats: Sequence[ShownSeat] = ()
    chain: Sequence[Contact] = ()
    lacks: Sequence[str] = ()
    known: bool = True


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Return lines in the order in which they are tried: those that somebody doubts come last."""
    return sorted(lines, key=lambda line: (line.doubted_at is not None, line.rank, line.pk))


def shown_line(line: Line, now: datetime) -> ShownLine:
    """Return a line with its link and its age."""
    if line.doubted_at is not None:
        age, sure = _("said to be wrong"), False
    elif line.confirmed_at is None:
        age, sure = _("never confirmed"), False
    else:
        age, sure = confirmed(line.confirmed_at, now), line.confirmed_at >= now - STALE
    link = _LINKS[Means(line.means)] + quote(line.address.removeprefix("@"), safe="@+:")
    return ShownLine(line, written(line), link, sure, age)


def written(line: Line) -> str:
    """Return an address as people read it: a number in groups, with its country."""
    return _number(line, phonenumbers.PhoneNumberFormat.INTERNATIONAL).replace(" ", "\u00a0")


def _number(line: Line, form: int) -> str:
    if line.means not in _PHONE:
        return line.address
    try:
        return phonenumbers.format_number(phonenumbers.parse(line.address), form)
    except phonenumbers.NumberParseException:
        return line.address


def confirmed(when: datetime, now: datetime) -> str:
    """Say how long ago an address was confirmed, in days, months or years."""
    days = max(0, (now - when).days)
    if days == 0:
        return _("confirmed today")
    if days < 60:
        return ngettext("confirmed %(n)d day ago", "confirmed %(n)d days ago", days) % {"n": days}
    if days < 730:
        months = days // 30
        return ngettext("confirmed %(n)d month ago", "confirmed %(n)d months ago", months) % {"n": months}
    years = days // 365
    return ngettext("confirmed %(n)d year ago", "confirmed %(n)d years ago", years) % {"n": years}


def shown_contact(
    contact: Contact, now: datetime, titles: Mapping[tuple[int, str], str] | None = None
) -> ShownContact:
    """Return a contact with their lines and, where titles of roles are given, the roles they hold."""
    lines = [shown_line(line, now) for line in in_order(contact.lines.all())]
    roles = (
        []
        if titles is None
        else [(seat.plan, titles.get((seat.plan_id, seat.role)) or seat.role) for seat in contact.seats.all()]
    )
    return ShownContact(contact, lines, roles)


def fitting(contacts: Iterable[ShownContact], words: str, side: str = "") -> list[ShownContact]:
    """Return the contacts of a side in whom each word is found: name, function, company, roles, addresses."""
    wanted = _plain(words).split()
    return [
        contact
        for contact in contacts
        if (not side or contact.row.side == side) and (not wanted or _fits(_searched(contact), wanted))
    ]


def roles_of(
    documents: Sequence[Document],
    seats: Mapping[str, Sequence[Seat]],
    contacts: Mapping[int, Contact],
    *,
    now: datetime,
    language: str,
) -> list[ShownRole]:
    """Return every role of a plan in the order of its documents, then those that only people still hold."""
    roles: dict[str, Role] = {}
    for document in documents:
        for role in document.roles:
            roles.setdefault(role.id, role)
    names = [*roles, *(name for name in seats if name not in roles)]
    return [
        _titled(_held(name, seats.get(name, ()), contacts, now), roles.get(name), language) for name in names
    ]


def deputies(contact: Contact, contacts: Mapping[int, Contact]) -> list[Contact]:
    """Return who is called after a contact, one after the other."""
    found: list[Contact] = []
    seen = {contact.pk}
    step = contacts.get(contact.deputy_id or 0)
    while step is not None and step.pk not in seen:
        found.append(step)
        seen.add(step.pk)
        step = contacts.get(step.deputy_id or 0)
    return found


def _held(name: str, seats: Sequence[Seat], contacts: Mapping[int, Contact], now: datetime) -> ShownRole:
    shown = [
        ShownSeat(seat, shown_contact(who, now), deputies(who, contacts))
        for seat, who in ((seat, contacts.get(seat.contact_id, seat.contact)) for seat in seats)
    ]
    called = [seat.who.row for seat in shown] + [deputy for seat in shown for deputy in seat.deputies]
    chain = {contact.pk: contact for contact in called}
    return ShownRole(name, title=name, seats=shown, chain=list(chain.values()), known=False)


def _titled(held: ShownRole, role: Role | None, language: str) -> ShownRole:
    if role is None:
        return held
    title, task = said(role.title, language), said(role.task, language)
    return replace(held, title=title, task=task, lacks=_lacks(held.seats), known=True)


def _lacks(seats: Sequence[ShownSeat]) -> list[str]:
    if not seats:
        return [_("Nobody holds this role: tonight, nobody would do it.")]
    lacks = []
    if len(seats) == 1:
        lacks.append(
            _("%(name)s is alone. Give the role to a second person, so that somebody answers.")
            % {"name": seats[0].who.row.name}
        )
    for seat in seats:
        if seat.who.row.left_at is not None:
            lacks.append(
                _("%(name)s said that they no longer do this: give the role to somebody else.")
                % {"name": seat.who.row.name}
            )
        elif seat.who.row.is_former:
            lacks.append(
                _("%(name)s can no longer sign in here: have they left? Confirm the role, or give it on.")
                % {"name": seat.who.row.name}
            )
        elif not seat.who.lines:
            lacks.append(
                _("%(name)s cannot be reached: no number and no address.") % {"name": seat.who.row.name}
            )
        elif all(line.row.means == Means.EMAIL for line in seat.who.lines):
            lacks.append(
                _("%(name)s can be reached by e-mail only: add a phone number.") % {"name": seat.who.row.name}
            )
        elif not any(line.sure for line in seat.who.lines):
            lacks.append(
                _("Nobody has confirmed lately how %(name)s is reached: try, and say whether it is right.")
                % {"name": seat.who.row.name}
            )
    return lacks


def _fits(text: str, wanted: Sequence[str]) -> bool:
    return all(word in text for word in wanted)


def _searched(contact: ShownContact) -> str:
    row = contact.row
    held = (title for _plan, title in contact.roles)
    home = phonenumbers.PhoneNumberFormat.NATIONAL
    ways = (
        part for line in contact.lines for part in (line.row.address, line.words, _number(line.row, home))
    )
    return _plain(" ".join((row.name, row.function, row.company, row.note, *held, *ways)))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in decomposed if not unicodedata.combining(one))
