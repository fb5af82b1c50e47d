"""The store in PostgreSQL: rows come in by COPY; several rivers may write, each its own organisations."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import psycopg

from tocsin.store import statements as sql
from tocsin.store.base import MENTION_COLUMNS, POST_COLUMNS, AlreadyStored, Commit, Overtaken, Row
from tocsin.store.postgres_minutes import PostgresMinutes
from tocsin.store.postgres_server import CLOSING, Connection
from tocsin.store.rows import Sketches, SketchKey, pending_of, rollup_rows
from tocsin.store.sharing import shared
from tocsin.store.statements import for_postgres
from tocsin.stream.batch import Ints
from tocsin.stream.known import Known

_FROM_STAGE: Final = for_postgres(sql.UPSERT_ROLLUP).replace(
    f"VALUES ({', '.join(['%s'] * len(sql.ROLLUP_COLUMNS))})",
    f"SELECT {', '.join(sql.ROLLUP_COLUMNS)} FROM staged_rollup",  # noqa: S608 - names of columns
)


class PostgresStore(PostgresMinutes):
    """Posts, mentions, rollups, states and positions beside Django's tables.

    Parameters
    ----------
    address : str
        ``postgresql://…``
    """

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._sketches = Sketches(self._stored_sketches)

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
        connection.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", (CLOSING, change.organisation))
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


def _row_key(row: Row) -> Row:
    return row[:4]


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)
