"""What detection reads of a SQLite file and stores in it: minutes, states, what was raised."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from tocsin.store import statements as sql
from tocsin.store.base import Minutes, Row, Watched
from tocsin.store.minutes import ReadMinutes
from tocsin.store.rows import minutes_of, raised_row
from tocsin.store.schema import UNIT_LATE, UNIT_MINUTE
from tocsin.store.sqlite_file import SqliteFile

_STATEMENT_WATCHES: Final = 10_000


class SqliteMinutes(SqliteFile, ReadMinutes):
    """Minutes of watches, and how far detection has come with them."""

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
