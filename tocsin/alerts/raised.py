"""The rows that the river raised, read in order from its database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError, connections

COLUMNS = "sequence, key, organisation, watch, change, level, minute, since, score, data, historic"
LOOK_BACK = 500


@dataclass(frozen=True, slots=True)
class Raised:
    """A change of an alert, as the river found it."""

    sequence: int
    key: str
    organisation: int
    watch: int
    change: str
    level: str
    minute: int
    since: int
    score: float
    data: dict[str, Any]
    historic: bool

    @property
    def found_at(self) -> datetime:
        """The end of the minute in which it showed."""
        return datetime.fromtimestamp((self.minute + 1) * 60, UTC)

    @property
    def began_at(self) -> datetime:
        """When what it tells of began."""
        return datetime.fromtimestamp(self.since * 60, UTC)


def first_to_read(position: int) -> int:
    """Return the sequence after which rows must be read.

    PostgreSQL gives numbers before it commits: a row may appear behind one that was read. So rows a little
    further back are read again, and those taken before are known by their key.
    """
    return max(0, position - LOOK_BACK) if connections["river"].vendor == "postgresql" else position


def keys_after(sequence: int) -> list[str]:
    """Return the keys of the rows after `sequence`; none while the river has no database yet."""
    try:
        with connections["river"].cursor() as cursor:
            cursor.execute("SELECT key FROM raised WHERE sequence > %s ORDER BY sequence", [sequence])
            return [key for (key,) in cursor.fetchall()]
    except DatabaseError:
        if _has_table():
            raise
        return []


def read(keys: list[str]) -> list[Raised]:
    """Return these rows, in order."""
    places = ", ".join(["%s"] * len(keys))
    statement = f"SELECT {COLUMNS} FROM raised WHERE key IN ({places}) ORDER BY sequence"  # noqa: S608 - only placeholders are joined
    with connections["river"].cursor() as cursor:
        cursor.execute(statement, keys)
        rows = [dict(zip(COLUMNS.split(", "), row, strict=True)) for row in cursor.fetchall()]
    return [
        Raised(**row | {"data": json.loads(row["data"]), "historic": bool(row["historic"])}) for row in rows
    ]


def _has_table() -> bool:
    connection = connections["river"]
    return "raised" in connection.introspection.table_names()
