"""The store in a SQLite file: one river writes it, anyone reads it."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tocsin.store import statements as sql
from tocsin.store.base import (
    AlreadyStored,
    Backfill,
    Collided,
    Commit,
    Minutes,
    Overtaken,
    Raised,
    Row,
    StoreUnavailable,
    Watched,
)
from tocsin.store.rows import Sketches, SketchKey, minutes_of, pending_of, raised_of, raised_row, rollup_rows
from tocsin.store.schema import PLACE_BITS, PLACE_MASK, TABLES, UNIT_LATE, UNIT_MINUTE
from tocsin.store.sharing import shared
from tocsin.stream.batch import Ints
from tocsin.stream.known import Known

_BUSY_SECONDS: Final = 20.0
_RESTART_WAL_BYTES: Final = 96 << 20
_STATEMENT_WATCHES: Final = 10_000
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


class SqliteStore:
    """Posts, mentions, rollups, states and positions in one file, beside those of Django.

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
        self._sketches = Sketches(self._stored_sketches)
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

    # what is stored

    def position(self, consumer: str) -> int:
        """Return the sequence of the last batch whose effect is stored, 0 for none."""
        rows = self._rows("SELECT sequence FROM consumer WHERE name=?", (consumer,))
        return int(rows[0][0]) if rows else 0

    def positions(self) -> dict[str, int]:
        """Return the position of every consumer."""
        return dict(self._rows("SELECT name, sequence FROM consumer"))

    def share(self, consumers: Sequence[str]) -> None:
        """Let these consumers, and no others, have positions from now on, so that nothing is left out."""
        if set(self.positions()) == set(consumers):
            return
        with self.transaction() as connection:
            before = dict(connection.execute("SELECT name, sequence FROM consumer").fetchall())
            connection.execute("DELETE FROM consumer")
            connection.executemany(
                "INSERT INTO consumer (name, sequence) VALUES (?, ?)", shared(before, consumers).items()
            )

    def known(self, organisation: int, keys: Ints) -> Known:
        """Return what is stored of the posts with these keys."""
        rows = self._rows(
            "SELECT key, n, role, likes, reposts, replies, views, coalesce((SELECT v.text "
            "FROM post_version v WHERE v.n = post.n ORDER BY v.fetched DESC LIMIT 1), text) FROM post "
            "WHERE organisation=? AND key IN (SELECT value FROM json_each(?))",
            (organisation, json.dumps(keys.tolist())),
        )
        if not rows:
            return Known.nothing()
        rows.sort()
        key, n, role, *counters, text = zip(*rows, strict=True)
        return Known(
            _ints(key), _ints(n), _ints(role), np.stack([_ints(c) for c in counters], axis=1), list(text)
        )

    def wanted(self, organisation: int, keys: Ints) -> npt.NDArray[np.bool_]:
        """Return which of these keys are parents of stored posts."""
        rows = self._rows(
            "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM post "
            "WHERE organisation=? AND parent_key=value AND parent_key<>0)",
            (json.dumps(keys.tolist()), organisation),
        )
        return np.isin(keys, _ints([row[0] for row in rows]))

    def taken(self, places: Ints) -> Ints:
        """Return which of these places are taken."""
        rows = self._rows(
            "SELECT n FROM post WHERE n IN (SELECT value FROM json_each(?))", (json.dumps(places.tolist()),)
        )
        return _ints([row[0] for row in rows])

    def mentioned(self, places: Ints) -> tuple[Ints, Ints]:
        """Return the pairs (watch, place) of stored mentions of these places."""
        rows = self._rows(
            "SELECT watch, n FROM mention WHERE n IN (SELECT value FROM json_each(?))",
            (json.dumps(places.tolist()),),
        )
        return _ints([row[0] for row in rows]), _ints([row[1] for row in rows])

    def _stored_sketches(self, keys: list[SketchKey]) -> dict[SketchKey, bytes]:
        rows = self._rows(
            "SELECT k.key, author_sketch FROM json_each(?) k CROSS JOIN rollup "
            "ON watch = k.value ->> 0 AND unit = k.value ->> 1 AND bucket = k.value ->> 2 "
            "AND network = k.value ->> 3",
            (json.dumps(keys),),
            by=self._writer,
        )
        return {keys[place]: sketch for place, sketch in rows if sketch}

    # the transaction of a batch

    def commit(self, change: Commit) -> None:
        """Make everything of a batch happen, once."""
        rollups = self._prepared_rollups(change)
        try:
            with self.transaction() as connection:
                self._advance(connection, change)
                self._write(connection, change, rollups)
        except BaseException:
            self._sketches.forget()
            raise

    def _prepared_rollups(self, change: Commit) -> list[Row]:
        if change.rollups is None or not len(change.rollups):
            return []
        with self._writing:
            blobs, authors = self._sketches.merged(change.rollups)
        return rollup_rows(change.rollups, blobs, authors)

    @staticmethod
    def _advance(connection: sqlite3.Connection, change: Commit) -> None:
        row = connection.execute("SELECT sequence FROM consumer WHERE name=?", (change.consumer,)).fetchone()
        if row and row[0] >= change.sequence:
            raise AlreadyStored(f"{change.consumer} has passed {change.sequence}; its posts are stored")
        if change.closed is not None:
            row = connection.execute(
                "SELECT minute FROM watermark WHERE organisation=?", (change.organisation,)
            ).fetchone()
            if row and row[0] != change.closed:
                raise Overtaken(f"minute {row[0]} was closed meanwhile")
        connection.execute(sql.UPSERT_CONSUMER, (change.consumer, change.sequence))

    @staticmethod
    def _write(connection: sqlite3.Connection, change: Commit, rollups: Sequence[Row]) -> None:
        connection.executemany(sql.INSERT_POST, change.posts)
        connection.executemany(sql.INSERT_MENTION, change.mentions)
        connection.executemany(sql.INSERT_VERSION, change.versions)
        connection.executemany(sql.UPDATE_COUNTERS, change.counters)
        connection.executemany(sql.UPDATE_PROMOTED, change.promoted)
        connection.executemany(sql.UPDATE_ENGAGED, change.engaged)
        connection.executemany(sql.UPSERT_ROLLUP, rollups)
        connection.executemany(sql.UPSERT_TALLY, change.tally)
        connection.executemany(
            sql.UPSERT_BACKFILL,
            [(b.watch, b.organisation, b.first_minute, b.last_minute, b.amount) for b in change.backfill],
        )
        if len(change.text_places):
            connection.execute(
                "INSERT INTO pending_text (places) VALUES (?)", (change.text_places.astype("<i8").tobytes(),)
            )
        if change.revised:
            connection.execute(sql.UPSERT_REVISION, (change.organisation, change.minute))

    # durability

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

    # detection

    def watermark(self, organisation: int) -> int | None:
        """Return the last closed minute of an organisation, None before the first."""
        rows = self._rows("SELECT minute FROM watermark WHERE organisation=?", (organisation,))
        return int(rows[0][0]) if rows else None

    @contextmanager
    def closing(self, organisation: int) -> Iterator[None]:
        """Keep batches from being committed while minutes are read and closed."""
        del organisation  # one file, one writer: every organisation waits, for milliseconds
        with self._writing:
            yield

    def watched(self, change: Watched) -> int:
        """Store a look at the minutes in one transaction; return how many changes were new."""
        with self.transaction() as connection:
            before = connection.total_changes
            connection.executemany(sql.INSERT_RAISED, [raised_row(raised) for raised in change.raised])
            new = connection.total_changes - before
            connection.executemany(sql.UPSERT_DETECTOR, change.detectors)
            connection.executemany("DELETE FROM backfill WHERE watch=? AND amount=?", change.recomputed)
            connection.executemany(sql.DELETE_LATE, change.taken)
            if change.watermark is not None:
                connection.execute(sql.UPSERT_WATERMARK, (change.organisation, change.watermark))
            if new:
                connection.execute(sql.UPSERT_REVISION, (change.organisation, change.minute))
        return new

    def detector_states(self, watches: Sequence[int]) -> dict[int, tuple[int, bytes]]:
        """Return the minute and state of each detector that was stored."""
        rows = self._rows(
            "SELECT watch, minute, state FROM detector WHERE watch IN (SELECT value FROM json_each(?))",
            (json.dumps(list(watches)),),
        )
        return {watch: (minute, state) for watch, minute, state in rows}

    def raised(self, watch: int) -> list[Raised]:
        """Return everything raised for a watch, oldest first."""
        return [raised_of(row) for row in self._rows(sql.SELECT_RAISED, (watch,))]

    def backfills(self, organisation: int) -> list[Backfill]:
        """Return the spans that detection has yet to go over again."""
        rows = self._rows(
            "SELECT watch, organisation, first_minute, last_minute, amount FROM backfill "
            "WHERE organisation=? ORDER BY watch",
            (organisation,),
        )
        return [Backfill(*row) for row in rows]

    def most_backfill(self) -> int:
        """Return how many posts wait at most in a watch for detection to go over its past."""
        return int(self._rows("SELECT coalesce(max(amount), 0) FROM backfill")[0][0])

    def minutes(self, watches: Sequence[int], first: int, last: int, *, late: bool = False) -> Minutes:
        """Return the minutes of watches in a span, both ends included."""
        unit = UNIT_LATE if late else UNIT_MINUTE
        rows: list[Row] = []
        for start in range(0, len(watches), _STATEMENT_WATCHES):
            rows += self._rows(
                f"SELECT watch, bucket, {sql.SUM_MEASURES} FROM rollup "  # noqa: S608 - names of columns
                "WHERE watch IN (SELECT value FROM json_each(?)) AND unit=? "
                "AND bucket BETWEEN ? AND ? GROUP BY watch, bucket",
                (json.dumps(list(watches[start : start + _STATEMENT_WATCHES])), unit, first, last),
            )
        return minutes_of(rows)

    def first_minute(self, watches: Sequence[int]) -> int | None:
        """Return the first minute in which any of these watches has anything, None for never."""
        rows = self._rows(
            "SELECT min((SELECT min(bucket) FROM rollup WHERE watch=value AND unit=?)) FROM json_each(?)",
            (UNIT_MINUTE, json.dumps(list(watches))),
        )
        return None if rows[0][0] is None else int(rows[0][0])

    def behind(self, watch: int, first_ms: int, last_ms: int, limit: int) -> list[Row]:
        """Return mentions of a watch in a span of time, newest first."""
        span = (first_ms << PLACE_BITS, (last_ms << PLACE_BITS) | PLACE_MASK)
        return self._rows(sql.SELECT_BEHIND, (watch, *span, limit))

    def told(self, organisation: int, first_ms: int, last_ms: int, limit: int) -> list[Row]:
        """Return mentions of an organisation in a span of time, the newest so many, in order of arrival."""
        span = (first_ms << PLACE_BITS, (last_ms << PLACE_BITS) | PLACE_MASK)
        return sorted(self._rows(sql.SELECT_TOLD, (organisation, *span, limit)), key=itemgetter(-1))

    # full text

    def pending_texts(self, batches: int, posts: int) -> tuple[int, Ints]:
        """Return places whose text is to be indexed, and the sequence up to which they reach (0 for none)."""
        return pending_of(self._rows(sql.SELECT_PENDING, (batches,)), posts)

    def texts(self, places: Ints) -> list[Row]:
        """Return (n, organisation, title, text) of posts, and nothing of posts that are gone."""
        return self._rows(
            "SELECT n, organisation, title, text FROM post WHERE n IN (SELECT value FROM json_each(?))",
            (json.dumps(places.tolist()),),
        )

    def forget_pending(self, sequence: int) -> None:
        """Forget places to be indexed up to a sequence."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM pending_text WHERE sequence<=?", (sequence,))

    # retention

    def oldest(self, after: int, before: int, limit: int) -> tuple[Ints, Ints]:
        """Return the lowest places between two, and when each post was fetched (milliseconds since 1970)."""
        rows = self._rows(
            "SELECT n, fetched FROM post WHERE n>? AND n<? ORDER BY n LIMIT ?", (after, before, limit)
        )
        return _ints([row[0] for row in rows]), _ints([row[1] for row in rows])

    def delete(self, places: Ints) -> None:
        """Delete posts with their versions and mentions; what was summed stays."""
        chosen = (json.dumps(places.tolist()),)
        with self.transaction() as connection:
            for table in ("mention", "post_version", "post"):
                connection.execute(
                    f"DELETE FROM {table} WHERE n IN (SELECT value FROM json_each(?))",  # noqa: S608 - three names
                    chosen,
                )

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


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)
