"""Contacts out of a file: read, checked line by line, taken together."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final
from zoneinfo import available_timezones

import msgspec
import phonenumbers
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.accounts.models import Organisation, User
from tocsin.errors import TocsinError
from tocsin.listen.files.exceptions import FileUnusable, Rejection
from tocsin.listen.files.names import folded
from tocsin.listen.files.opening import open_table
from tocsin.listen.files.table import Position, Table
from tocsin.plan import people
from tocsin.plan.contact_columns import WAYS, guess
from tocsin.plan.models import Contact, Means, Side
from tocsin.watch.vocabulary import LANGUAGE_NAMES

MOST: Final = 1000
_LONGEST: Final = {"name": 120, "function": 120, "company": 120, "note": 500}
_SPLIT: Final = re.compile(r"\s*[/;|\n]\s*")
_OUTSIDE: Final = ("externe", "exterieur", "dehors", "outside", "external", "out")


class NoContacts(TocsinError):
    """The file holds no contacts that can be read; nothing was taken."""


class Row(msgspec.Struct, frozen=True):
    """A line of the file: its number, and what each field says there."""

    line: int
    cells: dict[str, str]


class Entry(msgspec.Struct, frozen=True):
    """A contact as it would be taken."""

    line: int
    fields: dict[str, Any]
    lines: tuple[tuple[str, str], ...]
    deputy: str = ""


class Refused(msgspec.Struct, frozen=True):
    """A line that is not taken, and why."""

    line: int
    name: str
    why: str


class Checked(msgspec.Struct, frozen=True):
    """What of a file is taken, and what is not."""

    taken: tuple[Entry, ...]
    refused: tuple[Refused, ...]


class Unusable(TocsinError):
    """A line that cannot become a contact."""


def read_file(upload: IO[bytes]) -> list[Row]:
    """Return the lines of a file of contacts, whatever kind of table it is.

    Raises
    ------
    NoContacts
        When it is no table, or no column holds a name.
    """
    with tempfile.NamedTemporaryFile(suffix=".contacts") as kept:
        kept.write(upload.read())
        kept.flush()
        try:
            table = open_table(Path(kept.name))
        except FileUnusable as error:
            raise NoContacts(
                _("This file cannot be read as a table. Save it as CSV or XLSX, one contact a line.")
            ) from error
        try:
            rows = _rows(table)
        except FileUnusable as error:
            raise NoContacts(_("This file is broken: save it again as CSV or XLSX.")) from error
        finally:
            table.close()
    if len(rows) > MOST:
        raise NoContacts(_("The file has more than %(most)s lines. Cut it into parts.") % {"most": MOST})
    return rows


def _rows(table: Table) -> list[Row]:
    fields = guess(table.columns)
    if not {"name", "last_name", "first_name"} & set(fields.values()):
        raise NoContacts(
            _("No column of the file is called “Name”. Its first line must name the columns: %(columns)s.")
            % {"columns": _("name, function, company, phone, mobile, e-mail, deputy, note")}
        )
    records = islice(table.records(Position()), MOST + 1)
    return [
        Row(record.line, {} if isinstance(record, Rejection) else _cells(record.cells, fields))
        for record in records
    ]


def check(rows: Iterable[Row], organisation: Organisation, region: str) -> Checked:
    """Return the contacts that lines would become, and those that are refused with what would be right."""
    known = {
        _key(contact.name, contact.company) for contact in Contact.objects.filter(organisation=organisation)
    }
    rows = list(rows)
    names = {name for name, _company in known} | {folded(_name(row.cells)) for row in rows}
    taken: list[Entry] = []
    refused: list[Refused] = []
    for row in rows:
        try:
            entry = _entry(row, region)
            _require_deputy(entry, names)
            key = _key(entry.fields["name"], entry.fields["company"])
            if key in known:
                raise Unusable(_("is a contact already, or stands twice in the file"))
        except TocsinError as error:
            refused.append(Refused(row.line, _name(row.cells)[:120], str(error)))
        else:
            known.add(key)
            taken.append(entry)
    return Checked(tuple(taken), tuple(refused))


@transaction.atomic
def take(entries: Sequence[Entry], organisation: Organisation, actor: User) -> list[str]:
    """Write contacts down; return, in words, the deputies that could not be set."""
    made = []
    for entry in entries:
        contact = people.add(organisation, actor, **entry.fields)
        for means, address in entry.lines:
            people.add_line(contact, means, address, actor)
        made.append((contact, entry.deputy))
    return _set_deputies(made, organisation, actor)


def _set_deputies(made: Sequence[tuple[Contact, str]], organisation: Organisation, actor: User) -> list[str]:
    by_name = {folded(one.name): one for one in Contact.objects.filter(organisation=organisation)}
    problems = []
    for contact, name in made:
        if not name:
            continue
        try:
            people.set_deputy(contact, by_name[folded(name)], actor)
        except people.Circular as refused:
            problems.append(str(refused))
        except KeyError:
            problems.append(_("%(name)s has no deputy: that contact was not taken.") % {"name": contact.name})
    return problems


def _entry(row: Row, region: str) -> Entry:
    cells, name = row.cells, _name(row.cells)
    if not cells:
        raise Unusable(_("the line cannot be read"))
    if not name:
        raise Unusable(_("no name"))
    fields = {"name": name, **{field: cells.get(field, "") for field in ("function", "company", "note")}}
    for field, longest in _LONGEST.items():
        if len(fields[field]) > longest:
            raise Unusable(_("more than %(most)s characters in one cell") % {"most": longest})
    return Entry(
        row.line,
        {
            **fields,
            "side": Side.OUTSIDE if folded(cells.get("side", "")) in _OUTSIDE else Side.INSIDE,
            "languages": _languages(cells.get("languages", "")),
            "time_zone": _zone(cells.get("time_zone", "")),
        },
        tuple(_lines(cells, region)),
        cells.get("deputy", ""),
    )


def _lines(cells: Mapping[str, str], region: str) -> list[tuple[str, str]]:
    found: dict[tuple[str, str], None] = {}
    for field in WAYS:
        for given in _SPLIT.split(cells.get(field, "")):
            if not given:
                continue
            means = Means.VOICE if field == "mobile" else Means(field)
            address = people.address_of(means, given, region)
            found[str(means), address] = None
            if field == "mobile" and _is_mobile(address):
                found[str(Means.SMS), address] = None
    return list(found)


def _is_mobile(number: str) -> bool:
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return kind in {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }


def _require_deputy(entry: Entry, names: set[str]) -> None:
    if entry.deputy and folded(entry.deputy) not in names:
        raise Unusable(
            _("the deputy “%(deputy)s” is nobody of this file, and no contact")
            % {"deputy": entry.deputy[:80]}
        )


def _cells(cells: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, field in fields.items():
        text = _text(cells.get(column))
        if text:
            found[field] = f"{found[field]} / {text}" if field in found else text
    return found


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    return text[1:] if text[:1] == "'" else text


def _name(cells: Mapping[str, str]) -> str:
    parts = (cells.get("first_name", ""), cells.get("last_name", ""))
    return " ".join((cells.get("name") or " ".join(parts)).split())


def _languages(text: str) -> list[str]:
    names = {folded(str(name)): code for code, name in LANGUAGE_NAMES.items()}
    names |= {code: code for code in LANGUAGE_NAMES}
    given = [names.get(folded(part)) for part in re.split(r"[,/;|]", text)]
    return list(dict.fromkeys(code for code in given if code))


def _zone(text: str) -> str:
    if text and text not in available_timezones():
        raise Unusable(_("“%(zone)s” is no time zone, such as Europe/Paris") % {"zone": text[:60]})
    return text


def _key(name: str, company: str) -> tuple[str, str]:
    return folded(name), folded(company)
