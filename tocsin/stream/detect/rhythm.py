"""What is usual: a slow robust level, the rhythm of day and week, and how widely counts scatter.

The expected count of a window is level x hour of the day x day of the week x hour of the week. Each factor
is held with the variance of its own knowledge and corrected, once an hour, by its share of the surprise: a
Kalman filter in relative terms with a diagonal covariance. Little data means large variance, hence wide
bands and few alarms; nothing is silent while it learns. A surprise is clipped before anything learns from
it (Huber 1964), so that a crisis doesn't become the usual.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.stream.detect import rings
from tocsin.stream.detect.clockwork import HOUR, Bins, Clockwork
from tocsin.stream.detect.state import State

Array = npt.NDArray[np.float64]

# Share of Poisson noise added everywhere: people answer each other, so posts come in small clusters.
CLUSTERING = 0.25

# Periods during which the level is a plain mean.
_FIRST_PERIODS = 6

# Variances of a factor before anything is known of it, and what each period adds to them.
_DAY_PRIOR, _WEEKDAY_PRIOR, _WEEK_PRIOR = 0.5, 0.04, 0.04
_DAY_DRIFT, _WEEKDAY_DRIFT, _WEEK_DRIFT = 2e-3, 1e-4, 2e-3
_LEVEL_DRIFT_AN_HOUR = 1e-4

# Standard deviates after which a surprise teaches no more; stricter while an episode is open.
_CLIP, _CLIP_IN_EPISODE, _CLIP_SPREAD = 3.0, 1.0, 3.5

# Half a post, supposed before the first one came (Jeffreys' prior of a rate).
_FIRST_COUNT = 0.5
_LEAST_COUNT_A_FORTNIGHT = 0.5
_LEAST_SPREAD = 0.005
_FACTOR_RANGE = (0.02, 50.0)
_SPREAD_DRIFT = 2e-5


@dataclass(slots=True)
class Usual:
    """Expected counts of the windows that end with a tick.

    Attributes
    ----------
    mean, spread : float64 (W, M, H)
        Expected count, and relative variance beyond Poisson, uncertainty of the mean included.
    """

    mean: Array
    spread: Array


def spread_prior(clockwork: Clockwork) -> Array:
    """Return the relative variance assumed for each horizon before any is measured."""
    minutes = np.array(clockwork.horizons, float)
    return np.asarray(0.45 * (minutes / 5.0) ** -0.15)


def be_born(state: State, rows: npt.NDArray[np.int64], clockwork: Clockwork) -> None:
    """Give rows the knowledge that one has of any watch."""
    state.level[rows] = 0.0
    state.level_var[rows] = 1.0
    state.season[:, rows] = 1.0
    state.season_var[:24, rows] = _DAY_PRIOR
    state.season_var[24:31, rows] = _WEEKDAY_PRIOR
    state.season_var[31:, rows] = _WEEK_PRIOR
    prior = spread_prior(clockwork)
    state.spread[rows] = prior
    state.spread_var[rows] = prior**2
    state.periods[rows] = 0
    state.past_season[:, 0, rows] = _past_at_first(clockwork)[:, None]
    state.past_season[:, 1, rows] = 1.0


def _past_at_first(clockwork: Clockwork) -> Array:
    """Return the whole periods in each long window, at the start of a period."""
    return np.array(
        [clockwork.overlap(0, horizon)[1] for horizon in range(len(clockwork.coarse))], dtype=np.float64
    )


def factor(state: State, clockwork: Clockwork, period: int | Bins) -> Array:
    """Return the seasonal factor of a period, shape (W,); of several periods, shape (periods, W)."""
    day, weekday, week = clockwork.bins(period)
    return np.asarray(state.season[day] * state.season[weekday] * state.season[week])


def factor_var(state: State, clockwork: Clockwork, period: int) -> Array:
    """Return the relative variance of what is known of a period's factor, shape (W,)."""
    return np.asarray(state.season_var[clockwork.bins(period)].sum(axis=0))


