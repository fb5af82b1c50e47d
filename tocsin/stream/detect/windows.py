"""Sliding sums over the rings: what each window holds once a tick is added."""

from typing import Any

import numpy as np
import numpy.typing as npt

from tocsin.stream.detect import rhythm, rings
from tocsin.stream.detect.clockwork import Clockwork
from tocsin.stream.detect.state import State

Array = npt.NDArray[np.float64]

_GRAIN = 64.0


def grained(counts: npt.NDArray[np.floating[Any]]) -> Array:
    """Round counts to 64ths: sums of them are exact, however they are grouped and whatever leaves them."""
    return np.asarray(np.round(counts * _GRAIN) / _GRAIN, np.float64)


def slide(state: State, clockwork: Clockwork, tick: int, counts: Array) -> Array:
    """Return the sums of the windows that end with `tick`, given its counts; the state stays as it is.

    Parameters
    ----------
    counts : float64 (W, M)
        Counts of the tick, which follows the last folded one of every row.

    Returns
    -------
    float64 (W, M, H)
    """
    sums = state.sums + counts[:, :, None]
    for place, length in enumerate(clockwork.fine.tolist()):
        sums[:, :, place] -= state.fine[(tick - length) % clockwork.fine_slots]
    slot, begun = divmod(tick, clockwork.bucket_ticks)
    if begun == 0:
        for place, length in enumerate(clockwork.coarse.tolist(), start=len(clockwork.fine)):
            sums[:, :, place] -= state.coarse[(slot - length) % clockwork.coarse_slots]
    return np.asarray(sums)


def push(state: State, clockwork: Clockwork, tick: int, counts: Array, sums: Array) -> None:
    """Add a tick's counts to the rings, with the sums that `slide` gave for them."""
    state.fine[tick % clockwork.fine_slots] = counts
    slot, begun = divmod(tick, clockwork.bucket_ticks)
    place = slot % clockwork.coarse_slots
    if begun == 0:
        state.coarse[place] = counts
    else:
        state.coarse[place] += counts
    state.sums[:] = sums
    state.tick[:] = tick


def push_silence(state: State, clockwork: Clockwork, last: int) -> None:
    """Let rows that stand at the same tick be silent until `last`, in the same period, at once."""
    first = int(state.tick[0]) + 1
    state.fine[np.arange(first, last + 1) % clockwork.fine_slots] = 0.0
    slots = np.arange(-(-first // clockwork.bucket_ticks), last // clockwork.bucket_ticks + 1)
    state.coarse[slots % clockwork.coarse_slots] = 0.0
    state.tick[:] = last
    recount(state, clockwork)


def push_usual(state: State, clockwork: Clockwork, last: int) -> None:
    """Fill the rings of rows at the same tick with what is usual until `last`: data is missing."""
    first = int(state.tick[0]) + 1
    slot = last // clockwork.bucket_ticks
    slots = np.arange(max(first // clockwork.bucket_ticks, slot - clockwork.coarse_slots + 1), slot + 1)
    for place in slots.tolist():
        period = place * clockwork.bucket_ticks // clockwork.period_ticks
        usual = grained(state.level * rhythm.factor(state, clockwork, period)[:, None] * clockwork.step)
        begin, end = place * clockwork.bucket_ticks, (place + 1) * clockwork.bucket_ticks
        ticks = np.arange(max(first, begin), min(last + 1, end))
        if begin >= first:
            state.coarse[place % clockwork.coarse_slots] = 0.0
        state.coarse[place % clockwork.coarse_slots] += usual * len(ticks)
        state.fine[ticks % clockwork.fine_slots] = usual
    state.tick[:] = last
    recount(state, clockwork)
    rhythm.remember_past_season(
        state, clockwork, (last + 1) // clockwork.period_ticks * clockwork.period_ticks
    )


def recount(state: State, clockwork: Clockwork) -> None:
    """Compute every sum anew from the rings of rows that stand at the same tick."""
    tick = int(state.tick[0])
    for place, length in enumerate(clockwork.fine.tolist()):
        ticks = np.arange(tick - length + 1, tick + 1) % clockwork.fine_slots
        state.sums[:, :, place] = state.fine[ticks].sum(axis=0, dtype=np.float64)
    for place in range(len(clockwork.fine), len(clockwork.horizons)):
        state.sums[:, :, place] = rings.long_sum(state, clockwork, tick, place)


def absorb(state: State, clockwork: Clockwork, mean: Array) -> None:
    """Scale the rings down to what was usual, so that a finished episode raises no second alarm.

    Parameters
    ----------
    mean : float64 (W, M, H)
        Usual counts of the windows.
    """
    fine = len(clockwork.fine)
    ratio = np.minimum(mean / np.maximum(state.sums, 1e-9), 1.0)
    state.fine[:] = grained(state.fine * ratio[:, :, fine - 1])
    state.coarse[:] = grained(state.coarse * ratio[:, :, -1])
    recount(state, clockwork)
