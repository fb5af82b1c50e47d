"""The expected band that charts draw: low, middle and high of what is usual."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.stream.detect import rhythm
from tocsin.stream.detect.clockwork import Clockwork
from tocsin.stream.detect.state import State
from tocsin.stream.detect.tails import gamma_quantile

Array = npt.NDArray[np.float64]

# Eight usual intervals out of ten lie between low and high.
_DEVIATE = 1.2816


@dataclass(frozen=True, slots=True)
class Band:
    """Usual counts of intervals; `low` and `high` leave one in ten out on each side."""

    low: Array
    mid: Array
    high: Array


def band(state: State, clockwork: Clockwork, column: int, starts: npt.NDArray[np.int64], unit: int) -> Band:
    """Return the band of intervals of `unit` minutes that start at `starts`, for the one row of `state`.

    Notes
    -----
    The mean of an interval is the sum of its minutes' means. Its spread is the one measured on windows of
    such a length (between the horizons, by the logarithm of the length), not that of independent minutes.
    """
    hours = starts[:, None] + np.arange(0, max(unit, 1), min(unit, 60))[None, :]
    middles = hours + min(unit, 60) / 2.0
    factors = _factors(state, clockwork, middles / clockwork.step)
    mean = np.maximum(state.level[0, column] * factors.mean(axis=1) * unit, 1e-6)
    spread = np.interp(np.log(unit), np.log(clockwork.horizons), state.spread[0, column])
    doubt = state.level_var[0, column] + float(rhythm.factor_var(state, clockwork, int(starts[0]) // 60)[0])
    if state.periods[0] == 0:
        mean, doubt = np.full(len(starts), 1e-6), 1.0
    variance = (1.0 + rhythm.CLUSTERING) * mean + (spread + min(doubt, 1.0)) * mean**2
    return Band(
        low=np.floor(gamma_quantile(mean, variance, -_DEVIATE)),
        mid=mean,
        high=np.ceil(gamma_quantile(mean, variance, _DEVIATE)),
    )


def _factors(state: State, clockwork: Clockwork, ticks: Array) -> Array:
    """Return the factors at moments (in ticks), between the middles of two periods."""
    position = ticks / clockwork.period_ticks - 0.5
    period = np.floor(position).astype(np.int64)
    share = position - period
    known = np.unique(np.concatenate([period.ravel(), period.ravel() + 1]))
    value = rhythm.factor(state, clockwork, known)[:, 0]
    before, after = value[np.searchsorted(known, period)], value[np.searchsorted(known, period + 1)]
    return np.asarray(before + share * (after - before))
