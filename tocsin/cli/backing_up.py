"""A copy of the data folder, made while Tocsin runs, that is itself a data folder.

Four files change at the same time, and each must know nothing that those copied after it have forgotten. So
the state of each is fixed in this order, within milliseconds, and then copied at leisure: what people
decided, posts, full text, bus. Alerts that the river raised later are then raised again by it; words indexed
later are indexed again; and the bus still holds every batch that the copied river has not taken.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

from tocsin.errors import TocsinError, UnusableInput

DATABASES: Final = ("tocsin.db", "river.db", "fulltext.db", "bus.db")
FOLDERS: Final = ("keys", "uploads", "refused")
ATTEMPTS: Final = 20
PATIENCE_SECONDS: Final = 20

_TAKEN: Final = "SELECT coalesce(min(sequence), 0) FROM consumer WHERE name LIKE 'river%'"
_DELETED_UP_TO: Final = "SELECT coalesce(min(sequence), 0) FROM consumer WHERE topic = 'posts'"


def back_up(data: Path, target: Path) -> Iterator[str]:
    """Copy a data folder, and say what is being copied before it is.

    Parameters
    ----------
    target
        Must not exist; it does once the copy is whole, and not before.

    Raises
    ------
    UnusableInput
        When there is nothing to copy, or something where the copy should go.
    """
    if not (data / "tocsin.db").exists():
        raise UnusableInput(f"there is no database in {data}, so there is nothing to copy. Name its folder.")
    if target.exists():
        raise UnusableInput(f"{target} is already there. Nothing was copied; name a folder that is not.")
    draft = target.with_name(f"{target.name}.partial")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True, mode=0o700)
        yield from _copy_databases(data, draft)
        yield "Keys, files that were sent, batches that were refused"
        for name in FOLDERS:
            if (data / name).is_dir():
                shutil.copytree(data / name, draft / name)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _copy_databases(data: Path, draft: Path) -> Iterator[str]:
    """Copy each database as it was at one moment, the same for all."""
    with ExitStack() as opened:
        connections = _fixed(data, opened)
        for name, connection in connections.items():
            yield f"{name}, {(data / name).stat().st_size / 1e6:,.1f} MB"
            os.close(os.open(draft / name, os.O_CREAT | os.O_WRONLY, 0o600))
            with closing(sqlite3.connect(draft / name)) as copy:
                connection.backup(copy)


def _fixed(data: Path, opened: ExitStack) -> dict[str, sqlite3.Connection]:
    """Open every database and fix what is read of it, again until they fit together."""
    names = [name for name in DATABASES if (data / name).exists()]
    connections = {}
    for name in names:
        connection = sqlite3.connect(data / name, timeout=PATIENCE_SECONDS, isolation_level=None)
        connections[name] = opened.enter_context(closing(connection))
    for _attempt in range(ATTEMPTS):
        for connection in connections.values():
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # the first read fixes it
        if _fit(connections):
            return connections
        for connection in connections.values():
            connection.execute("ROLLBACK")
    raise TocsinError("the river was too fast to be copied. Nothing was copied; give the command again.")


def _fit(connections: dict[str, sqlite3.Connection]) -> bool:
    """Return whether the bus still holds every batch that the river has not taken."""
    if not {"river.db", "bus.db"} <= connections.keys():
        return True
    taken = connections["river.db"].execute(_TAKEN).fetchone()[0]
    deleted = connections["bus.db"].execute(_DELETED_UP_TO).fetchone()[0]
    return bool(deleted <= taken)
