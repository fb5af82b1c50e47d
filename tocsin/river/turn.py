"""The right to be a river: a lock that the system, or the server, takes back when its holder dies."""

import fcntl
import os
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final

import psycopg

from tocsin.errors import TocsinError
from tocsin.store import StoreUnavailable

_STARTING: Final = 7_403
_RIVERS: Final = 7_404
"""First half of the advisory locks that rivers hold; the second half tells the part and of how many."""

_PART_BITS: Final = 12
_HELD: Final = """
SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class RiverRuns(TocsinError):
    """Another river already works on this data folder, or on this part of the organisations."""


class Turn:
    """Holds the right to be the river of a data folder until closed, or until the process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIOWrapper | None = path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            self._file.close()
            raise RiverRuns(
                f"A river already runs on this data folder (process {holder}), and SQLite takes only one. "
                "Nothing was changed. Stop the other one first, or use PostgreSQL (TOCSIN_DATABASE) to run "
                "several."
            ) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def keep(self) -> None:
        """Make sure that the right is still held; the system leaves it to a living process."""

    def close(self) -> None:
        """Give the right back."""
        if self._file is not None:
            self._file.close()
            self._file = None


class PostgresTurn:
    """Holds the right to be one of several rivers on a PostgreSQL database, until the connection ends.

    Two rivers of the same part exclude one another, and so do rivers that count different numbers of parts:
    an organisation would belong to both.

    Parameters
    ----------
    part, parts : int
        From 0, and of how many.
    """

    def __init__(self, address: str, part: int = 0, parts: int = 1) -> None:
        self._address, self._part, self._parts = address, part, parts
        self._connection = self._taken()

    def _taken(self) -> psycopg.Connection[tuple[Any, ...]]:
        try:
            connection = psycopg.connect(self._address, autocommit=True, application_name="tocsin-river-turn")
            try:
                self._take(connection)
            except BaseException:
                connection.close()
                raise
        except psycopg.Error as error:
            raise StoreUnavailable(
                f"PostgreSQL cannot be used ({str(error).strip()}). Nothing was started and nothing is lost; "
                "posts wait on the bus. Check the server and TOCSIN_DATABASE."
            ) from error
        return connection

    def _take(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        mine = self._parts << _PART_BITS | self._part
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_STARTING,))
            for (held,) in connection.execute(_HELD, (_RIVERS,)).fetchall():
                if held == mine or held >> _PART_BITS != self._parts:
                    raise RiverRuns(self._refusal(held))
            connection.execute("SELECT pg_advisory_lock(%s, %s)", (_RIVERS, mine))

    def _refusal(self, held: int) -> str:
        part, parts = (held & ((1 << _PART_BITS) - 1)) + 1, held >> _PART_BITS
        return (
            f"A river already runs on this database as part {part}/{parts}, so none can run as part "
            f"{self._part + 1}/{self._parts}. Nothing was changed. Stop the other one first, or give each "
            "its own part of the same number (tocsin river --part)."
        )

    def keep(self) -> None:
        """Make sure that the right is still held: a server that was restarted has forgotten it.

        Raises
        ------
        RiverRuns
            When another river was faster.
        """
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            self._connection.close()
            self._connection = self._taken()

    def close(self) -> None:
        """Give the right back."""
        self._connection.close()


AnyTurn = Turn | PostgresTurn


def consumers_of(parts: int) -> list[str]:
    """Return the names under which so many rivers read the bus."""
    return ["river"] if parts == 1 else [f"river {part + 1}/{parts}" for part in range(parts)]
