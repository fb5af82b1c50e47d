"""The store in PostgreSQL: rows come in by COPY; several rivers may write, each its own organisations."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from operator import itemgetter
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import psycopg
from psycopg import errors

from tocsin.store import statements as sql
from tocsin.store.base import (
    MENTION_COLUMNS,
    POST_COLUMNS,
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
from tocsin.store.statements import for_postgres
from tocsin.stream.batch import Ints
from tocsin.stream.known import Known

Connection = psycopg.Connection[tuple[Any, ...]]

_CLOSING: Final = 7_402
"""First half of the advisory locks under which minutes of an organisation are closed."""

_SCHEMA_LOCK: Final = 7_401
_SYNCHRONOUS: Final = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)
"""What is committed is on the disk, for the bus lets go of it; a server that waits for more may go on so."""
_STAGE: Final = "CREATE TEMP TABLE IF NOT EXISTS staged_rollup (LIKE rollup) ON COMMIT DELETE ROWS"
_FROM_STAGE: Final = for_postgres(sql.UPSERT_ROLLUP).replace(
    f"VALUES ({', '.join(['%s'] * len(sql.ROLLUP_COLUMNS))})",
    f"SELECT {', '.join(sql.ROLLUP_COLUMNS)} FROM staged_rollup",  # noqa: S608 - names of columns
)
SCHEMA: Final = TABLES.format(place="BIGINT", blob="BYTEA", clustered="", serial="BIGSERIAL PRIMARY KEY")


class PostgresStore:
    """Posts, mentions, rollups, states and positions beside Django's tables.

    Parameters
    ----------
    address : str
        ``postgresql://…``
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._writing = threading.Lock()
        self._watching = threading.RLock()
        self._local = threading.local()
        self._opened: list[Connection] = []
        self._sketches = Sketches(self._stored_sketches)
        self._writer = self._connect()
        self._watcher = self._connect()
        with self._writer.transaction():
            self._writer.execute("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,))
            self._writer.execute(SCHEMA)
        self._writer.execute(_STAGE)

    def _connect(self) -> Connection:
        try:
            connection = psycopg.connect(self._address, autocommit=True, application_name="tocsin-river")
            connection.execute(_SYNCHRONOUS)
        except psycopg.Error as error:
            raise self._unavailable(error) from error
        self._opened.append(connection)
        return connection

    @staticmethod
    def _unavailable(error: psycopg.Error) -> StoreUnavailable:
        return StoreUnavailable(
            f"PostgreSQL cannot be used ({str(error).strip()}). Nothing of this batch was stored; it waits "
            "on the bus and is tried again. Check the server and TOCSIN_DATABASE."
        )

    @property
    def _reader(self) -> Connection:
        connection: Connection | None = getattr(self._local, "reader", None)
        if connection is None or connection.closed:
            connection = self._local.reader = self._connect()
        return connection

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        with self._naming():
            return self._reader.execute(for_postgres(statement), values).fetchall()

    @contextmanager
    def _naming(self) -> Iterator[None]:
        """Tell trouble of the store, which passes, from what would go wrong however often it is tried."""
        try:
            yield
        except errors.UniqueViolation as error:
            raise Collided(str(error)) from error
        except (errors.SerializationFailure, errors.DeadlockDetected) as error:
            raise Overtaken(str(error)) from error
        except psycopg.Error as error:
            if _is_of_the_data(error):
                raise
            raise self._unavailable(error) from error

    def _alive(self, name: str) -> Connection:
        """Return a connection that writes, opened anew when the server let go of it."""
        connection: Connection = getattr(self, name)
        if connection.closed:
            connection = self._connect()
            setattr(self, name, connection)
            connection.execute(_STAGE)
        return connection

    @contextmanager
    def _transaction(self, name: str) -> Iterator[Connection]:
        with self._naming():
            connection = self._alive(name)
            with connection.transaction():
                yield connection

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
        with self._writing, self._transaction("_writer") as connection, connection.cursor() as cursor:
            # rivers that start at the same time come to the same positions, one after the other
            cursor.execute("LOCK TABLE consumer IN SHARE ROW EXCLUSIVE MODE")
            before = dict(cursor.execute("SELECT name, sequence FROM consumer").fetchall())
            cursor.execute("DELETE FROM consumer WHERE name <> ALL(%s)", (list(consumers),))
            cursor.executemany(
                "INSERT INTO consumer (name, sequence) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                list(shared(before, consumers).items()),
            )

    def known(self, organisation: int, keys: Ints) -> Known:
        """Return what is stored of the posts with these keys."""
        rows = self._rows(
            "SELECT key, n, role, likes, reposts, replies, views, coalesce((SELECT v.text "
            "FROM post_version v WHERE v.n = post.n ORDER BY v.fetched DESC LIMIT 1), text) FROM post "
            "WHERE organisation=? AND key = ANY(?) ORDER BY key",
            (organisation, keys.tolist()),
        )
        if not rows:
            return Known.nothing()
        key, n, role, *counters, text = zip(*rows, strict=True)
        table = np.stack([_ints(column) for column in counters], axis=1)
        return Known(_ints(key), _ints(n), _ints(role), table, list(text))

    def wanted(self, organisation: int, keys: Ints) -> npt.NDArray[np.bool_]:
        """Return which of these keys are parents of stored posts."""
        rows = self._rows(
            "SELECT DISTINCT parent_key FROM post "
            "WHERE organisation=? AND parent_key = ANY(?) AND parent_key <> 0",
            (organisation, keys.tolist()),
        )
        return np.isin(keys, _ints([row[0] for row in rows]))

    def taken(self, places: Ints) -> Ints:
        """Return which of these places are taken."""
        return _ints(
            [row[0] for row in self._rows("SELECT n FROM post WHERE n = ANY(?)", (places.tolist(),))]
        )

    def mentioned(self, places: Ints) -> tuple[Ints, Ints]:
        """Return the pairs (watch, place) of stored mentions of these places."""
        rows = self._rows("SELECT watch, n FROM mention WHERE n = ANY(?)", (places.tolist(),))
        return _ints([row[0] for row in rows]), _ints([row[1] for row in rows])

    def _stored_sketches(self, keys: list[SketchKey]) -> dict[SketchKey, bytes]:
        columns = [list(column) for column in zip(*keys, strict=True)]
        rows = self._rows(
            "SELECT watch, unit, bucket, network, author_sketch FROM rollup WHERE author_sketch IS NOT NULL "
            "AND (watch, unit, bucket, network) IN (SELECT * FROM "
            "unnest(?::bigint[], ?::smallint[], ?::bigint[], ?::text[]))",
            columns,
        )
        return {(watch, unit, bucket, network): blob for watch, unit, bucket, network, blob in rows}

    # the transaction of a batch

    def commit(self, change: Commit) -> None:
        """Make everything of a batch happen, once."""
        with self._writing:
            try:
                rollups = self._prepared_rollups(change)
                with self._transaction("_writer") as connection:
                    self._advance(connection, change)
                    _write(connection, change, rollups)
            except BaseException:
                self._sketches.forget()
                raise

    def _prepared_rollups(self, change: Commit) -> list[Row]:
        if change.rollups is None or not len(change.rollups):
            return []
        blobs, authors = self._sketches.merged(change.rollups)
        # in one order everywhere, so that no two transactions wait for one another's rows
        return sorted(rollup_rows(change.rollups, blobs, authors), key=_row_key)

    @staticmethod
    def _advance(connection: Connection, change: Commit) -> None:
        connection.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", (_CLOSING, change.organisation))
        connection.execute(
            "INSERT INTO consumer VALUES (%s, 0) ON CONFLICT (name) DO NOTHING", (change.consumer,)
        )
        row = connection.execute(
            "SELECT sequence FROM consumer WHERE name=%s FOR UPDATE", (change.consumer,)
        ).fetchone()
        if row and row[0] >= change.sequence:
            raise AlreadyStored(f"{change.consumer} has passed {change.sequence}; its posts are stored")
        if change.closed is not None:
            row = connection.execute(
                "SELECT minute FROM watermark WHERE organisation=%s", (change.organisation,)
            ).fetchone()
            if row and row[0] != change.closed:
                raise Overtaken(f"minute {row[0]} was closed meanwhile")
        connection.execute(for_postgres(sql.UPSERT_CONSUMER), (change.consumer, change.sequence))

    def durable(self, consumer: str) -> int:
        """Return the position; a commit of PostgreSQL is durable when it returns."""
        return self.position(consumer)

    # detection

    def watermark(self, organisation: int) -> int | None:
        """Return the last closed minute of an organisation, None before the first."""
        rows = self._rows("SELECT minute FROM watermark WHERE organisation=?", (organisation,))
        return int(rows[0][0]) if rows else None

    @contextmanager
    def closing(self, organisation: int) -> Iterator[None]:
        """Keep batches of an organisation from being committed while its minutes are read and closed."""
        with self._watching, self._naming():
            connection = self._alive("_watcher")
            connection.execute("SELECT pg_advisory_lock(%s, %s)", (_CLOSING, organisation))
            try:
                yield
            finally:
                # a connection that is lost gives its locks back by itself
                with suppress(psycopg.Error):
                    connection.execute("SELECT pg_advisory_unlock(%s, %s)", (_CLOSING, organisation))

    def watched(self, change: Watched) -> int:
        """Store a look at the minutes in one transaction; return how many changes were new."""
        with self._watching, self._transaction("_watcher") as connection, connection.cursor() as cursor:
            new = 0
            for raised in change.raised:
                cursor.execute(for_postgres(sql.INSERT_RAISED), raised_row(raised))
                new += cursor.rowcount
            cursor.executemany(for_postgres(sql.UPSERT_DETECTOR), change.detectors)
            cursor.executemany("DELETE FROM backfill WHERE watch=%s AND amount=%s", change.recomputed)
            cursor.executemany(for_postgres(sql.DELETE_LATE), change.taken)
            if change.watermark is not None:
                cursor.execute(for_postgres(sql.UPSERT_WATERMARK), (change.organisation, change.watermark))
            if new:
                cursor.execute(for_postgres(sql.UPSERT_REVISION), (change.organisation, change.minute))
        return new

    def detector_states(self, watches: Sequence[int]) -> dict[int, tuple[int, bytes]]:
        """Return the minute and state of each detector that was stored."""
        rows = self._rows("SELECT watch, minute, state FROM detector WHERE watch = ANY(?)", (list(watches),))
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
        return minutes_of(
            self._rows(
                f"SELECT watch, bucket, {sql.SUM_MEASURES} FROM rollup "  # noqa: S608 - names of columns
                "WHERE watch = ANY(?) AND unit=? AND bucket BETWEEN ? AND ? GROUP BY watch, bucket",
                (list(watches), UNIT_LATE if late else UNIT_MINUTE, first, last),
            )
        )

    def first_minute(self, watches: Sequence[int]) -> int | None:
        """Return the first minute in which any of these watches has anything, None for never."""
        rows = self._rows(
            "SELECT min(bucket) FROM rollup WHERE watch = ANY(?) AND unit=?", (list(watches), UNIT_MINUTE)
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

    # full text and retention

    def pending_texts(self, batches: int, posts: int) -> tuple[int, Ints]:
        """Return places whose text is to be indexed, and the sequence up to which they reach (0 for none)."""
        return pending_of(self._rows(sql.SELECT_PENDING, (batches,)), posts)

    def texts(self, places: Ints) -> list[Row]:
        """Return (n, organisation, title, text) of posts, and nothing of posts that are gone."""
        return self._rows(
            "SELECT n, organisation, title, text FROM post WHERE n = ANY(?)", (places.tolist(),)
        )

    def forget_pending(self, sequence: int) -> None:
        """Forget places to be indexed up to a sequence."""
        with self._naming():
            self._reader.execute("DELETE FROM pending_text WHERE sequence<=%s", (sequence,))

    def oldest(self, after: int, before: int, limit: int) -> tuple[Ints, Ints]:
        """Return the lowest places between two, and when each post was fetched (milliseconds since 1970)."""
        rows = self._rows(
            "SELECT n, fetched FROM post WHERE n>? AND n<? ORDER BY n LIMIT ?", (after, before, limit)
        )
        return _ints([row[0] for row in rows]), _ints([row[1] for row in rows])

    def delete(self, places: Ints) -> None:
        """Delete posts with their versions and mentions; what was summed stays."""
        with self._writing, self._transaction("_writer") as connection:
            for table in ("mention", "post_version", "post"):
                connection.execute(
                    f"DELETE FROM {table} WHERE n = ANY(%s)",  # noqa: S608 - three names
                    (places.tolist(),),
                )

    def close(self) -> None:
        """Let go of the connections."""
        for connection in self._opened:
            connection.close()


def _write(connection: Connection, change: Commit, rollups: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        _copy(cursor, "post", POST_COLUMNS, change.posts)
        _copy(cursor, "mention", MENTION_COLUMNS, change.mentions)
        _copy(cursor, "staged_rollup", sql.ROLLUP_COLUMNS, rollups)
        if rollups:
            cursor.execute(_FROM_STAGE)
        backfill = [
            (b.watch, b.organisation, b.first_minute, b.last_minute, b.amount) for b in change.backfill
        ]
        for statement, rows in (
            (sql.INSERT_VERSION, change.versions),
            (sql.UPDATE_COUNTERS, change.counters),
            (sql.UPDATE_PROMOTED, change.promoted),
            (sql.UPDATE_ENGAGED, change.engaged),
            (sql.UPSERT_TALLY, sorted(change.tally)),
            (sql.UPSERT_BACKFILL, backfill),
        ):
            if rows:
                cursor.executemany(for_postgres(statement), rows)
        if len(change.text_places):
            places = change.text_places.astype("<i8").tobytes()
            cursor.execute("INSERT INTO pending_text (places) VALUES (%s)", (places,))
        if change.revised:
            cursor.execute(for_postgres(sql.UPSERT_REVISION), (change.organisation, change.minute))


def _copy(cursor: psycopg.Cursor[Any], table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    if not rows:
        return
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _is_of_the_data(error: psycopg.Error) -> bool:
    """Return whether it would come again however often the same is tried; a missing table may be mended."""
    unfit = isinstance(error, (errors.DataError, errors.IntegrityError, errors.NotSupportedError))
    return unfit or (isinstance(error, errors.ProgrammingError) and error.sqlstate is None)


def _row_key(row: Row) -> Row:
    return row[:4]


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)
