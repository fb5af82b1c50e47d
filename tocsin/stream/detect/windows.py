"""Sliding sums over the rings: what each window holds once a tick is added."""

import numpy as np
import numpy.typing as npt

from tocsin.stream.detect.clockwork import Clockwork
from tocsin.stream.detect.state import State

Array = npt.NDArray[np.float64]


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
    fine = len(clockwork.fine)
    sums[:, :, :fine] -= state.fine[:, :, (tick - clockwork.fine) % clockwork.period_ticks]
    slot, begun = divmod(tick, clockwork.bucket_ticks)
    if begun == 0:
        sums[:, :, fine:] -= state.coarse[:, :, (slot - clockwork.coarse) % clockwork.coarse_slots]
    return np.asarray(sums)


def push(state: State, clockwork: Clockwork, tick: int, counts: Array, sums: Array) -> None:
    """Add a tick's counts to the rings, with the sums that `slide` gave for them."""
    state.fine[:, :, tick % clockwork.period_ticks] = counts
    slot, begun = divmod(tick, clockwork.bucket_ticks)
    place = slot % clockwork.coarse_slots
    if begun == 0:
        state.coarse[:, :, place] = counts
    else:
        state.coarse[:, :, place] += counts
    state.sums[:] = sums
    state.tick[:] = tick


def push_silence(state: State, clockwork: Clockwork, last: int) -> None:
    """Let rows that stand at the same tick be silent until `last`, in the same period, at once."""
    first = int(state.tick[0]) + 1
    state.fine[:, :, np.arange(first, last + 1) % clockwork.period_ticks] = 0.0
    slots = np.arange(-(-first // clockwork.bucket_ticks), last // clockwork.bucket_ticks + 1)
    state.coarse[:, :, slots % clockwork.coarse_slots] = 0.0
    state.tick[:] = last
    recount(state, clockwork)


def recount(state: State, clockwork: Clockwork) -> None:
    """Compute every sum anew from the rings of rows that stand at the same tick."""
    tick = int(state.tick[0])
    for place, length in enumerate(clockwork.fine.tolist()):
        ticks = np.arange(tick - length + 1, tick + 1) % clockwork.period_ticks
        state.sums[:, :, place] = state.fine[:, :, ticks].sum(axis=2, dtype=np.float64)
    slot = tick // clockwork.bucket_ticks
    for place, length in enumerate(clockwork.coarse.tolist(), start=len(clockwork.fine)):
        slots = np.arange(slot - length + 1, slot + 1) % clockwork.coarse_slots
        state.sums[:, :, place] = state.coarse[:, :, slots].sum(axis=2, dtype=np.float64)


def absorb(state: State, clockwork: Clockwork, mean: Array) -> None:
    """Scale the rings down to what was usual, so that a finished episode raises no second alarm.

    Parameters
    ----------
    mean : float64 (W, M, H)
        Usual counts of the windows.
    """
    fine = len(clockwork.fine)
    ratio = np.minimum(mean / np.maximum(state.sums, 1e-9), 1.0)
    state.fine *= ratio[:, :, fine - 1, None]
    state.coarse *= ratio[:, :, -1, None]
    recount(state, clockwork)
