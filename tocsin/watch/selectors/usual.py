"""What is usual for some watches, as their detectors know it."""

# ruff: noqa: S608 - tables and columns are named here, every value is a placeholder

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tocsin.errors import TocsinError
from tocsin.stream.detect.bank import DetectorBank
from tocsin.watch.charts import Expected
from tocsin.watch.period import Period
from tocsin.watch.selectors import rollups
from tocsin.watch.selectors.river import holes, rows


def expected(watch_ids: Sequence[int], period: Period, measure: str = "volume") -> Expected | None:
    """Return the usual range in each bar, summed over the watches; None before any is learnt."""
    states = _states(watch_ids)
    if not states:
        return None
    bank = DetectorBank()
    for watch, state in states.items():
        bank.add(watch)
        try:
            bank.load(watch, state)
        except TocsinError:
            return None  # a state of another version: the river makes it anew
    minutes = np.array(rollups.bars(period), dtype=np.int64) // 60
    bands = [bank.expected(watch, minutes, period.step // 60, measure) for watch in states]
    low, mid, high = (
        np.sum([getattr(band, name) for band in bands], axis=0) for name in ("low", "mid", "high")
    )
    return Expected(low.tolist(), mid.tolist(), high.tolist())


def _states(watch_ids: Sequence[int]) -> dict[int, bytes]:
    if not watch_ids:
        return {}
    sql = f"SELECT watch, state FROM detector WHERE watch IN ({holes(watch_ids)})"
    return {int(watch): bytes(state) for watch, state in rows(sql, list(watch_ids))}
