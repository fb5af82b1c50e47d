"""The store in a SQLite file: one river writes it, anyone reads it."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tocsin.store import statements as sql
from tocsin.store.base import AlreadyStored, Commit, Overtaken, Row
from tocsin.store.rows import Sketches, SketchKey, pending_of, rollup_rows
from tocsin.store.sharing import shared
from tocsin.store.sqlite_minutes import SqliteMinutes
from tocsin.stream.batch import Ints
from tocsin.stream.known import Known


class SqliteStore(SqliteMinutes):
    """Posts, mentions, rollups, states and positions in one file, beside those of Django.

    Parameters
    ----------
    path : Path
        The file, ``river.db``; made when absent.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._sketches = Sketches(self._stored_sketches)

    # what is stored

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


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)
