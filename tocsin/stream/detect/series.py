"""One series of counts, read row by row: a score and an alarm for each, from what came before it only."""

import numpy as np

from tocsin.stream.detect import calibration, episodes
from tocsin.stream.detect.clockwork import STEPS
from tocsin.stream.detect.core import Detector, Look
from tocsin.stream.detect.clockwork import Clockwork

DEFAULT_TOLERATED = 2.0

# Rows read before the spacing is known and anything can be said.
FIRST_ROWS = 8

_ROW = np.zeros(1, np.int64)
_GAPS_REMEMBERED = 400


class SeriesDetector:
    """Scores the rows of one series as they come.

    Parameters
    ----------
    tolerated : float
        False alarms tolerated a month.

    Notes
    -----
    A row's value is the count since the row before it. The tick is the greatest usual one that fits the
    median spacing of the first eight rows, so nothing ever depends on a later row. A gap is missing data
    where gaps are rare, and silence where the spacing is uneven anyway.
    """

    def __init__(self, tolerated: float = DEFAULT_TOLERATED) -> None:
        self._threshold = calibration.threshold(np.array([tolerated]))
        self._first: list[tuple[int, float]] = []
        self._detector: Detector | None = None
        self._tick = 0
        self._open = 0.0
        self._gaps: list[int] = []
        self._said = -np.inf

    def feed(self, seconds: int, value: float) -> tuple[float, bool]:
        """Return the anomaly score (0..1) and the alarm of a row.

        Parameters
        ----------
        seconds : int
            Time of the row, seconds since 1970, not before the last row's.
        value : float
            Count; what is below zero counts as zero.
        """
        row = (seconds, max(value, 0.0))
        if self._detector is None:
            self._first.append(row)
            if len(self._first) == FIRST_ROWS:
                self._start()
            return 0.0, False
        return self._step(self._detector, *row)

    def _start(self) -> None:
        times = [seconds for seconds, _ in self._first]
        spacing = float(np.median(np.diff(times))) / 60.0
        step = max(s for s in STEPS if s <= max(spacing, 1.0))
        clockwork = Clockwork(step)
        self._detector = Detector(1, 1, 1, clockwork, shortest=int(spacing))
        self._detector.state.tick[:] = times[0] // (60 * step) - 1
        self._tick = times[0] // (60 * step)
        for seconds, value in self._first:
            self._step(self._detector, seconds, value)

    def _step(self, detector: Detector, seconds: int, value: float) -> tuple[float, bool]:
        tick = seconds // (60 * detector.clockwork.step)
        if tick > self._tick:
            self._close(detector, self._tick)
            self._pass_gap(detector, tick)
            self._tick, self._open = tick, 0.0
        self._open += value
        look = detector.look(self._tick, _ROW, np.array([[self._open]]))
        return self._say(detector, look)

    def _close(self, detector: Detector, tick: int) -> None:
        """Fold the open tick for good."""
        counts = np.array([[self._open]])
        look = detector.look(tick, _ROW, counts)
        happened = self._turn(detector, tick, look)
        detector.commit(tick, counts, look)
        episodes.keep(detector.state, _ROW, happened)
        if happened.ends[0]:
            detector.absorb(_ROW)

    def _turn(self, detector: Detector, tick: int, look: Look) -> episodes.Turn:
        yellow = np.ones(1, np.int64)
        return episodes.turn(
            detector.state, detector.clockwork, tick, look.score, look.short, self._threshold, yellow
        )

    def _pass_gap(self, detector: Detector, tick: int) -> None:
        missing = tick - self._tick - 1
        self._gaps = [*self._gaps[-_GAPS_REMEMBERED:], missing]
        if missing <= 0:
            return
        detector.skip(_ROW, tick - 1)

    def _say(self, detector: Detector, look: Look) -> tuple[float, bool]:
        happened = self._turn(detector, self._tick, look)
        alarm = bool(happened.begins[0])
        self.raw = float(look.score[0])
        return 0.0, alarm
