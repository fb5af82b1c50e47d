"""The file of the store: its connections, transactions and what a power cut leaves of it."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from tocsin.store.base import Collided, Row, StoreUnavailable
from tocsin.store.schema import TABLES

_BUSY_SECONDS: Final = 20.0
_RESTART_WAL_BYTES: Final = 96 << 20
_OF_THE_DATA: Final = (
    sqlite3.DataError,
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.NotSupportedError,
    sqlite3.ProgrammingError,
)
"""Errors that would come again however often the same is tried: no trouble of the file or the disk."""
_TAKEN: Final = (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE)

SCHEMA: Final = TABLES.format(
    place="INTEGER",
    blob="BLOB",
    clustered=" WITHOUT ROWID",
    serial="INTEGER PRIMARY KEY AUTOINCREMENT",
)


class SqliteFile:
    """A file in WAL mode: one connection writes, each thread reads by its own, one brings it to the disk.

    Parameters
    ----------
    path : Path
        The file, ``river.db``; made when absent.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writing = threading.RLock()
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._durable: dict[str, int] = {}
        try:
            self._writer = self._connect("PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-65536;")
            self._writer.executescript(SCHEMA)
            self._checkpointer = self._connect("PRAGMA cache_size=-1024; PRAGMA busy_timeout=50;")
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def _connect(self, pragmas: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=64,
        )
        # NORMAL: a batch is forgotten by the bus only after a checkpoint, so a power cut costs a repetition
        connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=FAST;"
            f"PRAGMA journal_size_limit={_RESTART_WAL_BYTES}; PRAGMA temp_store=MEMORY; {pragmas}"
        )
        self._opened.append(connection)
        return connection

    def _unavailable(self, error: sqlite3.Error | OSError) -> StoreUnavailable:
        return StoreUnavailable(
            f"the store {self.path} cannot be used ({error}). Nothing of this batch was stored; it waits on "
            "the bus and is tried again. Free disk space or check the folder's permissions."
        )

    @property
    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "reader", None)
        if connection is None:
            connection = self._local.reader = self._connect("PRAGMA query_only=ON; PRAGMA cache_size=-16384;")
        return connection

    def _rows(
        self, statement: str, values: Sequence[Any] = (), *, by: sqlite3.Connection | None = None
    ) -> list[Row]:
        with self._naming():
            return (by or self._reader).execute(statement, values).fetchall()

    @contextmanager
    def _naming(self) -> Iterator[None]:
        """Tell trouble of the store, which passes, from what would go wrong however often it is tried."""
        try:
            yield
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorcode not in _TAKEN:
                raise
            raise Collided(str(error)) from error
        except _OF_THE_DATA:
            raise
        except (sqlite3.Error, OSError) as error:
            raise self._unavailable(error) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction; rolled back and named when it fails."""
        with self._writing, self._naming():
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        # where even that fails, the next BEGIN says what is wrong
        with suppress(sqlite3.Error):
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")

    def position(self, consumer: str) -> int:
        """Return the sequence of the last batch whose effect is stored, 0 for none."""
        rows = self._rows("SELECT sequence FROM consumer WHERE name=?", (consumer,))
        return int(rows[0][0]) if rows else 0

    def durable(self, consumer: str) -> int:
        """Copy the log of writes into the file and return the position that a power cut cannot undo.

        Nobody waits for it: readers go on, and the writer stands still only for the few pages that came
        while the rest was copied, and only when the log has grown long.
        """
        position = self.position(consumer)
        if self._durable.get(consumer) == position:
            return position
        log = self.path.with_name(self.path.name + "-wal")
        with self._naming():
            self._checkpointer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            # where a reader keeps the log from being copied, SQLite does not bring it to the disk either
            _bring_to_disk(log)
            if log.exists() and log.stat().st_size > _RESTART_WAL_BYTES:
                with self._writing:
                    self._checkpointer.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
        self._durable[consumer] = position
        return position

    def close(self) -> None:
        """Copy the log into the file and let go of it."""
        for connection in self._opened:
            connection.close()


def _bring_to_disk(log: Path) -> None:
    """Return once a log and its name in the folder are where a power cut leaves them."""
    for path in (log, log.parent):
        with suppress(FileNotFoundError):  # no log: everything is in the file
            opened = os.open(path, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)
