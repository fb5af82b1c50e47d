"""Where a house of real processes keeps what the river stores: looked at from outside, copied, compared."""

from __future__ import annotations

import fcntl
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest

from tests import postgres

Rows = list[tuple[Any, ...]]
PATIENCE = 60.0
LOOK_SECONDS = 0.02

EITHER = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
"""What a fixture that opens a keeping is asked for."""

_OTHERS = "datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"


class Keeping(Protocol):
    """The data folder of a house, and the database beside it, if there is one.

    Attributes
    ----------
    address : str
        What ``TOCSIN_DATABASE`` names; empty for files in the folder.
    """

    folder: Path
    address: str

    def rows(self, statement: str) -> Rows:
        """Return the rows of a question put to the river's store."""

    def indexed(self, word: str) -> Rows:
        """Return what the full text holds, and where a word is found."""

    def settle_the_dead(self) -> None:
        """Return once nothing is held any more by processes that were killed."""

    def copy(self, name: str) -> Keeping:
        """Return a copy beside this one, in which nothing runs."""

    def close(self) -> None:
        """Let go of it."""


def on_the_bus(folder: Path) -> int:
    """Return the place of the last message on the bus of a data folder."""
    connection = sqlite3.connect(folder / "bus.db", timeout=20)
    try:
        row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'message'").fetchone()
        return int(row[0]) if row else 0
    finally:
        connection.close()


class Files:
    """Everything in files of the data folder."""

    address = ""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self._asking = threading.Lock()
        self._open: dict[str, sqlite3.Connection] = {}

    def rows(self, statement: str) -> Rows:
        """Return the rows of a question put to the river's store."""
        return self._rows("river.db", statement)

    def _rows(self, name: str, statement: str) -> Rows:
        with self._asking:
            if name not in self._open:
                path = self.folder / name
                self._open[name] = sqlite3.connect(path, timeout=20, check_same_thread=False)
            return self._open[name].execute(statement).fetchall()

    def indexed(self, word: str) -> Rows:
        """Return what the full text holds, and where a word is found."""
        found = self._rows(
            "fulltext.db", f"SELECT rowid FROM words WHERE words MATCH '{word}' ORDER BY rowid"
        )
        return [*found, *self._rows("fulltext.db", "SELECT * FROM indexed ORDER BY n")]

    def settle_the_dead(self) -> None:
        """Return once the lock of the river's turn is free.

        A process that was killed while it started another has left it to that one for a moment.
        """
        with (self.folder / "river.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)

    def copy(self, name: str) -> Files:
        """Return a copy beside this one, in which nothing runs."""
        self.close()
        shutil.copytree(self.folder, self.folder.with_name(name))
        return Files(self.folder.with_name(name))

    def close(self) -> None:
        """Let go of the files."""
        while self._open:
            self._open.popitem()[1].close()


class Database:
    """The bus in the data folder, everything else in a database of a PostgreSQL server.

    Parameters
    ----------
    server : str
        Address of the server's own database, of which the others are made.
    """

    def __init__(self, server: str, folder: Path, *, template: str = "template0") -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self._server = folder, server
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {folder.name} TEMPLATE {template}")
        self.address = server.replace("/postgres?", f"/{folder.name}?")
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._asking = threading.Lock()

    def rows(self, statement: str) -> Rows:
        """Return the rows of a question put to the database."""
        with self._asking:
            if self._connection is None:
                self._connection = psycopg.connect(self.address, autocommit=True, application_name="looks on")
            return self._connection.execute(statement.encode()).fetchall()

    def indexed(self, word: str) -> Rows:
        """Return what the full text holds, and where a word is found."""
        found = self.rows(f"SELECT n FROM full_text WHERE words @@ '{word}'::tsquery ORDER BY n")
        return [*found, *self.rows("SELECT * FROM full_text ORDER BY n")]

    def settle_the_dead(self) -> None:
        """Return once the server has noticed that the holder of the river's turn is gone."""
        self._wait_until_nobody("application_name = 'tocsin-river-turn'")

    def _wait_until_nobody(self, who: str) -> None:
        pause = threading.Event()
        asked = f"SELECT count(*) FROM pg_stat_activity WHERE {_OTHERS} AND {who}"
        for _ in range(int(PATIENCE / LOOK_SECONDS)):
            if self.rows(asked) == [(0,)]:
                return
            pause.wait(LOOK_SECONDS)
        raise AssertionError(f"still there: {who}")

    def copy(self, name: str) -> Database:
        """Return a copy beside this one, in which nothing runs."""
        self._wait_until_nobody("true")
        self.close()
        shutil.copytree(self.folder, self.folder.with_name(name))
        return Database(self._server, self.folder.with_name(name), template=self.folder.name)

    def close(self) -> None:
        """Let go of the database; it goes with its server."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Keeping]:
    """Yield where a house keeps what it knows, on SQLite or on a PostgreSQL server of its own."""
    if kind == "sqlite":
        yield Files(folder)
        return
    with postgres.server() as server:
        yield Database(server, folder)
