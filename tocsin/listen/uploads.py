"""Files that people send: kept until their import is done, and looked at before it begins."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from tocsin.accounts.models import Organisation
from tocsin.errors import UnusableInput
from tocsin.listen.files.columns import guess
from tocsin.listen.files.exceptions import NoTextColumn
from tocsin.listen.files.opening import open_table
from tocsin.listen.files.table import Cell, Position, Record

LOOKED_AT = 200
SHOWN = 5
_NAME = re.compile(r"[0-9a-f]{16}(?:\.[a-z]{1,8})?")


class UploadGone(UnusableInput):
    """The file that was sent is no longer there; send it again."""


@dataclass(frozen=True)
class Glance:
    """A file's columns, which field each seems to be, and its first rows."""

    columns: list[str]
    found: dict[str, str]
    rows: list[list[str]]
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


def glance(path: Path, chosen: Mapping[str, str]) -> Glance:
    """Look at the beginning of a file.

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
    rows = [[_shown(cells.get(column)) for column in columns] for cells in sample[:SHOWN]]
    try:
        return Glance(columns, guess(columns, sample, chosen), rows)
    except NoTextColumn:
        return Glance(columns, dict(chosen), rows, _("Choose the column that holds what people wrote."))
    except UnusableInput as error:
        return Glance(columns, dict(chosen), rows, str(error))


def _shown(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return text if len(text) <= 90 else text[:89] + "…"


def _folder(organisation: Organisation) -> Path:
    return Path(settings.MEDIA_ROOT) / "imports" / str(organisation.pk)