def factor_around(state: State, clockwork: Clockwork, middle: float) -> Array:
    """Return the factor at a moment (in ticks), between the middles of two periods, shape (W,)."""
    position = middle / clockwork.period_ticks - 0.5
    period = int(np.floor(position))
    share = position - period
    before, after = factor(state, clockwork, period), factor(state, clockwork, period + 1)
    return np.asarray(before + share * (after - before))


def usual(state: State, clockwork: Clockwork, tick: int) -> Usual:
    """Return what is usual in the windows that end with `tick`, from periods closed before it."""
    weight, doubt = _window_weights(state, clockwork, tick)
    mean = np.maximum(state.level[:, :, None] * weight[:, None, :], 1e-6)
    spread = (
        state.spread
        + 0.5 * np.sqrt(state.spread_var)
        + CLUSTERING / mean
        + state.level_var[:, :, None]
        + doubt[:, None, :]
    )
    return Usual(mean, spread)


def _window_weights(state: State, clockwork: Clockwork, tick: int) -> tuple[Array, Array]:
    """Return season-weighted minutes in each window, and the variance of what is known of the season."""
    period = tick // clockwork.period_ticks
    now = factor(state, clockwork, period)
    columns = [
        float(length) * factor_around(state, clockwork, tick + 1 - length / 2.0) for length in clockwork.fine
    ]
    if clockwork.period_ticks == 1:
        columns = [now]
    for horizon in range(len(clockwork.coarse)):
        current, _, oldest = clockwork.overlap(tick, horizon)
        whole, last = state.past_season[horizon, 0], state.past_season[horizon, 1]
        columns.append(current * now + clockwork.period_ticks * whole + oldest * last)
    doubt = factor_var(state, clockwork, period)
    share = np.concatenate([np.ones(len(clockwork.fine)), np.full(len(clockwork.coarse), 0.3)])
    return np.stack(columns, axis=1) * clockwork.step, doubt[:, None] * share


def learn(state: State, clockwork: Clockwork, tick: int) -> None:
    """Learn from the period that ends with `tick`, whose counts are on the fine ring.

    What was known before is kept beside, so that the lesson can be had again (`learn_again`).
    """
    remember_knowledge(state, clockwork, tick)
    counts = rings.closed_period(state, clockwork, tick).sum(axis=0, dtype=np.float64)
    seen = np.minimum(tick - state.born + 1, clockwork.period_ticks) * clockwork.step
    enough = seen * 3 >= clockwork.period
    known = enough & (state.periods > 0)
    if known.any():
        _learn_spread(state, clockwork, tick, known)
    period = tick // clockwork.period_ticks
    _learn_level_and_season(state, clockwork, period, counts=counts, seen=seen, enough=enough)
    state.periods += enough
    silent = counts[:, 0] == 0
    state.silent[:] = np.where(silent, state.silent + 1, 0)
    remember_past_season(state, clockwork, tick + 1)


def learn_again(state: State, clockwork: Clockwork) -> None:
    """Have the lesson of the last closed period again: counts came to it after it was closed."""
    last = clockwork.last_close(int(state.tick[0]))
    recall_knowledge(state, clockwork, last)
    remember_past_season(state, clockwork, last + 1 - clockwork.period_ticks)
    learn(state, clockwork, last)


def remember_knowledge(state: State, clockwork: Clockwork, tick: int) -> None:
    """Keep what is known before the lesson of the period that ends with `tick`."""
    for part, place in _knowledge(state, clockwork, tick):
        state.before[:, place] = part


