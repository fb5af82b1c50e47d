"""The detector proper: many series of counts, folded tick by tick, each with its own memory."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from tocsin.stream.detect import calibration, rhythm, windows
from tocsin.stream.detect.clockwork import HOUR, Clockwork
from tocsin.stream.detect.state import UNBORN, State
from tocsin.stream.detect.tails import surprise

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Four silent weeks: from then on silence teaches nothing more, and any gap is skipped at once.
LONG_SILENCE = 28 * 24

_ROWS_AT_ONCE = 1_000


@dataclass(slots=True)
class Look:
    """What was seen at a tick in some rows.

    Attributes
    ----------
    rows : int64 (n,)
        Rows of the detector.
    sums, mean : float64 (n, M, H)
        Observed and usual counts of each window.
    raw, score : float64 (n,)
        -log10 of the false alarms a month that a threshold here would give: by the model alone, and
        corrected by the watch's own experience.
    short : float64 (n,)
        The same as `score`, over horizons of at most an hour.
    measure, horizon : int64 (n,)
        Where the surprise is greatest.
    """

    rows: Ints
    sums: Array
    mean: Array
    raw: Array
    score: Array
    short: Array
    measure: Ints
    horizon: Ints


def joined(looks: Sequence[Look]) -> Look:
    """Return looks at different rows as one."""
    if len(looks) == 1:
        return looks[0]
    return Look(
        **{
            field.name: np.concatenate([getattr(look, field.name) for look in looks])
            for field in fields(Look)
        }
    )


class Detector:
    """Rows of counts, each with its memory; a row's tick may be behind the others'.

    Parameters
    ----------
    rows : int
    columns : int
        Counts kept of each row.
    tested : int
        How many of them, the first, can raise an alarm. Column 0 teaches the season.
    least : sequence of float, optional
        Count under which a tested column is never a surprise, however seldom it happens; where it is given,
        column 0 must reach its own in the same window too.
    """

    def __init__(
        self,
        rows: int,
        columns: int,
        tested: int,
        clockwork: Clockwork,
        *,
        shortest: int = 0,
        least: Sequence[float] | None = None,
    ) -> None:
        self.clockwork = clockwork
        self.columns = columns
        self.tested = tested
        self.state = State.new(rows, columns, clockwork)
        rhythm.be_born(self.state, np.arange(rows), clockwork)
        minutes = np.array(clockwork.horizons)
        self._looks = calibration.looks(clockwork, tested)
        self._worth = _worth_computing(self._looks)
        self._least = np.zeros(tested) if least is None else np.asarray(least, float)
        self._usable = minutes >= shortest
        self._short = minutes <= max(clockwork.period, HOUR)

    def grow(self, rows: int) -> None:
        """Add rows of which nothing is known."""
        fresh = State.new(rows, self.columns, self.clockwork)
        rhythm.be_born(fresh, np.arange(rows), self.clockwork)
        self.state = self.state.append(fresh) if len(self.state.tick) else fresh

    def look(self, tick: int, rows: Ints, counts: Array) -> Look:
        """Look at the counts of a tick that follows the rows' last; the state stays as it is."""
        if len(rows) == len(self.state.tick):
            return self._look(self.state, tick, rows, counts)
        # by slices, so that no copy of a large bank is ever made
        slices = [slice(n, n + _ROWS_AT_ONCE) for n in range(0, max(len(rows), 1), _ROWS_AT_ONCE)]
        return joined(
            [self._look(self.state.take(rows[some]), tick, rows[some], counts[some]) for some in slices]
        )

    def _look(self, state: State, tick: int, rows: Ints, counts: Array) -> Look:
        sums = windows.slide(state, self.clockwork, tick, counts)
        usual = rhythm.usual(state, self.clockwork, tick)
        level = self._surprises(state, tick, sums, usual)
        flat = level.reshape(len(rows), self.tested * len(self.clockwork.horizons))
        best = flat.argmax(axis=1)
        raw = flat[np.arange(len(rows)), best]
        short = level[:, :, self._short].max(axis=(1, 2))
        measure, horizon = np.divmod(best, level.shape[2])
        return Look(
            rows=rows,
            sums=sums,
            mean=usual.mean,
            raw=raw,
            score=calibration.corrected(state, raw),
            short=calibration.corrected(state, short),
            measure=measure,
            horizon=horizon,
        )

    def _surprises(self, state: State, tick: int, sums: Array, usual: rhythm.Usual) -> Array:
        """Return surprises less looks of every window that may speak, -inf-like where it may not."""
        x, mean = sums[:, : self.tested], usual.mean[:, : self.tested]
        spread = usual.spread[:, : self.tested]
        age = (tick - np.where(state.born == UNBORN, tick, state.born) + 1) * self.clockwork.step
        old_enough = age[:, None] >= np.array(self.clockwork.horizons)
        may = (old_enough & (state.periods > 0)[:, None] & self._usable)[:, None, :]
        levels = [
            self.beyond_looks(place, x[:, :, place], mean[:, :, place], spread[:, :, place], may[:, :, place])
            for place in range(x.shape[2])
        ]
        return np.stack(levels, axis=2)

    def beyond_looks(self, place: int, x: Array, mean: Array, spread: Array, may: Bools) -> Array:
        """Return surprises less looks of windows of one horizon.

        Parameters
        ----------
        place : int
            Place of the horizon.
        x, mean, spread : float64 (..., tested)
        may : bool
            Which windows are old enough to speak; fit to be broadcast.
        """
        far = (x > mean) & ((x - mean) ** 2 > self._worth[place] * (mean + spread * mean**2)) & may
        far &= (x >= self._least) & (x[..., :1] >= self._least[0])
        levels = np.zeros(x.shape)
        levels[far] = np.maximum(surprise(x[far], mean[far], spread[far]), 0.0)
        return np.asarray(levels - self._looks[place])

    def commit(self, tick: int, rows: Ints, counts: Array) -> None:
        """Take the counts of a tick into memory, for rows that stand at the tick before it."""
        everything = len(rows) == len(self.state.tick)
        state = self.state if everything else self.state.take(rows)
        state.born[:] = np.where(state.born == UNBORN, tick, state.born)
        sums = windows.slide(state, self.clockwork, tick, counts)
        windows.push(state, self.clockwork, tick, counts, sums)
        if self.clockwork.closes_period(tick):
            self._close(state, tick)
        if not everything:
            self.state.put(rows, state)

    def note(self, tick: int | Ints, look: Look) -> None:
        """Remember how high the surprises of a look are, for the watches' own calibration."""
        rows = look.rows
        crest, crest_tick = calibration.crest(
            self.state.crest[rows], self.state.crest_tick[rows], tick, look.raw
        )
        self.state.crest[rows], self.state.crest_tick[rows] = crest, crest_tick

    def _close(self, state: State, tick: int) -> None:
        """Learn from the period that ends here, except in rows that have been silent for weeks."""
        silent_now = state.sums[:, 0, len(self.clockwork.fine) - 1] == 0
        at_rest = silent_now & (state.silent >= LONG_SILENCE)
        if at_rest.all():
            rhythm.remember_knowledge(state, self.clockwork, tick)
            rhythm.remember_past_season(state, self.clockwork, tick + 1)
            return
        if at_rest.any():
            for rows, active in ((np.flatnonzero(~at_rest), True), (np.flatnonzero(at_rest), False)):
                part = state.take(rows)
                if active:
                    self._close(part, tick)
                else:
                    rhythm.remember_knowledge(part, self.clockwork, tick)
                    rhythm.remember_past_season(part, self.clockwork, tick + 1)
                state.put(rows, part)
            return
        rhythm.learn(state, self.clockwork, tick)
        calibration.settle(state, self.clockwork, tick)

    def skip(self, rows: Ints, tick: int) -> None:
        """Let rows that stand at the same tick be silent until `tick`, as if folded one by one."""
        part = self.state.take(rows)
        clockwork = self.clockwork
        while (at := int(part.tick[0])) < tick:
            if (part.silent >= LONG_SILENCE).all() and tick - at > clockwork.period_ticks:
                last_close = clockwork.last_close(tick)
                part.tick[:] = last_close
                rhythm.remember_knowledge(part, clockwork, last_close)
                rhythm.remember_past_season(part, clockwork, last_close + 1)
                part.fine[:], part.coarse[:], part.sums[:] = 0.0, 0.0, 0.0
                continue
            end = ((at + 1) // clockwork.period_ticks + 1) * clockwork.period_ticks - 1
            windows.push_silence(part, clockwork, min(end, tick))
            if end <= tick:
                self._close(part, end)
        self.state.put(rows, part)

    def miss(self, rows: Ints, tick: int) -> None:
        """Let rows that stand at the same tick be unobserved until `tick`: nothing is learnt."""
        part = self.state.take(rows)
        windows.push_usual(part, self.clockwork, tick)
        self.state.put(rows, part)

    def absorb(self, rows: Ints) -> None:
        """Forget the excess of a finished episode in rows that stand at the same tick."""
        part = self.state.take(rows)
        usual = rhythm.usual(part, self.clockwork, int(part.tick[0]))
        windows.absorb(part, self.clockwork, usual.mean)
        self.state.put(rows, part)


def _worth_computing(looks: Array) -> Array:
    """Return, for each horizon, the squared deviate under which no surprise can pass the mark.

    Counts are skewed to the right, so that a probability lies farther out than a normal law has it; the
    normal law's own deviate is rounded down by a fifth.
    """
    least = np.maximum(looks + calibration.MARK, 0.3)
    return np.asarray(0.65 * 2.0 * (least * np.log(10.0) - np.log(2.0)))
