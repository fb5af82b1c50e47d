"""Whether the databases were brought up to date by this very code: one short question instead of a migration.

The answer stands inside the database, so that it travels with a copy and a restored backup asks for what it
lacks.
"""

from __future__ import annotations

import sqlite3
import zlib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

PACKAGE: Final = Path(__file__).resolve().parents[1]
WITH_TABLES: Final = ("django", "django-allauth")
RIVER_FILES: Final = ("river.db", "fulltext.db")


def fingerprint() -> int:
    """Return a number of 31 bits that changes with anything that makes tables."""
    total = zlib.crc32(" ".join(f"{name} {version(name)}" for name in WITH_TABLES).encode())
    for path in sorted([*PACKAGE.glob("*/migrations/*.py"), *PACKAGE.glob("store/*.py")]):
        total = zlib.crc32(str(path.relative_to(PACKAGE)).encode() + path.read_bytes(), total)
    return total & 0x7FFF_FFFF | 1


def is_fresh(data: Path, database: str) -> bool:
    """Return whether the databases are up to date; False too when nobody can tell.

    Parameters
    ----------
    database : str
        ``postgresql://…``, or nothing for the SQLite files of `data`.
    """
    found = _mark_of_postgres(database) if database else _mark_of_sqlite(data)
    return found == fingerprint()


def mark_fresh(connection: BaseDatabaseWrapper) -> None:
    """Leave the mark in Django's database, once everything is up to date."""
    mark = fingerprint()
    statement = (
        f"PRAGMA user_version = {mark}"
        if connection.vendor == "sqlite"
        else f"COMMENT ON TABLE django_migrations IS '{mark}'"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _mark_of_sqlite(data: Path) -> int | None:
    if not all((data / name).exists() for name in ("tocsin.db", *RIVER_FILES)):
        return None
    try:
        connection = sqlite3.connect(data / "tocsin.db", timeout=20)
    except sqlite3.Error:
        return None
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        return None
    finally:
        connection.close()


def _mark_of_postgres(address: str) -> int | None:
    import psycopg  # noqa: PLC0415 - only where it is used; it takes as long as all the rest

    try:
        with psycopg.connect(address, connect_timeout=10) as connection:
            row = connection.execute("SELECT obj_description(to_regclass('django_migrations'))").fetchone()
    except psycopg.Error:
        return None
    return int(row[0]) if row and str(row[0] or "").isdigit() else None
