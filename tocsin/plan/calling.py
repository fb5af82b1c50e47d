"""Who is called for a role, in which order, by which line, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tocsin.accounts.models import Organisation
from tocsin.plan import hours, roster, selectors
from tocsin.plan.models import Contact, Line, Plan, Seat, Shift

ON_CALL: Final = "on_call"
SEAT: Final = "seat"
DEPUTY: Final = "deputy"
DECIDES: Final = "decides"


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody who is called.

    Attributes
    ----------
    contact
        With their lines, read already.
    why
        ``on_call``: the rota names them at that moment; ``seat``: they hold the role; ``deputy``: they stand
        in for who was called before; ``decides``: they decide in the scenario.
    """

    contact: Contact
    why: str


def order(plan: Plan, role: str, at: datetime) -> list[Callee]:
    """Return who is called for a role, first who is called first, each contact once.

    Who is on call comes first (for the role, then for the whole team), then who holds the role, by rank, then
    the deputies of each. Who said that they no longer do this comes after everybody else.

    Parameters
    ----------
    role
        Id of a role of the plan.
    at
        Moment of the call.
    """
    return orders(plan, [role], at)[role]


def orders(plan: Plan, roles: Iterable[str], at: datetime) -> dict[str, list[Callee]]:
    """Return the order of call of several roles, in as many queries as for one."""
    contacts = {contact.pk: contact for contact in selectors.contacts(plan.organisation)}
    shifts = on_call(plan, at)
    seats: dict[str, list[Seat]] = {}
    for seat in plan.seats.all():
        seats.setdefault(seat.role, []).append(seat)
    return {role: _order(role, shifts, seats.get(role, ()), contacts) for role in roles}


def deciders(plan: Plan, role: str, at: datetime) -> list[Callee]:
    """Return who decides, first who is called first.

    Parameters
    ----------
    role
        Id of the role that decides in the scenario (``Scenario.decides``); nobody when empty.
    """
    return [Callee(callee.contact, DECIDES) for callee in order(plan, role, at)] if role else []


def on_call(plan: Plan, at: datetime) -> list[Shift]:
    """Return the shifts that cover a moment, first those that began first."""
    covering = plan.shifts.filter(begins_at__lte=at, ends_at__gt=at)
    return list(covering.select_related("contact").order_by("begins_at", "pk"))


def reachable(contact: Contact, at: datetime) -> bool:
    """Return whether a contact can be called at a moment, by their hours in their own time zone."""
    return hours.open_at(contact.hours, zone_of(contact), at)


def reachable_from(contact: Contact, at: datetime) -> datetime:
    """Return the next moment, not before the given one, at which a contact can be called."""
    return hours.opens_at(contact.hours, zone_of(contact), at)


def zone_of(contact: Contact) -> ZoneInfo:
    """Return the time zone of a contact, or else that of their organisation."""
    return _zone(contact.time_zone, contact.organisation.time_zone)


def zone_of_organisation(organisation: Organisation) -> ZoneInfo:
    """Return the time zone of an organisation, in which its rota is written."""
    return _zone(organisation.time_zone)


def lines(contact: Contact) -> list[Line]:
    """Return how a contact is reached, in the order in which it is tried: what somebody doubts comes last."""
    return roster.in_order(contact.lines.all())


def _zone(*names: str) -> ZoneInfo:
    for name in names:
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            continue  # none, or one that this machine no longer knows
    return ZoneInfo("UTC")


def _order(
    role: str, shifts: Sequence[Shift], seats: Sequence[Seat], contacts: Mapping[int, Contact]
) -> list[Callee]:
    found: dict[int, Callee] = {}
    for callee in _called(role, shifts, seats, contacts):
        found.setdefault(callee.contact.pk, callee)
    return sorted(found.values(), key=lambda callee: callee.contact.left_at is not None)


def _called(
    role: str, shifts: Sequence[Shift], seats: Sequence[Seat], contacts: Mapping[int, Contact]
) -> Iterator[Callee]:
    """Yield who is called, some of them more than once."""
    on_duty = [shift for wanted in (role, "") for shift in shifts if shift.role == wanted]
    first = [Callee(contacts[shift.contact_id], ON_CALL) for shift in on_duty]
    first += [Callee(contacts[seat.contact_id], SEAT) for seat in seats]
    yield from first
    for callee in first:
        for deputy in roster.deputies(callee.contact, contacts):
            yield Callee(deputy, DEPUTY)
