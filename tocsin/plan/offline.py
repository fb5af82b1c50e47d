"""What a phone keeps for when systems are down: people, roles, protocols and messages, as plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from django.utils import timezone, translation

from tocsin import __version__, clock
from tocsin.accounts.models import Organisation
from tocsin.plan.document.structure import Document, said
from tocsin.plan.kit import words
from tocsin.plan.kit.people import Person, person
from tocsin.plan.kit.scenarios import scenario
from tocsin.plan.models import Contact, Means, Seat, Shift, Version, VersionState
from tocsin.plan.roster import in_order

Values = dict[str, Any]
AHEAD: Final = timedelta(days=14)
"""How much of the rota a phone knows."""
FORMAT: Final = 1
"""Of what a phone keeps: a page that knows another one asks for the plan anew."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows that a phone keeps, as they stand now, in a language.

    Attributes
    ----------
    language
        Of the words around the plans; each plan comes in every language that it is written in.
    versions
        In force, by brand.
    seats
        Who holds each role, by the plan's key and the role's id, first who is called first.
    """

    organisation: Organisation
    language: str
    versions: Sequence[Version]
    seats: Mapping[int, Mapping[str, Sequence[Seat]]]
    contacts: Sequence[Contact]
    shifts: Sequence[Shift]


def kept(organisation: Organisation, language: str) -> Kept:
    """Read what a phone of a member keeps: as few questions for ten brands as for one."""
    return Kept(
        organisation=organisation,
        language=language,
        versions=_in_force(organisation),
        seats=_seats(organisation),
        contacts=_contacts(organisation),
        shifts=_shifts(organisation),
    )


def name(rows: Kept) -> str:
    """Return a short name that changes with anything that is kept, found without writing it all out.

    The words around are told by Tocsin's own version. The rota is that from today on: it changes each day.
    """
    organisation = rows.organisation
    values = [
        [__version__, FORMAT, rows.language, organisation.name, organisation.time_zone],
        [[row.plan.brand.name, row.number, row.approved_at, row.content] for row in rows.versions],
        [[plan, role, [seat.contact_id for seat in held]] for plan, role, held in _held(rows)],
        [_about(contact) for contact in rows.contacts],
        [[shift.contact_id, shift.begins_at, shift.ends_at] for shift in rows.shifts],
    ]
    return hashlib.sha256(msgspec.json.encode(values)).hexdigest()[:24]


def content(rows: Kept) -> Values:
    """Return everything that a phone keeps.

    Returns
    -------
    dict
        `contacts` by name, each with its ways in the order in which they are tried; `plans` in force, whose
        roles name contacts by their ids; `on_call` from today on.
    """
    with timezone.override(ZoneInfo(rows.organisation.time_zone)), translation.override(rows.language):
        documents = {version.plan_id: version.document for version in rows.versions}
        return {
            "format": FORMAT,
            "organisation": rows.organisation.name,
            "language": rows.language,
            "contacts": [_contact(contact, documents, rows.language) for contact in rows.contacts],
            "plans": [
                _plan(version, documents[version.plan_id], rows.seats.get(version.plan_id, {}))
                for version in rows.versions
            ],
            "on_call": [
                {
                    "contact": shift.contact_id,
                    "from": shift.begins_at.isoformat(),
                    "until": shift.ends_at.isoformat(),
                }
                for shift in rows.shifts
            ],
        }


def _in_force(organisation: Organisation) -> Sequence[Version]:
    found = Version.objects.filter(organisation=organisation, state=VersionState.IN_FORCE)
    return list(found.select_related("plan__brand").order_by("plan__brand__name", "pk"))


def _seats(organisation: Organisation) -> Mapping[int, Mapping[str, Sequence[Seat]]]:
    by_plan: dict[int, dict[str, list[Seat]]] = {}
    held = Seat.objects.filter(organisation=organisation).select_related("contact__deputy")
    for seat in held.prefetch_related("contact__lines"):
        by_plan.setdefault(seat.plan_id, {}).setdefault(seat.role, []).append(seat)
    return by_plan


def _contacts(organisation: Organisation) -> Sequence[Contact]:
    asked = Contact.objects.filter(organisation=organisation).select_related("deputy")
    return list(asked.prefetch_related("lines", "seats__plan__brand"))


def _shifts(organisation: Organisation) -> Sequence[Shift]:
    """Return who is on call from today on: a phone without a network looks up by itself who it is now."""
    today = _midnight(clock.now(organisation), ZoneInfo(organisation.time_zone))
    ahead = Shift.objects.filter(organisation=organisation, ends_at__gt=today, begins_at__lt=today + AHEAD)
    return list(ahead.order_by("begins_at", "pk"))


def _midnight(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _held(rows: Kept) -> Iterator[tuple[int, str, Sequence[Seat]]]:
    for plan in sorted(rows.seats):
        for role, seats in sorted(rows.seats[plan].items()):
            yield plan, role, seats


def _about(contact: Contact) -> Sequence[object]:
    about = [contact.pk, contact.name, contact.function, contact.company, contact.side, contact.note]
    lines = [
        [line.means, line.address, line.rank, line.doubted_at is not None] for line in contact.lines.all()
    ]
    return [*about, contact.hours, contact.deputy_id, contact.left_at is not None, lines]


def _plan(version: Version, document: Document, seats: Mapping[str, Sequence[Seat]]) -> Values:
    approved = version.approved_at
    return {
        "brand": version.plan.brand.name,
        "number": version.number,
        "in_force_since": approved.isoformat() if approved is not None else None,
        "in": {language: _said_in(language, document, seats) for language in document.languages},
    }


def _said_in(language: str, document: Document, seats: Mapping[str, Sequence[Seat]]) -> Values:
    """Return a plan in one of its languages."""
    with translation.override(language):
        people: dict[str, list[Person]] = {
            role: [person(seat.contact) for seat in held] for role, held in seats.items()
        }
        return {
            "labels": words.labels(),
            "roles": [
                {
                    "id": role.id,
                    "title": said(role.title, language),
                    "task": said(role.task, language),
                    "people": [seat.contact_id for seat in seats.get(role.id, ())],
                }
                for role in document.roles
            ],
            "scenarios": [
                scenario(one, number, document, people, language)
                for number, one in enumerate(document.scenarios, start=1)
            ],
        }


def _contact(contact: Contact, documents: Mapping[int, Document], language: str) -> Values:
    shown = person(contact)
    return {
        "id": contact.pk,
        "name": shown.name,
        "about": shown.about,
        "side": str(contact.get_side_display()),
        "hours": shown.hours,
        "note": shown.note,
        "deputy": contact.deputy_id,
        "left": contact.left_at is not None,
        "roles": list(_roles(contact, documents, language)),
        "ways": [
            {
                "means": way.means,
                "address": way.address,
                "link": way.link,
                "write": f"sms:{line.address}" if line.means == Means.SMS else "",
                "doubted": way.doubted,
            }
            for line, way in zip(in_order(contact.lines.all()), shown.ways, strict=True)
        ],
    }


def _roles(contact: Contact, documents: Mapping[int, Document], language: str) -> Iterator[str]:
    """Yield the titles of the roles that somebody holds, each with its brand where there are several."""
    for seat in contact.seats.all():
        document = documents.get(seat.plan_id)
        role = document.role(seat.role) if document is not None else None
        if role is not None:
            title = said(role.title, language)
            yield title if len(documents) == 1 else f"{title} ({seat.plan.brand})"
