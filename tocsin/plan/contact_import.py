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
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.accounts.models import Organisation, User
from tocsin.errors import TocsinError
from tocsin.listen.files.exceptions import FileUnusable, Rejection
from tocsin.listen.files.names import folded
from tocsin.listen.files.opening import open_table
from tocsin.listen.files.table import Position, Table
from tocsin.plan import contact_cells, people, selectors
from tocsin.plan.contact_columns import WAYS, guess
from tocsin.plan.contact_matching import Change, Known, changes, leads_back
from tocsin.plan.models import Contact, Means

MOST: Final = 1000
_LONGEST: Final = {"name": 120, "function": 120, "company": 120, "note": 500}
_SPLIT: Final = re.compile(r"\s*[/;|\n]\s*")


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


class Update(msgspec.Struct, frozen=True):
    """A contact that a line of the file changes, and what of them."""

    contact: int
    name: str
    entry: Entry
    changes: tuple[Change, ...]


class Checked(msgspec.Struct, frozen=True):
    """What of a file is taken, and what is not.

    Attributes
    ----------
    taken
        Contacts that would be added.
    changed
        Contacts that are known, of whom the file says something else or something more.
    same
        How many are known as the file has them.
    """

    taken: tuple[Entry, ...]
    changed: tuple[Update, ...]
    same: int
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
        Row(record.line, {} if isinstance(record, Rejection) else contact_cells.read(record.cells, fields))
        for record in records
    ]


def check(rows: Iterable[Row], organisation: Organisation, region: str) -> Checked:
    """Return what lines would add or change, and those that are refused with what would be right."""
    rows = list(rows)
    checking = _Checking(selectors.contacts(organisation), rows)
    for row in rows:
        try:
            checking.look_at(_entry(row, region))
        except TocsinError as refused:
            checking.refused.append(Refused(row.line, contact_cells.name(row.cells)[:120], str(refused)))
    return checking.done()


class _Checking:
    """Looks at the lines of a file one after the other, each in the light of those before it."""

    def __init__(self, contacts: Sequence[Contact], rows: Sequence[Row]) -> None:
        self._known = Known(contacts)
        self._names = {folded(one.name) for one in contacts} | {
            folded(contact_cells.name(row.cells)) for row in rows
        }
        self._deputies = {folded(one.name): folded(one.deputy.name) for one in contacts if one.deputy}
        self._seen: set[object] = set()
        self._same = 0
        self._taken: list[Entry] = []
        self._changed: list[Update] = []
        self.refused: list[Refused] = []

    def look_at(self, entry: Entry) -> None:
        """Keep an entry as one that is added, one that changes, or one that is known already."""
        self._require_deputy(entry)
        contact = self._known.find(entry.fields, entry.lines)
        key = contact.pk if contact else (folded(entry.fields["name"]), folded(entry.fields["company"]))
        if key in self._seen:
            raise Unusable(_("stands twice in the file"))
        self._seen.add(key)
        if entry.deputy:
            self._deputies[folded(entry.fields["name"])] = folded(entry.deputy)
        if contact is None:
            self._taken.append(entry)
            return
        changed = changes(contact, entry.fields, entry.lines, entry.deputy)
        if changed:
            self._changed.append(Update(contact.pk, contact.name, entry, tuple(changed)))
        else:
            self._same += 1

    def done(self) -> Checked:
        """Return what was found."""
        return Checked(tuple(self._taken), tuple(self._changed), self._same, tuple(self.refused))

    def _require_deputy(self, entry: Entry) -> None:
        name, deputy = folded(entry.fields["name"]), folded(entry.deputy)
        if not deputy:
            return
        if deputy not in self._names:
            raise Unusable(
                _("the deputy “%(deputy)s” is nobody of this file, and no contact")
                % {"deputy": entry.deputy[:80]}
            )
        if leads_back(name, deputy, self._deputies):
            raise Unusable(
                _("the deputy “%(deputy)s” leads back to them: the call would go round in circles")
                % {"deputy": entry.deputy[:80]}
            )


@transaction.atomic
def take(checked: Checked, organisation: Organisation, actor: User) -> list[str]:
    """Write contacts down and change those known; return, in words, the deputies that could not be set."""
    made = []
    for entry in checked.taken:
        told = {name: value for name, value in entry.fields.items() if value}
        contact = people.add(organisation, actor, **told)
        _add_lines(contact, entry, actor)
        made.append((contact, entry.deputy))
    known = Contact.objects.in_bulk([update.contact for update in checked.changed])
    for update in checked.changed:
        contact = known[update.contact]
        fields = update.entry.fields
        told = {one.field: fields[one.field] for one in update.changes if one.field in fields}
        people.change(contact, actor, **told)
        _add_lines(contact, update.entry, actor)
        made.append((contact, update.entry.deputy))
    return _set_deputies(made, organisation, actor)


def _add_lines(contact: Contact, entry: Entry, actor: User) -> None:
    for means, address in entry.lines:
        people.add_line(contact, means, address, actor)


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
    cells, name = row.cells, contact_cells.name(row.cells)
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
            "side": contact_cells.side(cells),
            "languages": contact_cells.languages(cells.get("languages", "")),
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
            if field == "mobile" and contact_cells.is_mobile(address):
                found[str(Means.SMS), address] = None
    return list(found)


def _zone(text: str) -> str:
    if text and text not in available_timezones():
        raise Unusable(_("“%(zone)s” is no time zone, such as Europe/Paris") % {"zone": text[:60]})
    return text
