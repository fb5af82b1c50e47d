"""What the narrator is told again after a restart: the posts among which a batch may find its narrative."""

from operator import itemgetter
from typing import Final

import numpy as np

from tocsin.store.base import Row, Store
from tocsin.stream.batch import Batch
from tocsin.stream.fold import fold_batch
from tocsin.stream.narrate import WINDOW_MINUTES, Narrator

_DAY_MS: Final = 86_400_000
_NEIGHBOURS: Final = -(-WINDOW_MINUTES // 1440)
_A_DAY_AT_MOST: Final = 20_000


class Recall:
    """Feeds a narrator, day by day, what the store holds, the first time that posts of around a day come.

    What this process itself brings, the narrator remembers by itself; so each day is read once.
    """

    def __init__(self, store: Store, narrator: Narrator) -> None:
        self._store = store
        self._narrator = narrator
        self._recalled: dict[int, set[int]] = {}

    def around(self, batch: Batch) -> None:
        """Make sure that the narrator remembers what was told around the posts of a batch."""
        if not len(batch):
            return
        recalled = self._recalled.setdefault(batch.organisation, set())
        days = np.unique(batch.published // _DAY_MS).tolist()
        around = {day + offset for day in days for offset in range(-_NEIGHBOURS, _NEIGHBOURS + 1)}
        rows = [row for day in around - recalled for row in self._told(batch.organisation, day)]
        if rows:
            self._restore(batch.organisation, sorted(rows, key=itemgetter(-1)))
        recalled |= around

    def _told(self, organisation: int, day: int) -> list[Row]:
        first = day * _DAY_MS
        return self._store.told(organisation, first, first + _DAY_MS - 1, _A_DAY_AT_MOST)

    def _restore(self, organisation: int, rows: list[Row]) -> None:
        key, text, published, repost_key, narrative, _ = zip(*rows, strict=True)
        self._narrator.restore(
            organisation,
            np.array(key, dtype=np.int64),
            fold_batch(list(text)),
            np.array(published, dtype=np.int64),
            np.array(repost_key, dtype=np.int64),
            narrative=np.array(narrative, dtype=np.int64),
        )
