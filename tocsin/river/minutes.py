"""The stored minutes of watches, as the tables that detection folds."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.store.base import Minutes, Store
from tocsin.stream.detect import WATCHED_MEASURES, DetectorBank, Signal
from tocsin.stream.rollup import MEASURES

Array = npt.NDArray[np.float64]

_WEEK_MINUTES: Final = 7 * 1440
_CELLS_AT_ONCE: Final = 500_000
_COLUMNS: Final = [MEASURES.index(name) for name in WATCHED_MEASURES]
WATCHED: Final = len(_COLUMNS)
"""How many measures detection looks at."""


def fold_span(store: Store, bank: DetectorBank, first: int, last: int) -> list[Signal]:
    """Fold every minute of a span, both ends included, and silence where nothing is stored."""
    signals: list[Signal] = []
    tables: dict[int, Array] = {}
    size = max(10, min(_WEEK_MINUTES, _CELLS_AT_ONCE // max(len(bank.watches), 1)))
    for start in range(first, last + 1, size):
        end = min(start + size - 1, last)
        tables = tables_of(store.minutes(bank.watches, start, end), bank.watches)
        for minute in sorted(tables):
            signals += bank.fold(minute, tables[minute])
    if not tables or max(tables) < last:
        signals += bank.fold(last, np.zeros((len(bank.watches), WATCHED)))
    return signals


def tables_of(minutes: Minutes, watches: Sequence[int]) -> dict[int, Array]:
    """Return for each minute that has anything the table that the bank folds."""
    row_of = {watch: row for row, watch in enumerate(watches)}
    tables: dict[int, Array] = {}
    chosen = minutes.measures[:, _COLUMNS]
    for index, (watch, minute) in enumerate(
        zip(minutes.watch.tolist(), minutes.minute.tolist(), strict=True)
    ):
        if watch in row_of:
            table = tables.setdefault(minute, np.zeros((len(watches), WATCHED)))
            table[row_of[watch]] = chosen[index]
    return tables


def late_measures(late: Minutes, every: Minutes) -> Array:
    """Return what detection looks at of late posts.

    Their authors differ as much as those of all posts of the minute.
    """
    volume, authors = MEASURES.index("volume"), MEASURES.index("authors")
    keys = zip(every.watch.tolist(), every.minute.tolist(), strict=True)
    shares = every.measures[:, authors] / np.maximum(every.measures[:, volume], 1.0)
    share_of = dict(zip(keys, np.clip(shares, 0.0, 1.0).tolist(), strict=True))
    late_keys = zip(late.watch.tolist(), late.minute.tolist(), strict=True)
    measures = late.measures.copy()
    measures[:, authors] = measures[:, volume] * [share_of.get(key, 1.0) for key in late_keys]
    return measures[:, _COLUMNS]
