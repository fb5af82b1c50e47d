"""One series of numbers, read row by row: a score and an alarm for each, from what came before it only."""

import math

import numpy as np

from tocsin.stream.detect import calibration, episodes
from tocsin.stream.detect.clockwork import DAY, STEPS, Clockwork
from tocsin.stream.detect.core import Detector, Look
from tocsin.stream.detect.deviation import Deviation
from tocsin.stream.detect.windows import grained

DEFAULT_TOLERATED = 2.0

# Rows read before the spacing is known and anything can be said.
FIRST_ROWS = 8

_ROW = np.zeros(1, np.int64)
_YELLOW = np.ones(1, np.int64)

# Gaps are silence where more than this share of the spacings leaves ticks out, missing data otherwise.
_UNEVEN = 0.1
_SPACING_MEMORY = 1.0 / 200.0

# Days (or ticks, where they are long) after which a surprise that was said is half forgotten.
_SAID_DAYS, _SAID_TICKS = 4.0, 48.0

# Of numbers that are no counts: deviates that warn where one false alarm a month is tolerated, what each
# decade of tolerance takes off, and rows that must be calmer before another warning.
_WARNING_DEVIATES, _DEVIATES_A_DECADE, _CALM_ROWS = 7.0, 1.0, 12


class SeriesDetector:
    """Scores the rows of one series as they come.

    Parameters
    ----------
    tolerated : float
        False alarms tolerated a month.

    Notes
    -----
    A row's value is the count since the row before it. The tick is the greatest that fits the median
    spacing of the first eight rows, so nothing ever depends on a later row.

    Two witnesses are heard in equal parts: the surprise of a model of counts, which knows the rhythm of day
    and week, and the plain deviation from the last day. A series that has shown a fraction or a negative
    number is no series of counts: then the deviation speaks alone, of falls too.

    The score is what their height adds to those already said. A burst lasts many rows and a crowd needs to
    hear of it once: its first rows, and each new height, score; the rows between score little.
    """

    def __init__(self, tolerated: float = DEFAULT_TOLERATED) -> None:
        self._threshold = calibration.threshold(np.array([tolerated]))
        self._warning = _WARNING_DEVIATES - _DEVIATES_A_DECADE * math.log10(tolerated)
        self._calm = _CALM_ROWS
        self._first: list[tuple[int, float]] = []
        self._core: _Core | None = None
        self._said = 0.0
        self._said_tick = 0

    def feed(self, seconds: int, value: float) -> tuple[float, bool]:
        """Return the anomaly score (0..1) and the alarm of a row.

        Parameters
        ----------
        seconds : int
            Time of the row, seconds since 1970. A row older than the last counts at the last one's time.
        value : float
        """
        if self._core is None:
            self._first.append((seconds, value))
            if len(self._first) == FIRST_ROWS:
                self._core = _Core(self._first, self._threshold)
            return 0.0, False
        deviation = self._core.deviation.feed(value)
        look, begun = self._core.feed(seconds, value)
        height = math.log1p(deviation)
        if self._core.deviation.is_count:
            height = 0.5 * (height + math.log1p(max(float(look.score[0]), 0.0)))
            return self._novelty(self._core, height), begun
        return self._novelty(self._core, height), self._is_warning(deviation)

    def _is_warning(self, deviation: float) -> bool:
        """Tell whether numbers that are no counts leave what is usual with this row."""
        calm, is_far = self._calm, deviation >= self._warning
        self._calm = 0 if is_far else calm + 1
        return is_far and calm >= _CALM_ROWS

    def _novelty(self, core: "_Core", height: float) -> float:
        half_life = max(_SAID_DAYS * DAY / core.clockwork.step, _SAID_TICKS)
        self._said *= 0.5 ** ((core.tick - self._said_tick) / half_life)
        self._said_tick = core.tick
        new = max(height - self._said, 0.0)
        self._said = max(self._said, height)
        return 1.0 - math.exp(-new)


class _Core:
    """The row detector behind a series, with its open tick, and the second witness."""

    def __init__(self, first: list[tuple[int, float]], threshold: "np.typing.NDArray[np.float64]") -> None:
        spacing = float(np.median(np.diff([seconds for seconds, _ in first]))) / 60.0
        self.clockwork = Clockwork(max(step for step in STEPS if step <= max(spacing, 1.0)))
        self._detector = Detector(1, 1, 1, self.clockwork, shortest=int(spacing))
        self._threshold = threshold
        self.tick = self._tick_of(first[0][0])
        self._detector.state.tick[:] = self.tick - 1
        self._open = 0.0
        self._uneven = 0.0
        self._seen = self._look()
        self.deviation = Deviation(self.clockwork.step)
        for seconds, value in first:
            self.feed(seconds, value)
            self.deviation.feed(value)

    def feed(self, seconds: int, value: float) -> tuple[Look, bool]:
        """Take a row in; return what was seen at its tick so far, and whether an episode begins with it."""
        tick = self._tick_of(seconds)
        if tick > self.tick:
            self._close()
            self._pass(tick)
            self.tick, self._open = tick, 0.0
        begun = self._open > 0 and bool(self._turn(self._seen).begins[0])
        self._open = float(grained(np.array(self._open + max(value, 0.0))))
        self._seen = self._look()
        return self._seen, bool(self._turn(self._seen).begins[0]) and not begun

    def _look(self) -> Look:
        return self._detector.look(self.tick, _ROW, np.array([[self._open]]))

    def _tick_of(self, seconds: int) -> int:
        return seconds // (60 * self.clockwork.step)

    def _close(self) -> None:
        """Fold the open tick for good."""
        happened = self._turn(self._seen)
        self._detector.commit(self.tick, _ROW, np.array([[self._open]]))
        self._detector.note(self.tick, self._seen)
        episodes.keep(self._detector.state, _ROW, happened)
        if happened.ends[0]:
            self._detector.absorb(_ROW)

    def _pass(self, tick: int) -> None:
        """Go through the ticks left out before `tick`."""
        left_out = tick - self.tick - 1
        self._uneven += _SPACING_MEMORY * ((left_out > 0) - self._uneven)
        if left_out <= 0:
            return
        if left_out * self.clockwork.step >= episodes.QUIET_MINUTES:
            self._end_episode()
        if self._uneven > _UNEVEN:
            self._detector.skip(_ROW, tick - 1)
        else:
            self._detector.miss(_ROW, tick - 1)

    def _end_episode(self) -> None:
        """Let an episode be over: nothing was seen for longer than the quiet that ends one."""
        state = self._detector.state
        if state.grade[0]:
            state.grade[:], state.quiet[:], state.ended[:] = 0, 0, self.tick
            self._detector.absorb(_ROW)

    def _turn(self, look: Look) -> episodes.Turn:
        return episodes.turn(
            self._detector.state,
            _ROW,
            self.clockwork,
            self.tick,
            score=look.score,
            short=look.short,
            threshold=self._threshold,
            grade=_YELLOW,
        )
