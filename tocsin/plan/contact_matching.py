"""Whom a line of a file means among the contacts there are, and what it would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from django.utils.translation import gettext_lazy as _

from tocsin.listen.files.names import folded
from tocsin.plan.models import Contact, Means, Side
from tocsin.watch.vocabulary import language_name

_LABELS: Final = {
    "name": _("Name"),
    "function": _("Function"),
    "company": _("Company or authority"),
    "side": _("Side"),
    "languages": _("Languages spoken"),
    "time_zone": _("Time zone"),
    "note": _("Note"),
    "deputy": _("Deputy"),
    "line": _("Number or address"),
}


class Change(msgspec.Struct, frozen=True):
    """Something of a contact that a file changes, in words; nothing before for what is added."""

    field: str
    before: str
    after: str

    @property
    def label(self) -> str:
        """Return what is changed, in words."""
        return str(_LABELS[self.field])


class Known:
    """Contacts, found by what a file says of them."""

    def __init__(self, contacts: Sequence[Contact]) -> None:
        self._by_key = {_key(one.name, one.company): one for one in contacts}
        self._by_name: dict[str, list[Contact]] = {}
        self._by_line: dict[tuple[str, str], list[Contact]] = {}
        for one in contacts:
            self._by_name.setdefault(folded(one.name), []).append(one)
            for line in one.lines.all():
                self._by_line.setdefault((line.means, line.address), []).append(one)

    def find(self, fields: Mapping[str, Any], lines: Iterable[tuple[str, str]]) -> Contact | None:
        """Return the contact that is meant: by name and company, by mail, by a number of their own.

        A landline that several could answer names nobody by itself, nor does a name that two companies know.
        """
        name, company = fields["name"], fields["company"]
        exact = self._by_key.get(_key(name, company))
        if exact is not None:
            return exact
        same_name = self._by_name.get(folded(name), [])
        if len(same_name) == 1 and (not company or not same_name[0].company):
            return same_name[0]
        return next(self._by_lines(lines), None)

    def _by_lines(self, lines: Iterable[tuple[str, str]]) -> Iterator[Contact]:
        lines = list(lines)
        for means in (Means.EMAIL, Means.MATRIX, Means.SMS):
            for line in lines:
                bearers = self._by_line.get(line, []) if line[0] == means else []
                if len(bearers) == 1:
                    yield bearers[0]


def changes(
    contact: Contact, fields: Mapping[str, Any], lines: Iterable[tuple[str, str]], deputy: str
) -> list[Change]:
    """Return what a line of a file would change of a contact; an empty cell changes nothing."""
    found = [
        Change(name, said(name, getattr(contact, name)), said(name, value))
        for name, value in fields.items()
        if value and _differs(getattr(contact, name), value)
    ]
    if deputy and (contact.deputy is None or folded(contact.deputy.name) != folded(deputy)):
        found.append(Change("deputy", contact.deputy.name if contact.deputy else "", deputy))
    there = {(line.means, line.address) for line in contact.lines.all()}
    for means, address in lines:
        if (means, address) not in there:
            found.append(Change("line", "", f"{Means(means).label} {address}"))
    return found


def said(name: str, value: Any) -> str:  # noqa: ANN401 - as the fields of a contact are
    """Return what is known of a contact, in words."""
    if name == "side":
        return str(Side(value).label)
    return ", ".join(language_name(code) for code in value) if name == "languages" else str(value)


def leads_back(name: str, deputy: str, deputies: Mapping[str, str]) -> bool:
    """Return whether calling on from a deputy comes back to somebody, by their names as `folded` has them.

    >>> leads_back("nadia", "olivier", {"olivier": "yanis", "yanis": "nadia"})
    True
    """
    seen: set[str] = set()
    step = deputy
    while step and step not in seen:
        if step == name:
            return True
        seen.add(step)
        step = deputies.get(step, "")
    return False


def _differs(before: object, after: object) -> bool:
    """Return whether something else is said; capitals, accents and blanks are none."""
    if isinstance(before, str) and isinstance(after, str):
        return folded(before) != folded(after) or (not folded(after) and before != after)
    return before != after


def _key(name: str, company: str) -> tuple[str, str]:
    return folded(name), folded(company)
