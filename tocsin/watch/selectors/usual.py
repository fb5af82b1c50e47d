"""What is usual for some watches, as their detectors know it."""

# ruff: noqa: S608 - tables and columns are named here, every value is a placeholder

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from tocsin.errors import TocsinError
from tocsin.stream.detect.bank import DetectorBank
from tocsin.watch.charts import Expected
from tocsin.watch.period import Period
from tocsin.watch.selectors import steps
from tocsin.watch.selectors.river import holes, rows


def expected(watch_ids: Sequence[int], period: Period, measure: str = "volume") -> Expected | None:
    """Return the usual range in each bar, summed over the watches; None before any is learnt."""
    bank = _bank(watch_ids)
    if bank is None:
        return None
    minutes = np.array(steps.bars(period), dtype=np.int64) // 60
    bands = [bank.expected(watch, minutes, period.step // 60, measure) for watch in bank.watches]
    low, mid, high = (
        np.sum([getattr(band, name) for band in bands], axis=0) for name in ("low", "mid", "high")
    )
    return Expected(low.tolist(), mid.tolist(), high.tolist())


def of_an_hour(watch_ids: Sequence[int], start: datetime) -> dict[int, float]:
    """Return the usual mentions of the hour from `start` on, of each watch of which they are known."""
    bank = _bank(watch_ids)
    minute = np.array([int(start.timestamp()) // 60], dtype=np.int64)
    return {w: float(bank.expected(w, minute, 60).mid[0]) for w in bank.watches} if bank else {}


def _bank(watch_ids: Sequence[int]) -> DetectorBank | None:
    """Return the detectors as they were last stored; None where there are none."""
    states = _states(watch_ids)
    if not states:
        return None
    bank = DetectorBank(states)
    for watch, state in states.items():
        try:
            bank.load(watch, state)
        except TocsinError:
            return None  # a state of another version: the river makes it anew
    return bank


def _states(watch_ids: Sequence[int]) -> dict[int, bytes]:
    if not watch_ids:
        return {}
    sql = f"SELECT watch, state FROM detector WHERE watch IN ({holes(watch_ids)})"
    return {int(watch): bytes(state) for watch, state in rows(sql, list(watch_ids))}
