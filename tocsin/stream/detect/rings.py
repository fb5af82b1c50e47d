"""What the rings of counts hold of the present period and the one before."""

import numpy as np

from tocsin.stream.detect.clockwork import Clockwork
from tocsin.stream.detect.state import Floats, Ints, Singles, State


def closed_period(state: State, clockwork: Clockwork, tick: int) -> Singles:
    """Return the part of the fine ring that holds the period which ends with `tick`."""
    start = (tick + 1 - clockwork.period_ticks) % clockwork.fine_slots
    return state.fine[start : start + clockwork.period_ticks]


def long_sum(state: State, clockwork: Clockwork, tick: int, place: int) -> Floats:
    """Return the counts in the long window that ends with a tick of either period, shape (W, M).

    Parameters
    ----------
    place : int
        Place of the horizon among all.
    """
    slot, length = tick // clockwork.bucket_ticks, int(clockwork.coarse[place - len(clockwork.fine)])
    slots = np.arange(slot - length + 1, slot + 1) % clockwork.coarse_slots
    return np.asarray(state.coarse[slots].sum(axis=0, dtype=np.float64))


def add(state: State, clockwork: Clockwork, rows: Ints, ticks: Ints, counts: Floats) -> None:
    """Add counts to ticks that are folded, less than a period ago, in rows that stand at the same tick.

    Parameters
    ----------
    rows, ticks : int64 (n,)
        A row may come several times.
    counts : float64 (n, M)
    """
    now = int(state.tick[rows[0]])
    np.add.at(state.fine, (ticks % clockwork.fine_slots, rows), counts.astype(np.float32))
    slots = ticks // clockwork.bucket_ticks
    np.add.at(state.coarse, (slots % clockwork.coarse_slots, rows), counts.astype(np.float32))
    lengths = [*clockwork.fine.tolist(), *clockwork.coarse.tolist()]
    for place, length in enumerate(lengths):
        age = now - ticks if place < len(clockwork.fine) else now // clockwork.bucket_ticks - slots
        inside = age < length
        np.add.at(state.sums[:, :, place], rows[inside], counts[inside])
