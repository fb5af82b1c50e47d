"""The bank of watches: minutes of rollups in, signals out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from tocsin.stream.detect import bands, calibration, episodes, lateness, severity, windows
from tocsin.stream.detect.clockwork import Clockwork
from tocsin.stream.detect.core import Detector, Look
from tocsin.stream.detect.state import UNBORN

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# The columns, in this order, of the array that `DetectorBank.fold` takes: names of rollup measures.
WATCHED_MEASURES: Final = (
    "volume",
    "authors",
    "negative",
    "emotion_anger",
    "emotion_frustration",
    "topic_safety",
    "reach",
)

# What is tested, in this order; `irritation` is anger and frustration together.
TESTED: Final = ("volume", "negative", "irritation", "topic_safety", "reach")

LEVELS: Final = ("green", "yellow", "orange", "red")

DEFAULT_TOLERATED = 2.0

# One or two posts are no movement, however quiet the watch: they are for whoever reads them.
_LEAST: Final = (3.0, 2.5, 3.0, 2.0, 0.0)

# Kept beside the tested counts, to judge how severe a signal is.
_COLUMNS = len(TESTED) + 1
_AUTHORS = len(TESTED)

# Followers of an ordinary account: a minute's reach counts as the cube root of so many of them, because
# reach is so uneven that its plain sum would warn of nothing but the largest accounts.
_ORDINARY_REACH = 300.0

Event = Literal["begin", "escalate", "end"]


@dataclass(frozen=True, slots=True)
class Signal:
    """Something begins, grows or ends in a watch.

    Attributes
    ----------
    minute, since_minute : int
        Minutes since 1970: of this signal, and of the first signal of its episode.
    level : int
        1 yellow, 2 orange, 3 red; at an end, the highest level reached.
    score : float
        Minus the decimal logarithm of how many such surprises chance brings this watch a month.
    horizon_minutes : int
        Length of the window in which the surprise is greatest; it ends with `minute`.
    measure : str
        One of `TESTED`.
    observed, expected : float
        Counts of the measure in that window. `negative` is weighted by the share of different authors,
        `reach` counts as cube roots of ordinary accounts.
    """

    watch: int
    event: Event
    minute: int
    level: int
    score: float
    horizon_minutes: int
    measure: str
    observed: float
    expected: float
    since_minute: int


class DetectorBank:
    """Detects in many watches at once, minute after minute, in time order.

    Parameters
    ----------
    watches : iterable of int
        Ids, in the order of the rows that `fold` takes.
    tolerated : sequence of float, optional
        False alarms tolerated a month by each watch; two by default.

    Notes
    -----
    Reads no clock and holds no posts. Silent minutes may be folded as zeros or left out: a gap is folded
    as silence when the next minute comes. A watch whose minute is already folded is left as it is, so a
    minute delivered twice does nothing the second time.
    """

    def __init__(self, watches: Iterable[int] = (), tolerated: Sequence[float] | None = None) -> None:
        self._watches = list(watches)
        self._row = {watch: row for row, watch in enumerate(self._watches)}
        self._clockwork = Clockwork(1)
        self._detector = Detector(len(self._watches), _COLUMNS, len(TESTED), self._clockwork, least=_LEAST)
        given = DEFAULT_TOLERATED if tolerated is None else np.asarray(tolerated, float)
        self._threshold = calibration.threshold(np.full(len(self._watches), given, float))
        self._changed = np.ones(len(self._watches), bool)

    @property
    def watches(self) -> tuple[int, ...]:
        """Ids of the watches, in the order of the rows."""
        return tuple(self._watches)

    def add(self, watch: int, tolerated: float = DEFAULT_TOLERATED) -> None:
        """Add a watch as the last row, or change what a known one tolerates."""
        self.extend({watch: tolerated})

    def extend(self, tolerated: Mapping[int, float]) -> None:
        """Add watches as the last rows, all at once, or change what known ones tolerate."""
        new = [watch for watch in tolerated if watch not in self._row]
        if new:
            self._row |= {watch: row for row, watch in enumerate(new, len(self._watches))}
            self._watches += new
            self._detector.grow(len(new))
            self._threshold = np.append(self._threshold, np.zeros(len(new)))
            self._changed = np.append(self._changed, np.ones(len(new), bool))
        rows = [self._row[watch] for watch in tolerated]
        self._threshold[rows] = calibration.threshold(np.array(list(tolerated.values()), float))

    def tolerate(self, watch: int, tolerated: float) -> None:
        """Set how many false alarms a month a watch tolerates."""
        self._threshold[self._row[watch]] = calibration.threshold(np.array([tolerated]))[0]

    def minute(self, watch: int) -> int | None:
        """Return the last folded minute of a watch, None before the first."""
        tick = int(self._detector.state.tick[self._row[watch]])
        return None if tick == UNBORN else tick

    def fold(self, minute: int, measures: Array) -> list[Signal]:
        """Fold a closed minute, and silence in whatever lies between it and the last one.

        Parameters
        ----------
        minute : int
            Minutes since 1970.
        measures : float64 (W, len(WATCHED_MEASURES))
            Rollups of the minute, one row a watch in the order of `watches`.

        Returns
        -------
        list of Signal
            In the order of time; those of skipped minutes (ends of episodes) come first.
        """
        state = self._detector.state
        self._changed |= state.tick == UNBORN
        state.tick[:] = np.where(state.tick == UNBORN, minute - 1, state.tick)
        signals = self._catch_up(np.flatnonzero(state.tick < minute - 1), minute - 1)
        rows = np.flatnonzero(state.tick == minute - 1)
        return signals + self._fold_rows(rows, minute, tested_counts(np.asarray(measures, float)[rows]))

    def peek(self, minute: int, partial: Array) -> list[Signal]:
        """Look at a minute that is still open; nothing is remembered.

        Returns
        -------
        list of Signal
            What `fold` would say if the minute closed now. Counts only grow within a minute, so what begins
            here also begins when the minute is folded, with the same `since_minute`.
        """
        state = self._detector.state
        rows = np.flatnonzero((state.tick == minute - 1) & (np.asarray(partial)[:, 0] > 0))
        if not len(rows):
            return []
        look = self._detector.look(minute, rows, tested_counts(np.asarray(partial, float)[rows]))
        happened = self._turn(minute, look)
        return [s for s in self._signals(minute, look, happened) if s.event != "end"]

    def amend(self, closed: int, watches: Sequence[int], minutes: Ints, measures: Array) -> list[Signal]:
        """Take in posts that came after their minute was folded, and look at the last hour again.

        The windows, the level and the rhythm are then what they would be had the posts come on time.

        Parameters
        ----------
        closed : int
            The last closed minute; watches that stand before it were silent since.
        watches : sequence of int (n,)
            A watch may come several times.
        minutes : int64 (n,)
            The posts' own minutes. What lies more than an hour back, or before the watch was born, is left.
        measures : float64 (n, len(WATCHED_MEASURES))
            Rollups of the late posts alone.

        Returns
        -------
        list of Signal
            Each with the minute, and since when, of the posts that it is about.
        """
        state = self._detector.state
        late = lateness.Late(
            np.array([self._row[watch] for watch in watches], np.int64),
            np.asarray(minutes, np.int64),
            tested_counts(np.asarray(measures, float)),
        )
        rows = np.unique(late.rows)
        rows = rows[state.tick[rows] != UNBORN]
        signals = self._catch_up(rows[state.tick[rows] < closed], closed)
        late = lateness.usable(state, self._clockwork, late)
        if not len(late.rows):
            return signals
        self._changed[late.rows] = True
        lateness.take_in(self._detector, late)
        seen = lateness.glance(self._detector, late, self._threshold)
        happened = episodes.turn_late(
            state,
            self._clockwork,
            seen,
            threshold=self._threshold[seen.look.rows],
            grade=severity.grade(seen.look, _AUTHORS),
        )
        signals += self._signals(seen.minute, seen.look, happened)
        self._detector.note(seen.minute, seen.look)
        episodes.keep(state, seen.look.rows, happened)
        # what comes in an episode teaches less
        taught = happened.begins & (happened.since <= self._clockwork.last_close(closed))
        lateness.learn_again(self._detector, seen.look.rows[taught])
        return signals

    def expected(
        self, watch: int, minutes: npt.ArrayLike, unit: int = 1, measure: str = "volume"
    ) -> "bands.Band":
        """Return what is usual at some times, for charts.

        Parameters
        ----------
        minutes : array_like of int
            First minute of each interval.
        unit : int
            Length of an interval in minutes: 1, 5, 60, 1440.
        measure : str
            One of `TESTED`.
        """
        row = np.array([self._row[watch]])
        starts = np.asarray(minutes, np.int64)
        return bands.band(
            self._detector.state.take(row), self._clockwork, TESTED.index(measure), starts, unit
        )

    def dump(self, watch: int) -> bytes:
        """Return the state of a watch; `load` of it goes on exactly as if nothing had happened."""
        return self.dump_all([watch])[0]

    def dump_all(self, watches: Sequence[int]) -> list[bytes]:
        """Return the states of watches, as `dump` does of one."""
        return self._detector.state.dump(np.array([self._row[watch] for watch in watches], np.int64))

    def take_changed(self) -> list[int]:
        """Return the watches in which more than silence was folded since this was last asked.

        The states of all others follow from those that were dumped before: silence is folded later to the
        same effect.
        """
        changed = [self._watches[row] for row in np.flatnonzero(self._changed).tolist()]
        self._changed[:] = False
        return changed

    def load(self, watch: int, data: bytes) -> None:
        """Take up the state of a watch, which must have been added before.

        Raises
        ------
        UnreadableState
            When the bytes are damaged or of another version; the watch then stands as it stood.
        """
        row = self._row[watch]
        self._detector.state.load(row, data)
        self._changed[row] = False

    def settle(self, watches: Iterable[int]) -> list[Signal]:
        """End the open episodes of watches where these stand, and forget the excess that made them.

        For the moment when the past was gone over and the present goes on: what happens next is judged by
        itself, and nothing keeps it from being raised.

        Returns
        -------
        list of Signal
            An end for each episode.
        """
        state = self._detector.state
        chosen = np.array([self._row[watch] for watch in watches], np.int64)
        rows = chosen[state.grade[chosen] > 0]
        signals = [
            Signal(
                watch=self._watches[row],
                event="end",
                minute=int(state.tick[row]),
                level=int(state.grade[row]),
                score=0.0,
                horizon_minutes=self._clockwork.horizons[0],
                measure=TESTED[0],
                observed=0.0,
                expected=0.0,
                since_minute=int(state.since[row]),
            )
            for row in rows.tolist()
        ]
        for tick in np.unique(state.tick[rows]):
            self._detector.absorb(rows[state.tick[rows] == tick])
        state = self._detector.state
        state.grade[rows], state.quiet[rows], state.ended[rows] = 0, 0, UNBORN
        self._changed[rows] = True
        return signals

    def _catch_up(self, behind: Ints, minute: int) -> list[Signal]:
        """Let rows be silent until `minute`: minute by minute while an episode is open, then at once."""
        signals: list[Signal] = []
        state = self._detector.state
        while len(behind):
            first = int(state.tick[behind].min())
            rows = behind[state.tick[behind] == first]
            is_open = state.grade[rows] > 0
            if (still := rows[~is_open]).size:
                self._detector.skip(still, minute)
            if (unquiet := rows[is_open]).size:
                signals += self._fold_rows(unquiet, first + 1, np.zeros((len(unquiet), _COLUMNS)))
            behind = behind[state.tick[behind] < minute]
        return sorted(signals, key=lambda signal: signal.minute)

    def _fold_rows(self, rows: Ints, minute: int, counts: Array) -> list[Signal]:
        """Fold one minute of rows that stand at the minute before."""
        if not len(rows):
            return []
        detector = self._detector
        lively = np.flatnonzero((counts[:, 0] > 0) | (detector.state.grade[rows] > 0))
        self._changed[rows[lively]] = True
        look = detector.look(minute, rows[lively], counts[lively])
        happened = self._turn(minute, look)
        signals = self._signals(minute, look, happened)
        detector.commit(minute, rows, counts)
        detector.note(minute, look)
        episodes.keep(detector.state, look.rows, happened)
        if happened.ends.any():
            detector.absorb(look.rows[happened.ends])
        return signals

    def _turn(self, minute: int, look: Look) -> episodes.Turn:
        return episodes.turn(
            self._detector.state,
            look.rows,
            self._clockwork,
            minute,
            score=look.score,
            short=look.short,
            threshold=self._threshold[look.rows],
            grade=severity.grade(look, _AUTHORS),
        )

    def _signals(self, minute: int | Ints, look: Look, happened: episodes.Turn) -> list[Signal]:
        minutes = np.broadcast_to(minute, len(look.rows))
        before = self._detector.state.grade[look.rows]
        signals = []
        for event, mask in (("begin", happened.begins), ("escalate", happened.grows), ("end", happened.ends)):
            for place in np.flatnonzero(mask).tolist():
                measure, horizon = int(look.measure[place]), int(look.horizon[place])
                signals.append(
                    Signal(
                        watch=self._watches[int(look.rows[place])],
                        event=event,  # type: ignore[arg-type]  # the loop runs over the three of them
                        minute=int(minutes[place]),
                        level=int(before[place] if event == "end" else happened.grade[place]),
                        score=round(float(look.score[place]), 3),
                        horizon_minutes=self._clockwork.horizons[horizon],
                        measure=TESTED[measure],
                        observed=float(look.sums[place, measure, horizon]),
                        expected=float(look.mean[place, measure, horizon]),
                        since_minute=int(happened.since[place]),
                    )
                )
        return signals


def tested_counts(measures: Array) -> Array:
    """Turn rollups (W, len(WATCHED_MEASURES)) into the columns that the detector keeps.

    Negative posts are weighted by the share of different authors in their minute: one account that
    repeats itself weighs little. Where no author is known, nothing is weighted.
    """
    volume, authors, negative, anger, frustration, safety, reach = measures.T
    diversity = np.where(authors > 0, np.clip(authors / np.maximum(volume, 1.0), 0.0, 1.0), 1.0)
    columns = [
        volume,
        negative * diversity,
        anger + frustration,
        safety,
        np.cbrt(np.maximum(reach, 0.0) / _ORDINARY_REACH),
        authors,
    ]
    return windows.grained(np.stack(columns, axis=1))
