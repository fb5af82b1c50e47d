"""What detection reads of a PostgreSQL server and stores in it: minutes, states, what was raised."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg

from tocsin.store import statements as sql
from tocsin.store.base import Minutes, Watched
from tocsin.store.minutes import ReadMinutes
from tocsin.store.postgres_server import CLOSING, PostgresServer
from tocsin.store.rows import minutes_of, raised_row
from tocsin.store.schema import UNIT_LATE, UNIT_MINUTE
from tocsin.store.statements import for_postgres


class PostgresMinutes(PostgresServer, ReadMinutes):
    """Minutes of watches, and how far detection has come with them."""

    @contextmanager
    def closing(self, organisation: int) -> Iterator[None]:
        """Keep batches of an organisation from being committed while its minutes are read and closed."""
        with self._watching, self._naming():
            connection = self._alive("_watcher")
            connection.execute("SELECT pg_advisory_lock(%s, %s)", (CLOSING, organisation))
            try:
                yield
            finally:
                # a connection that is lost gives its locks back by itself
                with suppress(psycopg.Error):
                    connection.execute("SELECT pg_advisory_unlock(%s, %s)", (CLOSING, organisation))

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
