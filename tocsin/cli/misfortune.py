"""What goes wrong beneath Tocsin, in words: a full disk, databases that are not there or do not answer."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tocsin.errors import TocsinError, UnusableInput

_FULL: Final = ("disk is full", "no space left on device", "could not extend file")
_UNTOLD: Final = "disk i/o error"
_ROOM_TO_OPEN: Final = 1 << 20
_NO_TABLES: Final = ("no such table", "no such column", "unable to open database file")
_POSTGRES: Final = ("UndefinedTable", "UndefinedColumn")


def in_words(error: BaseException) -> TocsinError | None:
    """Return an error that says what happened and what to do; None when it is a fault of Tocsin's own."""
    chain = list(_causes(error))
    folder = os.environ.get("TOCSIN_DATA", "data")
    if any(_is_full(one, folder) for one in chain):
        return TocsinError(
            f"the disk of the data folder {folder} is full. What was stored before is kept; the last step "
            "was not done. Make room, then give the command again."
        )
    if forbidden := next((one for one in chain if isinstance(one, PermissionError) and one.filename), None):
        return TocsinError(
            f"{forbidden.filename} cannot be used ({forbidden.strerror}). What was stored before is kept. "
            "Give it to the user who runs Tocsin, or name another folder with TOCSIN_DATA."
        )
    database = [one for one in chain if _is_of_a_database(one)]
    if not database:
        return None
    said = str(database[-1]).strip().splitlines()[0] if str(database[-1]).strip() else ""
    if any(words in said for words in _NO_TABLES) or any(type(one).__name__ in _POSTGRES for one in chain):
        return UnusableInput(
            f"the databases of {folder} were not made yet, or are older than this Tocsin ({said}). "
            "Nothing was changed. Run `tocsin migrate` or `tocsin run`, or name another in TOCSIN_DATA."
        )
    return TocsinError(
        f"the database does not answer: {said}. What was stored before is kept. "
        "`tocsin doctor` says more; then give the command again."
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_full(error: BaseException, folder: str) -> bool:
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return True
    if not _is_of_a_database(error):
        return False
    said = str(error).lower()
    return any(words in said for words in _FULL) or (_UNTOLD in said and not has_room(folder))


def has_room(folder: str | Path) -> bool:
    """Return whether the disk of a folder can take what SQLite writes even to read."""
    try:
        there = os.statvfs(folder)
    except OSError:
        return True  # something else is wrong with it
    return there.f_bavail * there.f_frsize > _ROOM_TO_OPEN


def _is_of_a_database(error: BaseException) -> bool:
    """Return whether a database raised it, without loading the library of one that is not in use."""
    places = (("sqlite3", "Error"), ("django.db", "DatabaseError"), ("psycopg", "Error"))
    for module, name in places:
        family = getattr(sys.modules.get(module), name, None)
        if isinstance(family, type) and isinstance(error, family):
            return True
    return False
