"""Counts that come after their minute was folded: another look at the windows in which they lie.

Every window of up to an hour that ends at or after such a minute is looked at again, as if its counts had
come on time. Longer windows move so little in an hour that they are looked at where the watch stands now.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.stream.detect import calibration, episodes, rhythm, rings
from tocsin.stream.detect.clockwork import Clockwork
from tocsin.stream.detect.core import Detector, Look, joined
from tocsin.stream.detect.state import UNBORN, State

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_ROWS_AT_ONCE = 500


@dataclass(slots=True)
class Late:
    """Counts that came late: entries of rows and ticks, a row may come several times."""

    rows: Ints
    ticks: Ints
    counts: Array

    def take(self, chosen: Bools) -> "Late":
        """Return some entries."""
        return Late(self.rows[chosen], self.ticks[chosen], self.counts[chosen])


@dataclass(slots=True)
class Glance:
    """What another look at the last hour shows in some rows.

    Attributes
    ----------
    look : Look
        The greatest surprise of each row.
    minute : int64 (n,)
        Tick with which its window ends.
    since : int64 (n,)
        First tick at which the surprise was enough to warn.
    loud : int64 (n,)
        Last tick that was not calm; -1 where all were.
    """

    look: Look
    minute: Ints
    since: Ints
    loud: Ints


def usable(state: State, clockwork: Clockwork, late: Late) -> Late:
    """Leave out what came more than an hour late, and what is older than the row's birth."""
    now, born = state.tick[late.rows], state.born[late.rows]
    recent = (late.ticks <= now) & (late.ticks > now - clockwork.period_ticks)
    return late.take(recent & (born != UNBORN) & (late.ticks >= born))


def take_in(detector: Detector, late: Late) -> None:
    """Add counts to the windows, and learn again from the last closed period where they belong to it."""
    clockwork, state = detector.clockwork, detector.state
    rings.add(state, clockwork, late.rows, late.ticks, late.counts)
    last = clockwork.last_close(int(state.tick[late.rows[0]]))
    learn_again(detector, np.unique(late.rows[late.ticks <= last]))


def learn_again(detector: Detector, rows: Ints) -> None:
    """Have the last lesson again in rows that were born before it."""
    clockwork, state = detector.clockwork, detector.state
    rows = rows[state.born[rows] <= clockwork.last_close(int(state.tick[rows].max(initial=0)))]
    if len(rows):
        part = state.take(rows)
        rhythm.learn_again(part, clockwork)
        state.put(rows, part)


def glance(detector: Detector, late: Late, threshold: Array) -> Glance:
    """Look again at the rows of `late`, whose counts were taken in.

    Parameters
    ----------
    threshold : float64 (W,)
        Of every row of the detector.
    """
    rows, place = np.unique(late.rows, return_inverse=True)
    first, last = np.full(len(rows), np.iinfo(np.int64).max), np.zeros(len(rows), np.int64)
    np.minimum.at(first, place, late.ticks)
    np.maximum.at(last, place, late.ticks)
    # watches that are late by about as much are looked at together, over the minutes that this takes
    order = np.argsort(first, kind="stable")
    rows, first, last = rows[order], first[order], last[order]
    parts = [
        _glance(detector, rows[some], first[some], last[some], threshold[rows[some]])
        for some in (slice(n, n + _ROWS_AT_ONCE) for n in range(0, len(rows), _ROWS_AT_ONCE))
    ]
    return parts[0] if len(parts) == 1 else _joined(parts)


def _glance(detector: Detector, rows: Ints, first: Ints, last: Ints, threshold: Array) -> Glance:
    state, clockwork = detector.state.take(rows), detector.clockwork
    now, every = int(state.tick[0]), np.arange(len(rows))
    ticks = np.arange(int(first.min()), now + 1)
    hour = _Hour(detector, state, ticks)
    volume = state.fine[ticks % clockwork.fine_slots, :, 0]
    said = np.where((volume > 0) & (ticks[:, None] >= first), hour.raw, -np.inf)
    best = said.argmax(axis=0)
    score = calibration.corrected(state, said)
    enough = score >= episodes.needed(threshold, state.ended, ticks[:, None], clockwork)
    loud = score >= threshold - episodes.DECADES_TO_QUIET
    short = score[best, every]

    # the longer windows end with the next tick, as if it were silent
    look = detector.look(now + 1, rows, np.zeros((len(rows), detector.columns)))
    is_short = said[best, every] >= look.raw
    fine = len(clockwork.fine)
    sums, mean = hour.windows(best)
    look.sums[:, :, :fine], look.mean[:, :, :fine] = sums, mean
    look.raw = np.where(is_short, said[best, every], look.raw)
    look.score = np.where(is_short, short, look.score)
    look.short = np.maximum(short, look.short)
    look.measure = np.where(is_short, hour.measure[best, every], look.measure)
    look.horizon = np.where(is_short, hour.horizon[best, every], look.horizon)
    return Glance(
        look=look,
        minute=np.where(is_short, ticks[best], now),
        since=np.where(enough.any(axis=0), ticks[enough.argmax(axis=0)], last),
        loud=np.where(loud.any(axis=0), ticks[len(ticks) - 1 - loud[::-1].argmax(axis=0)], -1),
    )


