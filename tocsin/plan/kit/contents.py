"""What a kit says: the version in force and its people as plain values, which the page's layout reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tocsin import __version__
from tocsin.plan.document.structure import Role, said
from tocsin.plan.kit import words
from tocsin.plan.kit.layout import layout
from tocsin.plan.kit.people import Person, person
from tocsin.plan.kit.scenarios import scenario
from tocsin.plan.models import Contact, Seat, Shift, Version
from tocsin.ui.words import day

Contents = dict[str, Any]


def contents(
    version: Version,
    team: Mapping[str, Sequence[Seat]],
    others: Sequence[Contact],
    language: str,
    rota: Sequence[Contents] = (),
) -> Contents:
    """Return everything that a kit of a version says, in a language.

    Parameters
    ----------
    team
        Who holds each role, by its id, first who is called first.
    others
        Contacts without a role who are within reach too.
    rota
        Each day with who is on call, in that language; nothing when the plan has no rota.
    """
    document = version.document
    with translation.override(language):
        people = {role: [person(seat.contact) for seat in seats] for role, seats in team.items()}
        return {
            "language": language,
            "labels": words.labels(),
            "brand": version.plan.brand.name,
            "version": _title(version),
            "printed": _printed(version),
            "rota": list(rota),
            "roles": [_role(role, people.get(role.id, ()), language) for role in document.roles],
            "others": [msgspec.to_builtins(person(contact)) for contact in others],
            "scenarios": [
                scenario(each, number, document, people, language)
                for number, each in enumerate(document.scenarios, start=1)
            ],
        }


def fingerprint(
    version: Version,
    team: Mapping[str, Sequence[Seat]],
    others: Sequence[Contact],
    language: str,
    *,
    shifts: Sequence[Shift] = (),
    since: date | None = None,
) -> str:
    """Return a short name that changes when anything that a kit says changes, its words around it included.

    Those are told by Tocsin's own version: processes need not have the same catalogue at every moment.

    Parameters
    ----------
    shifts, since
        Of the rota that the kit tells, and its first day, which counts where there is a rota.
    """
    said_by = [__version__, layout(), language, version.content, version.number, version.approved_at]
    held = [[seat.role, _row(seat.contact)] for role in sorted(team) for seat in team[role]]
    called = [[shift.role, shift.begins_at, shift.ends_at, _row(shift.contact)] for shift in shifts]
    rota = [since if shifts else None, called]
    values = [said_by, version.plan.brand.name, held, [_row(contact) for contact in others], rota]
    return hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()[:16]


def _row(contact: Contact) -> list[object]:
    lines = [
        [line.means, line.address, line.rank, line.doubted_at is not None] for line in contact.lines.all()
    ]
    about = [contact.name, contact.function, contact.company, contact.note, contact.hours]
    return [about, contact.deputy.name if contact.deputy else "", lines]


def _title(version: Version) -> str:
    return _("Version %(number)s, in force since %(day)s") % {
        "number": version.number or "–",
        "day": day(timezone.localtime(version.approved_at)) if version.approved_at else "–",
    }


def _printed(version: Version) -> str:
    approved = day(timezone.localtime(version.approved_at)) if version.approved_at else "–"
    return _("Printed from version %(number)s, approved on %(day)s") % {
        "number": version.number or "–",
        "day": approved,
    }


def _role(role: Role, people: Sequence[Person], language: str) -> Contents:
    return {
        "title": said(role.title, language),
        "task": said(role.task, language),
        "people": [msgspec.to_builtins(each) for each in people],
    }
