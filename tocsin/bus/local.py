"""The bus of one machine: a SQLite file of its own.

A segment is a run of `SEGMENT` sequences. Deleting one is a single range of the table, so the file is
reused from its free pages and does not grow while consumers keep up.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from tocsin.bus.base import KEEP_HOURS, BusUnavailable, Message

SEGMENT: Final = 16
_WAIT_SECONDS: Final = 20.0

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS message (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL,
    kind TEXT NOT NULL,
    organisation INTEGER NOT NULL,
    source INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    meta TEXT NOT NULL,
    payload BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS message_topic ON message (topic, sequence);
CREATE TABLE IF NOT EXISTS seen (
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (topic, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS consumer (
    topic TEXT NOT NULL,
    name TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (topic, name)
) WITHOUT ROWID;
"""


@dataclass(slots=True)
class _Waiting:
    """A batch that its publisher waits to see accepted."""

    row: tuple[str, str, int, int, int, str, bytes]
    key: str | None
    sequence: "Future[int]"


class LocalBus:
    """A log in a SQLite file; several processes may publish to it and read from it.

    Parameters
    ----------
    path : Path
        The file; made when absent.
    now_ms : callable
        Milliseconds since 1970 UTC.
    """

    def __init__(self, path: Path, now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> None:
        self._path = path
        self._now_ms = now_ms
        self._queue: list[_Waiting] = []
        self._nothing: dict[str, tuple[int, int]] = {}
        self._queued = threading.Lock()
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = self._connect()
        self._reader = self._connect()

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self._path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
            # FULL: a commit returns when the batch is on the disk, for "accepted" must mean "never lost"
            connection.executescript(
                "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "PRAGMA secure_delete=FAST; PRAGMA journal_size_limit=67108864;" + _TABLES
            )
        except sqlite3.Error as error:
            raise self._unavailable(error) from error
        return connection

    def _unavailable(self, error: BaseException) -> BusUnavailable:
        return BusUnavailable(
            f"the bus {self._path} cannot be used ({error}). What was accepted before is kept; this batch "
            "was not accepted. Free disk space or check the folder's permissions, then send it again."
        )

    @contextmanager
    def _reading_it(self) -> Iterator[sqlite3.Connection]:
        with self._reading:
            try:
                yield self._reader
            except sqlite3.Error as error:
                raise self._at_rest(error) from error

    @contextmanager
    def _keeping_it(self) -> Iterator[sqlite3.Connection]:
        with self._writing:
            try:
                yield self._writer
            except sqlite3.Error as error:
                raise self._at_rest(error) from error

    def _at_rest(self, error: sqlite3.Error) -> BusUnavailable:
        return BusUnavailable(
            f"the bus {self._path} cannot be used ({error}). What was accepted is kept and is read as soon "
            "as that is possible again. Free disk space or check the folder's permissions."
        )

    def publish(
        self,
        topic: str,
        kind: str,
        organisation: int,
        source: int,
        payload: bytes,
        *,
        key: str | None = None,
        meta: dict[str, Any] | None = None,
    ) -> int:
        """Append a batch; batches published at the same time by several threads share one commit."""
        described = msgspec.json.encode(meta or {}).decode()
        row = (topic, kind, organisation, source, self._now_ms(), described, payload)
        waiting = _Waiting(row, key, Future())
        with self._queued:
            self._queue.append(waiting)
        with self._writing:  # whoever enters first commits for everybody who queued meanwhile
            if not waiting.sequence.done():
                self._commit_queue()
        return waiting.sequence.result()

    def _commit_queue(self) -> None:
        with self._queued:
            group, self._queue = self._queue, []
        try:
            self._commit(group)
        except sqlite3.Error as error:
            _refuse(group, self._unavailable(error))
        except Exception:
            # one of them is not fit to be written; the others must not suffer for it
            for waiting in group:
                self._commit_alone(waiting)
        except BaseException as error:
            _refuse(group, self._unavailable(error))
            raise

    def _commit_alone(self, waiting: _Waiting) -> None:
        try:
            self._commit([waiting])
        except sqlite3.Error as error:
            _refuse([waiting], self._unavailable(error))
        except Exception as error:
            waiting.sequence.set_exception(error)

    def _commit(self, group: Sequence[_Waiting]) -> None:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            sequences = [self._append(waiting) for waiting in group]
            self._writer.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # where even that fails, the next BEGIN says what is wrong
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
            raise
        for waiting, sequence in zip(group, sequences, strict=True):
            waiting.sequence.set_result(sequence)

    def _append(self, waiting: _Waiting) -> int:
        topic, at_ms = waiting.row[0], waiting.row[4]
        if waiting.key is not None:
            known = self._writer.execute(
                "SELECT sequence FROM seen WHERE topic=? AND key=?", (topic, waiting.key)
            ).fetchone()
            if known:
                return int(known[0])
        inserted = self._writer.execute(
            "INSERT INTO message (topic, kind, organisation, source, at_ms, meta, payload) "
            "VALUES (?,?,?,?,?,?,?) RETURNING sequence",
            waiting.row,
        ).fetchone()
        if waiting.key is not None:
            self._writer.execute(
                "INSERT INTO seen VALUES (?,?,?,?)", (topic, waiting.key, inserted[0], at_ms)
            )
        return int(inserted[0])

    def read(self, topic: str, after: int, *, messages: int = 64, size: int = 8 << 20) -> list[Message]:
        """Return the batches after a sequence, in order, at most so many and about so many bytes."""
        found: list[Message] = []
        total = 0
        with self._reading_it() as reader:
            # an idle river asks ten times a second; whether anybody wrote costs the least of all questions
            asked = after, reader.execute("PRAGMA data_version").fetchone()[0]
            if self._nothing.get(topic) == asked:
                return []
            rows = reader.execute(
                "SELECT sequence, topic, kind, organisation, source, payload, meta, at_ms FROM message "
                "WHERE topic=? AND sequence>? ORDER BY sequence LIMIT ?",
                (topic, after, messages),
            )
            for sequence, of, kind, organisation, source, payload, meta, at_ms in rows:
                said = msgspec.json.decode(meta)
                found.append(Message(sequence, of, kind, organisation, source, payload, said, at_ms))
                total += len(payload)
                if total >= size:
                    break
            rows.close()
            if not found:
                self._nothing[topic] = asked
        return found

    def subscribe(self, topic: str, consumer: str) -> None:
        """Keep everything of a topic from now on until this consumer has passed it."""
        with self._keeping_it() as writer:
            writer.execute("INSERT OR IGNORE INTO consumer VALUES (?,?,0)", (topic, consumer))

    def forget_others(self, topic: str, consumers: Sequence[str]) -> None:
        """Wait for no other consumers of a topic than these."""
        with self._keeping_it() as writer:
            writer.execute(
                "DELETE FROM consumer WHERE topic=? AND name NOT IN (SELECT value FROM json_each(?))",
                (topic, msgspec.json.encode(list(consumers)).decode()),
            )

    def passed(self, topic: str, consumer: str, sequence: int) -> None:
        """Tell that the effects of everything up to a sequence are durable; it may be deleted."""
        with self._keeping_it() as writer:
            writer.execute(
                "UPDATE consumer SET sequence=? WHERE topic=? AND name=? AND sequence<?",
                (sequence, topic, consumer, sequence),
            )

    def last(self, topic: str) -> int:
        """Return the sequence of the newest batch of a topic that is still in the log, 0 for none."""
        with self._reading_it() as reader:
            row = reader.execute("SELECT max(sequence) FROM message WHERE topic=?", (topic,)).fetchone()
        return int(row[0] or 0)

    def trim(self) -> int:
        """Delete segments that every consumer has passed; a passed segment that stays open goes by age."""
        with self._keeping_it() as writer:
            floors = writer.execute("SELECT topic, min(sequence) FROM consumer GROUP BY topic").fetchall()
            old = self._now_ms() - KEEP_HOURS * 3_600_000
            deleted = sum(self._delete_passed(topic, floor, old) for topic, floor in floors)
            writer.execute("DELETE FROM seen WHERE at_ms<?", (old,))
            if deleted:
                writer.execute("PRAGMA incremental_vacuum(2000)").fetchall()
        return deleted

    def _delete_passed(self, topic: str, floor: int, old_ms: int) -> int:
        whole = floor // SEGMENT * SEGMENT
        return self._writer.execute(
            "DELETE FROM message WHERE topic=? AND (sequence<=? OR (sequence<=? AND at_ms<?))",
            (topic, whole, floor, old_ms),
        ).rowcount

    def close(self) -> None:
        """Close the file."""
        self._writer.close()
        self._reader.close()


def _refuse(group: Sequence[_Waiting], error: BusUnavailable) -> None:
    for waiting in group:
        waiting.sequence.set_exception(error)
