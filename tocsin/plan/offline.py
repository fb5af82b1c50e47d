"""What a phone keeps for when systems are down: people, roles, protocols and messages, as plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from django.utils import timezone, translation
from django.utils.translation import get_language

from tocsin import clock
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


def content(organisation: Organisation, language: str) -> Values:
    """Return everything that the phone of a member keeps.

    Parameters
    ----------
    language
        Of the words around the plans; each plan comes in every language that it is written in.

    Returns
    -------
    dict
        `contacts` by name, each with its ways in the order in which they are tried; `plans` in force, whose
        roles name contacts by their ids; `on_call` from today on. Nothing tells the time of asking: one plan
        gives the same values every time.
    """
    with timezone.override(ZoneInfo(organisation.time_zone)), translation.override(language):
        versions = _in_force(organisation)
        seats = _seats(organisation)
        documents = {version.plan_id: version.document for version in versions}
        return {
            "format": FORMAT,
            "organisation": organisation.name,
            "language": language,
            "contacts": _contacts(organisation, documents, language),
            "plans": [
                _plan(version, documents[version.plan_id], seats.get(version.plan_id, {}))
                for version in versions
            ],
            "on_call": _on_call(organisation),
        }


def encoded(values: Values) -> tuple[bytes, str]:
    """Return what a phone keeps as JSON, and a short name that changes with anything of it."""
    data = msgspec.json.encode(values, order="sorted")
    return data, hashlib.sha256(data).hexdigest()[:24]


def _in_force(organisation: Organisation) -> list[Version]:
    found = Version.objects.filter(organisation=organisation, state=VersionState.IN_FORCE)
    return list(found.select_related("plan__brand").order_by("plan__brand__name", "pk"))


def _seats(organisation: Organisation) -> Mapping[int, Mapping[str, list[Seat]]]:
    by_plan: dict[int, dict[str, list[Seat]]] = {}
    held = Seat.objects.filter(organisation=organisation).select_related("contact__deputy")
    for seat in held.prefetch_related("contact__lines"):
        by_plan.setdefault(seat.plan_id, {}).setdefault(seat.role, []).append(seat)
    return by_plan


def _plan(version: Version, document: Document, seats: Mapping[str, Sequence[Seat]]) -> Values:
    return {
        "brand": version.plan.brand.name,
        "number": version.number,
        "in_force_since": _written(version.approved_at),
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


def _on_call(organisation: Organisation) -> list[Values]:
    """Return who is on call from today on: a phone without a network looks up by itself who it is now."""
    today = timezone.localtime(clock.now(organisation)).replace(hour=0, minute=0, second=0, microsecond=0)
    shifts = Shift.objects.filter(
        organisation=organisation, ends_at__gt=today, begins_at__lt=today + AHEAD
    ).order_by("begins_at", "pk")
    return [
        {"contact": shift.contact_id, "from": _written(shift.begins_at), "until": _written(shift.ends_at)}
        for shift in shifts
    ]


def _contacts(organisation: Organisation, documents: Mapping[int, Document], language: str) -> list[Values]:
    asked = Contact.objects.filter(organisation=organisation).select_related("deputy")
    people = asked.prefetch_related("lines", "seats__plan__brand")
    return [_contact(contact, documents, language) for contact in people]


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
        "roles": list(_roles(contact.seats.all(), documents, language)),
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


def _roles(seats: Iterable[Seat], documents: Mapping[int, Document], language: str) -> Iterable[str]:
    """Return the titles of the roles that somebody holds, each with its brand where there are several."""
    for seat in seats:
        document = documents.get(seat.plan_id)
        role = document.role(seat.role) if document is not None else None
        if role is not None:
            title = said(role.title, language)
            yield title if len(documents) == 1 else f"{title} ({seat.plan.brand})"


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def language_now() -> str:
    """Return the language of the person who asks, as two letters."""
    return (get_language() or "fr")[:2]