class _Hour:
    """Windows of up to an hour that end with each tick of the last hour, in some rows.

    Attributes
    ----------
    raw : float64 (T, n)
        Greatest surprise less looks of the windows that end with each tick.
    measure, horizon : int64 (T, n)
        Where it is.
    """

    def __init__(self, detector: Detector, state: State, ticks: Ints) -> None:
        self._state, self._clockwork, self._ticks = state, detector.clockwork, ticks
        before = np.arange(ticks[0] - detector.clockwork.period_ticks, ticks[-1] + 1)
        counts = state.fine[before % detector.clockwork.fine_slots].astype(np.float64)
        self._running = np.concatenate([np.zeros((1, *counts.shape[1:])), counts.cumsum(axis=0)])
        self._factors = dict[int, Array]()
        levels = np.stack(list(self._surprises(detector)), axis=-1)
        flat = levels.reshape(*levels.shape[:2], levels.shape[2] * levels.shape[3])
        best = flat.argmax(axis=2)
        self.raw = np.take_along_axis(flat, best[:, :, None], axis=2)[:, :, 0]
        self.measure, self.horizon = np.divmod(best, levels.shape[3])

    def windows(self, at: Ints) -> tuple[Array, Array]:
        """Return counts and usual counts (n, M, fine horizons) of the windows that end with a tick a row."""
        every = np.arange(len(at))
        found = [(self._sums(length), self._mean(length)) for length in self._clockwork.fine.tolist()]
        return (
            np.stack([sums[at, every] for sums, _ in found], axis=-1),
            np.stack([mean[at, every] for _, mean in found], axis=-1),
        )

    def _sums(self, length: int) -> Array:
        ends = np.arange(len(self._running) - len(self._ticks), len(self._running))
        return np.asarray(self._running[ends] - self._running[ends - length])

    def _mean(self, length: int) -> Array:
        position = (self._ticks + 1 - length / 2.0) / self._clockwork.period_ticks - 0.5
        period = np.floor(position).astype(np.int64)
        share = (position - period)[:, None]
        before, after = self._factor(period), self._factor(period + 1)
        weight = (before + share * (after - before)) * length * self._clockwork.step
        return np.maximum(self._state.level * weight[:, :, None], 1e-6)

    def _factor(self, periods: Ints) -> Array:
        for period in np.unique(periods).tolist():
            if period not in self._factors:
                self._factors[period] = rhythm.factor(self._state, self._clockwork, period)
        return np.stack([self._factors[period] for period in periods.tolist()])

    def _surprises(self, detector: Detector) -> Iterator[Array]:
        """Yield the surprises less looks (T, n, tested) of each fine horizon."""
        state, clockwork, tested = self._state, self._clockwork, detector.tested
        periods = self._ticks // clockwork.period_ticks
        doubts = {p: rhythm.factor_var(state, clockwork, p) for p in np.unique(periods).tolist()}
        doubt = np.stack([doubts[p] for p in periods.tolist()])[:, :, None]
        known = state.level_var[:, :tested] + doubt
        age = (self._ticks[:, None] - state.born + 1) * clockwork.step
        for place, length in enumerate(clockwork.fine.tolist()):
            x, mean = self._sums(length)[:, :, :tested], self._mean(length)[:, :, :tested]
            spread = (
                state.spread[:, :tested, place]
                + 0.5 * np.sqrt(state.spread_var[:, :tested, place])
                + rhythm.CLUSTERING / mean
                + known
            )
            old_enough = (age >= clockwork.horizons[place]) & (state.periods > 0)
            yield detector.beyond_looks(place, x, mean, spread, old_enough[:, :, None])


def _joined(parts: list[Glance]) -> Glance:
    def all_of(name: str) -> npt.NDArray[np.generic]:
        return np.concatenate([getattr(part, name) for part in parts])

    return Glance(
        look=joined([part.look for part in parts]),
        minute=all_of("minute"),  # type: ignore[arg-type]  # each is a column of int64
        since=all_of("since"),  # type: ignore[arg-type]
        loud=all_of("loud"),  # type: ignore[arg-type]
    )
