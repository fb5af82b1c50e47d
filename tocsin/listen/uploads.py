"""Files that people send: kept until their import is done, and looked at before it begins."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xxhash
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.accounts.models import Organisation
from tocsin.errors import UnusableInput
from tocsin.listen import preview, problems
from tocsin.listen.files.exceptions import FileUnusable, NoTextColumn
from tocsin.listen.files.opening import open_table
from tocsin.listen.files.rows import reader_for
from tocsin.listen.files.table import Cell, Position, Record
from tocsin.listen.limits import latest_at

LOOKED_AT = 200
_NAME = re.compile(r"[0-9a-f]{16}(?:\.[a-z]{1,8})?")


class UploadGone(UnusableInput):
    """The file that was sent is no longer there; send it again."""


@dataclass(frozen=True)
class Glance:
    """A file's columns, which field each seems to be, and its first rows.

    Attributes
    ----------
    header : str
        Fingerprint of the columns' names: files of the same tool have the same.
    network : str
        Network of the rows that name none.
    rows : list of list of str
        The first rows as they stand in the file.
    mapped : list of preview.Row
        The same rows as they would be taken.
    """

    columns: list[str]
    header: str
    found: dict[str, str]
    rows: list[list[str]]
    mapped: list[preview.Row] = field(default_factory=list)
    network: str = ""
    problem: str = ""


def keep(organisation: Organisation, file: UploadedFile[Any]) -> str:
    """Write a file that was sent, in pieces, and return the name under which it is kept."""
    suffix = Path(file.name or "").suffix.lower()
    name = secrets.token_hex(8) + (suffix if re.fullmatch(r"\.[a-z]{1,8}", suffix) else "")
    folder = _folder(organisation)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / name).open("wb") as kept:
        for piece in file.chunks():
            kept.write(piece)
    return name


def path_of(organisation: Organisation, name: str) -> Path:
    """Return where a kept file is.

    Raises
    ------
    UploadGone
        When there is none of this name.
    """
    path = _folder(organisation) / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise UploadGone("the file that was sent is no longer there; send it again")
    return path


def glance(path: Path, chosen: Mapping[str, str], *, zone: str = "UTC", network: str = "") -> Glance:
    """Look at the beginning of a file.

    Parameters
    ----------
    chosen : mapping of field to column
        What the user said; see `tocsin.listen.files.columns.guess`.
    zone : str
        Zone of times that name none.
    network : str
        Network of rows that name none.

    Raises
    ------
    UnusableInput
        When it is not a table of posts.
    """
    table = open_table(path)
    try:
        sample = [
            one.cells for one in islice(table.records(Position()), LOOKED_AT) if isinstance(one, Record)
        ]
        columns = list(table.columns)
    finally:
        table.close()
    rows = [[_shown(cells.get(column)) for column in columns] for cells in sample[: preview.SHOWN]]
    local, latest = ZoneInfo(zone), latest_at(timezone.now())
    header = xxhash.xxh3_128_hexdigest("\x1f".join(columns).encode("utf-8", "surrogatepass"))
    try:
        reader = reader_for(columns, sample, chosen=chosen, zone=local, network=network, latest=latest)
    except NoTextColumn:
        problem = _("Choose the column that holds what people wrote.")
        return Glance(columns, header, dict(chosen), rows, problem=problem)
    except UnusableInput as error:
        return Glance(columns, header, dict(chosen), rows, problem=said(error))
    return Glance(columns, header, reader.columns, rows, preview.rows(reader, sample, local), reader.network)


def said(error: UnusableInput) -> str:
    """Return what is wrong with a file, in the active language where there are words for it."""
    if isinstance(error, FileUnusable) and error.detail:
        return problems.words(error.detail, error.figures)
    return str(error)


def let_go(path: Path) -> None:
    """Delete a file that was sent, once its posts are on the bus; a file of the machine's own stays."""
    if path.is_relative_to(_all().resolve()):
        path.unlink(missing_ok=True)


def forget(before: datetime, wanted: Collection[str]) -> int:
    """Delete the files sent before a time that no import waits for, and return how many.

    Parameters
    ----------
    wanted : collection of str
        Paths that imports still need.
    """
    forgotten = 0
    for path in _all().glob("*/*"):
        sent = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if path.is_file() and sent < before and str(path.resolve()) not in wanted:
            path.unlink(missing_ok=True)
            forgotten += 1
    return forgotten


def _shown(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return text if len(text) <= 90 else text[:89] + "…"


def _folder(organisation: Organisation) -> Path:
    return _all() / str(organisation.pk)


def _all() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"
