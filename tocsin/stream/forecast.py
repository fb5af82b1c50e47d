"""What comes next: a damped trend with an interval measured on its own past errors."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# Below this much history nothing honest can be said.
LEAST_MINUTES: Final = 6 * 60

COVERAGE: Final = 0.8

# Smoothing of level and trend, and what is left of the trend after each step.
_LEVEL, _TREND, _DAMPING = 0.35, 0.08, 0.88

# Steps from which the method's own errors count; before, it has seen too little.
_FIRST_STEPS: Final = 8

_SEASON_PRIOR_DAYS: Final = 2.0

# What an hour may bring, in logarithms, to a watch whose nights and mornings were never seen.
_RHYTHM_REACH: Final = 0.75
_DAY: Final = 1440


@dataclass(frozen=True, slots=True)
class TooEarly:
    """There is no forecast yet.

    Attributes
    ----------
    minutes_missing : int
        History still wanted.
    """

    minutes_missing: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """Counts to come, one entry a step.

    Attributes
    ----------
    low, mid, high : float64 (steps,)
        Eight futures out of ten lie between low and high.
    errors : int
        How many past forecasts the width comes from.
    """

    low: Array
    mid: Array
    high: Array
    errors: int


def forecast(
    counts: npt.ArrayLike, steps: int, step_minutes: int = 60, start_minute: int = 0
) -> Forecast | TooEarly:
    """Forecast the next counts of a watch.

    Parameters
    ----------
    counts : array_like (n,)
        Counts of the past, one each step, the last one complete.
    steps : int
        Steps to look ahead.
    step_minutes : int
        Length of a step: 15 or 60.
    start_minute : int
        Minutes since 1970 of the first count, for the hour of the day.

    Returns
    -------
    Forecast or TooEarly
        `TooEarly` under six hours of history.

    Notes
    -----
    Holt's trend damped as by Gardner & McKenzie (1985), on logarithms of counts, after the rhythm of the
    day is taken out (shrunk towards none while few days are known). The interval is that of the method's own
    past errors at each distance ahead, widened where few are known.
    """
    past = np.asarray(counts, float)
    if len(past) * step_minutes < LEAST_MINUTES:
        return TooEarly(LEAST_MINUTES - len(past) * step_minutes)
    slots = _DAY // step_minutes
    slot = (start_minute // step_minutes + np.arange(len(past) + steps)) % slots
    logs = np.log1p(past)
    season = _season(logs, slot[: len(past)], slots)
    target = logs - season[slot[: len(past)]]
    levels, trends = _holt(target)
    distance = np.cumsum(_DAMPING ** np.arange(1, steps + 1))
    mid = levels[-1] + trends[-1] * distance + season[slot[len(past) :]]
    low, high, errors = _interval(target, levels, trends, steps)
    least = np.hypot(
        _poisson_width(np.expm1(np.maximum(mid, 0.0))),
        _unknown_rhythm(len(past) * step_minutes, step_minutes * np.arange(1, steps + 1)),
    )
    middle, lowest, highest = (
        np.maximum(np.expm1(value), 0.0)
        for value in (mid, mid - np.maximum(low, least), mid + np.maximum(high, least))
    )
    return Forecast(
        low=np.minimum(np.rint(lowest), middle),
        mid=middle,
        high=np.maximum(np.rint(highest), middle),
        errors=errors,
    )


def _season(logs: Array, slot: npt.NDArray[np.int64], slots: int) -> Array:
    """Return what each time of the day adds to the logarithm, shrunk while few days are known."""
    seen = np.bincount(slot, minlength=slots).astype(float)
    total = np.bincount(slot, logs - logs.mean(), minlength=slots)
    if seen.min() < 1:
        return np.zeros(slots)
    season = total / (seen + _SEASON_PRIOR_DAYS)
    wrapped = np.concatenate([season[-1:], season, season[:1]])
    return np.asarray(np.convolve(wrapped, [0.25, 0.5, 0.25], mode="valid"))


def _holt(series: Array) -> tuple[Array, Array]:
    """Return level and trend after each step."""
    levels, trends = np.empty(len(series)), np.empty(len(series))
    level, trend = float(series[: _FIRST_STEPS // 2].mean()), 0.0
    for at, value in enumerate(series.tolist()):
        expected = level + _DAMPING * trend
        before, level = level, expected + _LEVEL * (value - expected)
        trend = _DAMPING * trend + _TREND * (level - before - _DAMPING * trend)
        levels[at], trends[at] = level, trend
    return levels, trends


def _interval(target: Array, levels: Array, trends: Array, steps: int) -> tuple[Array, Array, int]:
    """Return how far below and above the middle the interval reaches, by distance ahead.

    Parameters
    ----------
    target, levels, trends : float64 (n,)
        Logarithms without the rhythm of the day, and what was known of them after each step.
    """
    low, high = np.empty(steps), np.empty(steps)
    distance = np.cumsum(_DAMPING ** np.arange(1, steps + 1))
    known = 0
    for ahead in range(1, steps + 1):
        origin = np.arange(_FIRST_STEPS, len(target) - ahead)
        errors = target[origin + ahead] - levels[origin] - trends[origin] * distance[ahead - 1]
        below, above = _quantiles(errors, ahead)
        before_low, before_high = (low[ahead - 2], high[ahead - 2]) if ahead > 1 else (0.0, 0.0)
        low[ahead - 1], high[ahead - 1] = max(below, before_low), max(above, before_high)
        known = max(known, len(errors))
    return low, high, known


def _quantiles(errors: Array, ahead: int) -> tuple[float, float]:
    """Return the reach below and above, from errors that overlap by `ahead` steps."""
    if len(errors) < 4:
        return 0.9, 0.9
    independent = len(errors) / ahead
    tail = (1.0 - COVERAGE) / 2.0
    # With few independent errors the outer ones are nearer to the quantile than they seem.
    tail *= independent / (independent + 4.0)
    widen = 1.0 + 1.0 / (1.0 + independent)
    below, above = np.quantile(errors, [tail, 1.0 - tail])
    return max(-float(below), 0.05) * widen, max(float(above), 0.05) * widen


def _unknown_rhythm(history: int, ahead: npt.NDArray[np.int64]) -> Array:
    """Return the reach, in logarithms, that a day's rhythm not yet seen gives; nothing after two days."""
    unknown = max(0.0, 1.0 - history / (_SEASON_PRIOR_DAYS * _DAY))
    return np.asarray(_RHYTHM_REACH * unknown * np.sqrt(ahead / 60.0))


def _poisson_width(mean: Array) -> Array:
    """Return the reach, in logarithms, that counting alone gives."""
    return np.asarray(1.2816 / np.sqrt(mean + 1.0))
