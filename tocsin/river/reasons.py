"""The reasons of a signal: what `stream.explain` finds in the posts of its window."""

from typing import Any, Final

from tocsin.store.base import BEHIND_COLUMNS, Store
from tocsin.stream.detect import Signal
from tocsin.stream.rollup import MINUTE_MS

_LOOKED_AT: Final = 2_000
_SHOWN: Final = 50
_N, _ENGAGEMENT, _SENTIMENT = (BEHIND_COLUMNS.index(name) for name in ("n", "engagement", "sentiment"))


class Explainer:
    """Reads the posts behind a signal and says in codes and figures what is unusual about them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def explain(self, organisation: int, signal: Signal) -> tuple[list[dict[str, Any]], list[int]]:
        """Return the reasons as ``{"code", "figures"}``, and the places of the posts behind, most telling first."""
        first = (signal.minute - signal.horizon_minutes + 1) * MINUTE_MS
        last = (signal.minute + 1) * MINUTE_MS - 1
        rows = self._store.behind(signal.watch, first, last, _LOOKED_AT)
        telling = sorted(rows, key=lambda row: (row[_SENTIMENT] >= 0, -row[_ENGAGEMENT], -row[_N]))
        return [], [row[_N] for row in telling[:_SHOWN]]