def recall_knowledge(state: State, clockwork: Clockwork, tick: int) -> None:
    """Know again what was known before the lesson of the period that ends with `tick`."""
    bins = clockwork.bins(tick // clockwork.period_ticks)
    rows = len(state.tick)
    kept = {place.start: state.before[:, place] for _, place in _knowledge(state, clockwork, tick)}
    level, level_var, season, season_var, spread, spread_var, counters = kept.values()
    state.level[:], state.level_var[:] = level, level_var
    state.season[bins], state.season_var[bins] = season.T, season_var.T
    state.spread[:] = spread.reshape(rows, *state.spread.shape[1:])
    state.spread_var[:] = spread_var.reshape(rows, *state.spread.shape[1:])
    state.periods[:], state.silent[:] = counters.T.astype(np.int64)


def _knowledge(state: State, clockwork: Clockwork, tick: int) -> Iterator[tuple[Array, slice]]:
    """Yield each part of what a lesson changes, (W, k), and its place in `State.before`."""
    bins, rows = clockwork.bins(tick // clockwork.period_ticks), len(state.tick)
    start = 0
    for part in (
        state.level,
        state.level_var,
        state.season[bins].T,
        state.season_var[bins].T,
        state.spread.reshape(rows, state.spread[:1].size),
        state.spread_var.reshape(rows, state.spread[:1].size),
        np.stack([state.periods, state.silent], axis=1).astype(np.float64),
    ):
        yield part, slice(start, start + part.shape[1])
        start += part.shape[1]


def _learn_level_and_season(
    state: State,
    clockwork: Clockwork,
    period: int,
    *,
    counts: Array,
    seen: npt.NDArray[np.int64],
    enough: npt.NDArray[np.bool_],
) -> None:
    season = factor(state, clockwork, period)[:, None]
    doubt = factor_var(state, clockwork, period)[:, None]
    minutes = seen[:, None] * season
    hourly = state.spread[:, :, len(clockwork.fine) - 1]
    floor = _LEAST_COUNT_A_FORTNIGHT / (14 * 1440.0)

    n = state.periods[:, None]
    begun = np.where(n == 0, _FIRST_COUNT, 0.0)
    plain = (state.level * n + (counts + begun) / minutes) / (n + 1)
    plain_var = 1.0 / (plain * clockwork.period * (n + 1)) + hourly / (n + 1)

    mean = np.maximum(state.level * minutes, 1e-6)
    level_var = state.level_var + _LEVEL_DRIFT_AN_HOUR * clockwork.period / HOUR
    noise = (1.0 + CLUSTERING) / mean + hourly
    total = level_var + doubt + noise
    clip = np.where(state.grade > 0, _CLIP_IN_EPISODE, _CLIP)[:, None] * np.sqrt(total)
    error = np.clip(counts / mean - 1.0, -clip, clip)
    gain = level_var / total

    first = n < _FIRST_PERIODS
    level = np.where(first, plain, state.level * (1.0 + gain * error))
    keep = enough[:, None]
    state.level[:] = np.where(keep, np.maximum(level, floor), state.level)
    state.level_var[:] = np.where(keep, np.where(first, plain_var, level_var * (1.0 - gain)), state.level_var)
    settled = enough & ~first[:, 0]
    _learn_season(state, clockwork, period, error=error[:, 0], total=total[:, 0], settled=settled)


def _learn_season(
    state: State,
    clockwork: Clockwork,
    period: int,
    *,
    error: Array,
    total: Array,
    settled: npt.NDArray[np.bool_],
) -> None:
    """Correct the three factors of the period by the error of the first column."""
    bins = clockwork.bins(period)
    priors = np.array([[_DAY_PRIOR], [_WEEKDAY_PRIOR], [_WEEK_PRIOR]])
    drifts = np.array([[_DAY_DRIFT], [_WEEKDAY_DRIFT], [_WEEK_DRIFT]])
    variance = np.minimum(state.season_var[bins] + drifts, priors)
    gain = variance / (total + drifts.sum())
    corrected = np.clip(state.season[bins] * (1.0 + gain * error), *_FACTOR_RANGE)
    state.season[bins] = np.where(settled, corrected, state.season[bins])
    state.season_var[bins] = np.where(settled, variance * (1.0 - gain), state.season_var[bins])


def _learn_spread(state: State, clockwork: Clockwork, tick: int, known: npt.NDArray[np.bool_]) -> None:
    """Compare the windows of the closed period with what was expected of them."""
    now = usual(state, clockwork, tick)
    fine = len(clockwork.fine)
    for horizon, length in enumerate(clockwork.fine.tolist()):
        blocks = clockwork.period_ticks // length
        closed = rings.closed_period(state, clockwork, tick)[: blocks * length]
        ticks = closed.reshape(blocks, length, *state.level.shape)
        counts = np.moveaxis(ticks.sum(axis=1, dtype=np.float64), 0, 2)
        start = tick + 1 - clockwork.period_ticks
        middles = [start + (block + 0.5) * length for block in range(blocks)]
        weights = np.stack([factor_around(state, clockwork, m) for m in middles], axis=1)
        if clockwork.period_ticks == 1:
            weights = factor(state, clockwork, tick)[:, None]
        mean = np.maximum(state.level[:, :, None] * weights[:, None, :] * length * clockwork.step, 1e-6)
        believed = now.spread[:, :, horizon]
        _correct_spread(state, horizon, counts=counts, mean=mean, believed=believed, repeats=1.5, rows=known)
    age = tick - state.born + 1
    for horizon in range(fine, len(clockwork.horizons)):
        minutes = clockwork.horizons[horizon]
        full = known & (age * clockwork.step >= minutes)
        if full.any():
            _correct_spread(
                state,
                horizon,
                counts=rings.long_sum(state, clockwork, tick, horizon)[:, :, None],
                mean=now.mean[:, :, horizon, None],
                believed=now.spread[:, :, horizon],
                repeats=minutes / clockwork.period,
                rows=full,
            )


def _correct_spread(
    state: State,
    horizon: int,
    *,
    counts: Array,
    mean: Array,
    believed: Array,
    repeats: float,
    rows: npt.NDArray[np.bool_],
) -> None:
    """Move the spread of a horizon towards the one seen in blocks.

    Parameters
    ----------
    repeats : float
        How many blocks tell as much as one that overlaps no other.
    """
    relative = 1.0 / mean + believed[:, :, None]
    square = np.minimum(((counts - mean) / mean) ** 2, _CLIP_SPREAD**2 * relative)
    spread = state.spread[:, :, horizon]
    doubt = (believed - spread)[:, :, None] - CLUSTERING / mean
    seen = square - (1.0 + CLUSTERING) / mean - np.maximum(doubt, 0.0)
    noise = 2.0 * relative**2
    weight = 1.0 / noise
    average = (seen * weight).sum(axis=2) / weight.sum(axis=2)
    variance = state.spread_var[:, :, horizon] + _SPREAD_DRIFT
    gain = variance / (variance + repeats / weight.sum(axis=2))
    moved = np.maximum(spread + gain * (average - spread), _LEAST_SPREAD)
    keep = rows[:, None]
    state.spread[:, :, horizon] = np.where(keep, moved, spread)
    state.spread_var[:, :, horizon] = np.where(keep, variance * (1.0 - gain), state.spread_var[:, :, horizon])


def remember_past_season(state: State, clockwork: Clockwork, tick: int) -> None:
    """Sum the factors of the periods that long windows cover, as seen from `tick`, the first of a period."""
    period = tick // clockwork.period_ticks
    whole = [clockwork.overlap(tick, horizon)[1] for horizon in range(len(clockwork.coarse))]
    oldest = max(whole) + 1
    day, weekday, week = clockwork.bins(period - np.arange(1, oldest + 1))
    factors = state.season[day] * state.season[weekday] * state.season[week]
    running = factors.cumsum(axis=0)
    for horizon, count in enumerate(whole):
        state.past_season[horizon, 0] = running[count - 1] if count else 0.0
        state.past_season[horizon, 1] = factors[count]
