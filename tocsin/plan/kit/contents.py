"""What a kit says: the version in force and its people as plain values, which the page's layout reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tocsin import __version__
from tocsin.plan.document.structure import Role, said
from tocsin.plan.kit import words
from tocsin.plan.kit.people import Person, person
from tocsin.plan.kit.scenarios import scenario
from tocsin.plan.models import Contact, Seat, Version
from tocsin.ui.words import day

Contents = dict[str, Any]


def contents(
    version: Version, team: Mapping[str, Sequence[Seat]], others: Sequence[Contact], language: str
) -> Contents:
    """Return everything that a kit of a version says, in a language.

    Parameters
    ----------
    team
        Who holds each role, by its id, first who is called first.
    others
        Contacts without a role who are within reach too.
    """
    document = version.document
    with translation.override(language):
        people = {role: [person(seat.contact) for seat in seats] for role, seats in team.items()}
        return {
            "language": language,
            "labels": words.labels(),
            "brand": version.plan.brand.name,
            "version": _title(version),
            "roles": [_role(role, people.get(role.id, ()), language) for role in document.roles],
            "others": [msgspec.to_builtins(person(contact)) for contact in others],
            "scenarios": [
                scenario(each, number, document, people, language)
                for number, each in enumerate(document.scenarios, start=1)
            ],
        }


def fingerprint(
    version: Version, team: Mapping[str, Sequence[Seat]], others: Sequence[Contact], language: str
) -> str:
    """Return a short name that changes when anything that a kit says changes, its words around it included.

    Those are told by Tocsin's own version: processes need not have the same catalogue at every moment.
    """
    said_by = [__version__, language, version.content, version.number, version.approved_at]
    held = [[seat.role, _row(seat.contact)] for role in sorted(team) for seat in team[role]]
    values = [said_by, version.plan.brand.name, held, [_row(contact) for contact in others]]
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


def _role(role: Role, people: Sequence[Person], language: str) -> Contents:
    return {
        "title": said(role.title, language),
        "task": said(role.task, language),
        "people": [msgspec.to_builtins(each) for each in people],
    }
