"""Between the engine's columns and the rows of both databases."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, Final

import msgspec
import numpy as np

from tocsin.store.base import Minutes, Raised, Row
from tocsin.store.schema import MEASURES, UNIT_LATE
from tocsin.stream.batch import Ints
from tocsin.stream.rollup import AUTHORS, Rollups
from tocsin.stream.sketch import Sketch, add_to_all

SketchKey = tuple[int, int, int, str]
_REMEMBERED_SKETCHES: Final = 40_000


class Sketches:
    """Sketches of authors merged with what is stored; the busiest are remembered.

    Parameters
    ----------
    load : callable
        Returns the stored sketches of rollup rows; nothing for those that have none.
    """

    def __init__(self, load: Callable[[list[SketchKey]], dict[SketchKey, bytes]]) -> None:
        self._load = load
        self._remembered: dict[SketchKey, Sketch] = {}

    def merged(self, rollups: Rollups) -> tuple[list[bytes | None], Ints]:
        """Return the new sketch and author count of each group; None and 0 where they stay as they are."""
        blobs: list[bytes | None] = [None] * len(rollups)
        authors = np.zeros(len(rollups), dtype=np.int64)
        groups, starts = np.unique(rollups.author_group, return_index=True)
        ends = np.append(starts, len(rollups.author_group))[1:].tolist()
        counted = rollups.unit[groups] != UNIT_LATE
        keys = self._keys(rollups, groups.tolist())
        self._recall([key for key, wanted in zip(keys, counted.tolist(), strict=True) if wanted])
        newcomers = rollups.author_key.tolist()
        added = [
            (group, crowd, newcomers[start:end])
            for group, key, start, end in zip(groups.tolist(), keys, starts.tolist(), ends, strict=True)
            if (crowd := self._remembered.get(key)) is not None
        ]
        changed, counts = add_to_all([crowd for _, crowd, _ in added], [some for _, _, some in added])
        for (group, crowd, _), grew, count in zip(added, changed, counts.tolist(), strict=True):
            if grew:
                blobs[group], authors[group] = crowd.packed(), count
        return blobs, authors

    def _recall(self, keys: list[SketchKey]) -> None:
        found = [(key, self._remembered.pop(key, None)) for key in keys]
        # those asked for last stay longest
        others = len(self._remembered)
        self._remembered.update({key: crowd for key, crowd in found if crowd is not None})
        missing = [key for key, crowd in found if crowd is None]
        surplus = len(self._remembered) + len(missing) - _REMEMBERED_SKETCHES
        for key in list(islice(self._remembered, min(max(surplus, 0), others))):
            del self._remembered[key]
        stored = self._load(missing) if missing else {}
        self._remembered.update({key: Sketch(stored.get(key)) for key in missing})

    @staticmethod
    def _keys(rollups: Rollups, groups: list[int]) -> list[SketchKey]:
        columns = (rollups.watch[groups], rollups.unit[groups], rollups.bucket[groups])
        networks = [rollups.network[group] for group in groups]
        return list(zip(*(column.tolist() for column in columns), networks, strict=True))

    def forget(self) -> None:
        """Forget what was merged: the transaction did not happen."""
        self._remembered.clear()


def rollup_rows(rollups: Rollups, sketches: Sequence[bytes | None], authors: Ints) -> list[Row]:
    """Return rows in the order of `statements.ROLLUP_COLUMNS`."""
    sums = rollups.sums.copy()
    sums[:, AUTHORS] = authors
    return [
        (watch, unit, bucket, network, *row, blob)
        for watch, unit, bucket, network, row, blob in zip(
            rollups.watch.tolist(),
            rollups.unit.tolist(),
            rollups.bucket.tolist(),
            rollups.network,
            sums.tolist(),
            sketches,
            strict=True,
        )
    ]


def raised_row(change: Raised) -> Row:
    """Return a row for `statements.INSERT_RAISED`."""
    return (
        change.key, change.organisation, change.watch, change.change, change.level, change.minute,
        change.since, change.score, msgspec.json.encode(change.data).decode(), int(change.historic),
    )  # fmt: skip


def raised_of(row: Sequence[Any]) -> Raised:
    """Return what a row of `statements.SELECT_RAISED` says."""
    key, organisation, watch, change, level, minute, since, score, data, historic = row
    said = msgspec.json.decode(data)
    return Raised(key, organisation, watch, change, level, minute, since, score, said, bool(historic))


def minutes_of(rows: Sequence[Sequence[Any]]) -> Minutes:
    """Return rows (watch, minute, measures...) as columns, ordered by minute and watch."""
    if not rows:
        none = np.empty(0, dtype=np.int64)
        return Minutes(none, none, np.empty((0, len(MEASURES))))
    table = np.array(rows, dtype=np.float64)
    order = np.lexsort((table[:, 0], table[:, 1]))
    table = table[order]
    return Minutes(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2:])


def pending_of(rows: Sequence[Sequence[Any]], posts: int) -> tuple[int, Ints]:
    """Return the places of the first rows (sequence, places), and the sequence of the last of these.

    Parameters
    ----------
    posts : int
        How many places at most; those of the first row come in any case.
    """
    upto, places = 0, np.empty(0, dtype=np.int64)
    for sequence, packed in rows:
        more = np.frombuffer(packed, dtype="<i8")
        if upto and len(places) + len(more) > posts:
            break
        upto, places = int(sequence), np.concatenate([places, more])
    return upto, places
