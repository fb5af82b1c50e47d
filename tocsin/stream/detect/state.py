"""What the detector remembers of each watch, as arrays with one row a watch, and as bytes."""

import struct
import zlib
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

from tocsin.errors import TocsinError
from tocsin.stream.detect.clockwork import BINS, Clockwork

VERSION = 1
UNBORN = -1

_HEADER = struct.Struct("<4sHHHI")
_MAGIC = b"TDET"

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


class UnreadableState(TocsinError):
    """Bytes are not a detector's state, or come from another version."""


@dataclass(slots=True)
class State:
    """One row a watch. M is the number of columns, H the number of horizons.

    Attributes
    ----------
    tick, born : int64 (W,)
        Last folded tick and first one; -1 before the first.
    fine, coarse : float32 (W, M, slots)
        Rings of the last counts, by tick and by coarse slot.
    sums : float64 (W, M, H)
        Counts in each window that ends with `tick`.
    level, level_var : float64 (W, M)
        Usual count a minute, season apart, and the relative variance of that knowledge.
    season, season_var : float64 (W, BINS)
        Factors of the hour of the day, the day of the week and the hour of the week, with their variances.
    past_season : float64 (W, horizons on the coarse ring, 2)
        Sum of the factors of the whole periods in each long window, and factor of its oldest period.
    spread, spread_var : float64 (W, M, H)
        Relative variance of window counts beyond Poisson, and the variance of that knowledge.
    periods, silent : int64 (W,)
        Periods learnt from, and how many silent ones came last.
    grade, since, quiet, ended : int64 (W,)
        Open episode: level (0 none), first tick, quiet ticks in a row; tick at which the last one ended.
    peaks, watched, excess : float64 (W,)
        Chance-like peaks seen, months watched, and the sum of how far the peaks rose (self-calibration).
    crest, crest_tick : float64, int64 (W,)
        Highest surprise of the present run above the calibration mark (0 for none), and its last tick.
    """

    tick: Ints
    born: Ints
    fine: Singles
    coarse: Singles
    sums: Floats
    level: Floats
    level_var: Floats
    season: Floats
    season_var: Floats
    past_season: Floats
    spread: Floats
    spread_var: Floats
    periods: Ints
    silent: Ints
    grade: Ints
    since: Ints
    quiet: Ints
    ended: Ints
    peaks: Floats
    watched: Floats
    excess: Floats
    crest: Floats
    crest_tick: Ints

    @classmethod
    def new(cls, rows: int, columns: int, clockwork: Clockwork) -> Self:
        """Return the state of watches of which nothing is known."""
        horizons, long = len(clockwork.horizons), len(clockwork.coarse)

        def ints(value: int) -> Ints:
            return np.full(rows, value, np.int64)

        return cls(
            tick=ints(UNBORN),
            born=ints(UNBORN),
            fine=np.zeros((rows, columns, clockwork.period_ticks), np.float32),
            coarse=np.zeros((rows, columns, clockwork.coarse_slots), np.float32),
            sums=np.zeros((rows, columns, horizons)),
            level=np.zeros((rows, columns)),
            level_var=np.zeros((rows, columns)),
            season=np.ones((rows, BINS)),
            season_var=np.zeros((rows, BINS)),
            past_season=np.zeros((rows, long, 2)),
            spread=np.zeros((rows, columns, horizons)),
            spread_var=np.zeros((rows, columns, horizons)),
            periods=ints(0),
            silent=ints(0),
            grade=ints(0),
            since=ints(UNBORN),
            quiet=ints(0),
            ended=ints(UNBORN),
            peaks=np.zeros(rows),
            watched=np.zeros(rows),
            excess=np.zeros(rows),
            crest=np.zeros(rows),
            crest_tick=ints(UNBORN),
        )

    def take(self, rows: Ints) -> Self:
        """Return a copy of some rows."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def put(self, rows: Ints, other: Self) -> None:
        """Write back rows got by `take`."""
        for f in fields(self):
            getattr(self, f.name)[rows] = getattr(other, f.name)

    def append(self, other: Self) -> Self:
        """Return the rows of both, one after the other."""
        return type(self)(
            **{f.name: np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)}
        )

    def dump(self, row: int) -> bytes:
        """Return one row as bytes, exact to the last bit."""
        raw = b"".join(np.ascontiguousarray(getattr(self, f.name)[row]).tobytes() for f in fields(self))
        columns, horizons = self.spread.shape[1:]
        return _HEADER.pack(_MAGIC, VERSION, columns, horizons, len(raw)) + zlib.compress(raw, 1)

    def load(self, row: int, data: bytes) -> None:
        """Fill one row from the bytes of `dump`.

        Raises
        ------
        UnreadableState
            When the bytes are damaged or describe other measures; the row is left as it was.
        """
        raw = self._checked(data)
        at = 0
        for f in fields(self):
            column = getattr(self, f.name)
            size = column[0].nbytes
            column[row] = np.frombuffer(raw[at : at + size], column.dtype).reshape(column.shape[1:])
            at += size

    def _checked(self, data: bytes) -> bytes:
        columns, horizons = self.spread.shape[1:]
        try:
            magic, version, *shape, size = _HEADER.unpack_from(data)
            raw = zlib.decompress(data[_HEADER.size :])
        except (struct.error, zlib.error) as error:
            raise UnreadableState("a detector's state is damaged; it starts anew from its history") from error
        expected = sum(getattr(self, f.name)[0].nbytes for f in fields(self))
        if (magic, version, shape) != (_MAGIC, VERSION, [columns, horizons]) or not len(raw) == size == expected:
            raise UnreadableState(
                f"a detector's state is of version {version}, this is version {VERSION}; "
                "it starts anew from its history"
            )
        return raw
