"""People as a kit prints them: their numbers first, in the order in which they are tried."""

from __future__ import annotations

from typing import Final

import msgspec
import phonenumbers

from tocsin.plan import hours
from tocsin.plan.models import Contact, Line, Means

_LINKS: Final = {Means.SMS: "tel:", Means.VOICE: "tel:", Means.EMAIL: "mailto:"}


class Way(msgspec.Struct, frozen=True):
    """A way to reach somebody.

    Attributes
    ----------
    link
        What a phone opens when it is touched; empty for none.
    """

    means: str
    address: str
    link: str
    doubted: bool


class Person(msgspec.Struct, frozen=True):
    """Somebody who is called."""

    name: str
    about: str
    ways: tuple[Way, ...]
    hours: str
    deputy: str
    note: str

    @property
    def number(self) -> str:
        """Return the way that is tried first, as it is printed; empty when there is none."""
        return self.ways[0].address if self.ways else ""

    @property
    def link(self) -> str:
        """Return what a phone opens to try that way; empty for none."""
        return self.ways[0].link if self.ways else ""


def person(contact: Contact) -> Person:
    """Return a contact as it is printed."""
    lines = sorted(contact.lines.all(), key=lambda line: (line.doubted_at is not None, line.rank, line.pk))
    return Person(
        name=contact.name,
        about=", ".join(filter(None, (contact.function, contact.company))),
        ways=tuple(map(_way, lines)),
        hours=hours.words(contact.hours) if contact.hours else "",
        deputy=contact.deputy.name if contact.deputy else "",
        note=contact.note,
    )


def _way(line: Line) -> Way:
    link = _LINKS.get(Means(line.means), "") if line.means in Means.values else ""
    return Way(
        means=str(line.get_means_display()),
        address=_printed(line),
        link=f"{link}{line.address}" if link else "",
        doubted=line.doubted_at is not None,
    )


def _printed(line: Line) -> str:
    if line.means not in {Means.SMS, Means.VOICE}:
        return line.address
    try:
        number = phonenumbers.parse(line.address)
    except phonenumbers.NumberParseException:
        return line.address
    printed = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return printed.replace(" ", "\u00a0")
