"""What the detector remembers of each watch, as arrays with one row a watch, and as bytes."""

import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from tocsin.errors import TocsinError
from tocsin.stream.detect.clockwork import BINS, Clockwork

VERSION = 2
UNBORN = -1

_ROW_AXIS: Final = {"fine": 1, "coarse": 1, "season": 1, "season_var": 1, "past_season": 2}

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

    Slots and bins come before rows, because a tick touches one slot or bin of every row.

    Attributes
    ----------
    tick, born : int64 (W,)
        Last folded tick and first one; -1 before the first.
    fine, coarse : float32 (slots, W, M)
        Rings of the last counts, by tick and by coarse slot.
    sums : float64 (W, M, H)
        Counts in each window that ends with `tick`.
    level, level_var : float64 (W, M)
        Usual count a minute, season apart, and the relative variance of that knowledge.
    season, season_var : float64 (BINS, W)
        Factors of the hour of the day, the day of the week and the hour of the week, with their variances.
    past_season : float64 (horizons on the coarse ring, 2, W)
        Sum of the factors of the whole periods in each long window, and factor of its oldest period.
    spread, spread_var : float64 (W, M, H)
        Relative variance of window counts beyond Poisson, and the variance of that knowledge.
    periods, silent : int64 (W,)
        Periods learnt from, and how many silent ones came last.
    before : float64 (W, K)
        What was known before the last lesson, to have it again when counts come late (`rhythm.learn_again`).
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
    before: Floats
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
            fine=np.zeros((clockwork.fine_slots, rows, columns), np.float32),
            coarse=np.zeros((clockwork.coarse_slots, rows, columns), np.float32),
            sums=np.zeros((rows, columns, horizons)),
            level=np.zeros((rows, columns)),
            level_var=np.zeros((rows, columns)),
            season=np.ones((BINS, rows)),
            season_var=np.zeros((BINS, rows)),
            past_season=np.zeros((long, 2, rows)),
            spread=np.zeros((rows, columns, horizons)),
            spread_var=np.zeros((rows, columns, horizons)),
            periods=ints(0),
            silent=ints(0),
            before=np.zeros((rows, 2 * columns * (1 + horizons) + 8)),
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
        return type(self)(**{name: np.take(column, rows, axis) for name, axis, column in self._columns()})

    def put(self, rows: Ints, other: Self) -> None:
        """Write back rows got by `take`."""
        for name, axis, column in self._columns():
            column[_at(axis, rows)] = getattr(other, name)

    def append(self, other: Self) -> Self:
        """Return the rows of both, one after the other."""
        return type(self)(
            **{
                name: np.concatenate([column, getattr(other, name)], axis)
                for name, axis, column in self._columns()
            }
        )

    def dump(self, rows: Ints) -> list[bytes]:
        """Return each of some rows as bytes, exact to the last bit."""
        table = np.hstack(
            [
                np.ascontiguousarray(np.moveaxis(np.take(column, rows, axis), axis, 0))
                .reshape(len(rows), column.size // column.shape[axis])
                .view(np.uint8)
                for _, axis, column in self._columns()
            ]
        )
        columns, horizons = self.spread.shape[1:]
        header = _HEADER.pack(_MAGIC, VERSION, columns, horizons, table.shape[1])
        return [header + zlib.compress(row, 1) for row in table]

    def load(self, row: int, data: bytes) -> None:
        """Fill one row from the bytes of `dump`.

        Raises
        ------
        UnreadableState
            When the bytes are damaged or describe other measures; the row is left as it was.
        """
        raw = self._checked(data)
        at = 0
        for _, axis, column in self._columns():
            shape = column[_at(axis, row)].shape
            size = column.itemsize * math.prod(shape)
            column[_at(axis, row)] = np.frombuffer(raw[at : at + size], column.dtype).reshape(shape)
            at += size

    def _columns(self) -> Iterator[tuple[str, int, npt.NDArray[Any]]]:
        """Yield the name of each column, the axis of its rows, and the column."""
        for field in fields(self):
            yield field.name, _ROW_AXIS.get(field.name, 0), getattr(self, field.name)

    def _checked(self, data: bytes) -> bytes:
        columns, horizons = self.spread.shape[1:]
        try:
            magic, version, *shape, size = _HEADER.unpack_from(data)
            raw = zlib.decompress(data[_HEADER.size :])
        except (struct.error, zlib.error) as error:
            raise UnreadableState("a detector's state is damaged; it starts anew from its history") from error
        expected = sum(column.nbytes // column.shape[axis] for _, axis, column in self._columns())
        if (magic, version, shape) != (_MAGIC, VERSION, [columns, horizons]) or not len(
            raw
        ) == size == expected:
            raise UnreadableState(
                f"a detector's state is of version {version}, this is version {VERSION}; "
                "it starts anew from its history"
            )
        return raw


def _at(axis: int, rows: Ints | int) -> tuple[slice | Ints | int, ...]:
    return (slice(None),) * axis + (rows,)
