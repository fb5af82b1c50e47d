"""Weights of the linear outputs, several to a machine word, so that summing one sums them all.

A row holds one 8-bit weight an output. Three of them lie in one 64-bit integer, 21 bits each, with 128 added
so that none is negative: adding up to 8,192 rows never carries from one output into the next. Gathering and
summing then costs a third of what it costs column by column, and nothing is ever a float until the end.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.features import Block

LANE_BITS: Final = 21
LANES: Final = 3
ZERO: Final = 128
MOST_FEATURES: Final = (1 << LANE_BITS) // 256

Floats = npt.NDArray[np.float32]


_SHIFTS: Final = np.arange(LANES, dtype=np.uint64) * np.uint64(LANE_BITS)
_LANE: Final = np.uint64((1 << LANE_BITS) - 1)


@dataclass(slots=True, eq=False)
class Table:
    """Weights of one kind of feature.

    Attributes
    ----------
    place : int32 array, shape (rows,)
        Where in ``packed`` the weights of each row stand; most rows share the first place, which weighs
        nothing.
    packed : uint64 array, shape (used rows + 1, ceil(outputs / 3))
    scale : float32 array, shape (outputs,)
        What one unit of the 8-bit weights is worth.
    """

    place: npt.NDArray[np.int32]
    packed: npt.NDArray[np.uint64]
    scale: Floats

    @classmethod
    def of(cls, rows: int, used: npt.NDArray[np.int64], weights: npt.NDArray[np.int8], scale: Floats) -> Self:
        """Build a table of ``rows`` rows from the weights of the used ones; the others weigh nothing."""
        outputs = weights.shape[1]
        place = np.zeros(rows, np.int32)
        place[used] = np.arange(1, len(used) + 1, dtype=np.int32)
        packed = np.zeros((len(used) + 1, -(-outputs // LANES)), np.uint64)
        for output in range(outputs):
            column = np.full(len(packed), ZERO, np.uint64)
            column[1:] = (weights[:, output].astype(np.int16) + ZERO).astype(np.uint64)
            packed[:, output // LANES] |= column << np.uint64(LANE_BITS * (output % LANES))
        return cls(place, packed, scale)

    def sums(self, block: Block) -> Floats:
        """Return each post's summed weights over the root of its count of features, shape (n, outputs)."""
        counts = _counts(block)
        gathered = np.empty((len(block.row) + 1, self.packed.shape[1]), np.uint64)
        np.take(self.packed, self.place[block.row], axis=0, out=gathered[:-1], mode="clip")
        gathered[-1] = 0  # a place for empty posts at the end
        totals = np.add.reduceat(gathered, block.first, axis=0) if len(counts) else gathered[:0]
        return _averaged(_unpacked(totals, len(self.scale)), counts) * self.scale

    def sums_of_lane(self, block: Block, lane: npt.NDArray[np.int64]) -> Floats:
        """Return the same for the three outputs of one lane, chosen post by post, shape (n, 3)."""
        counts = _counts(block)
        gathered = np.empty(len(block.row) + 1, np.uint64)
        lanes = self.packed.shape[1]
        place = self.place[block.row] * np.int32(lanes)
        place += np.repeat(lane.astype(np.int32), counts)
        np.take(self.packed.reshape(-1), place, out=gathered[:-1], mode="clip")
        gathered[-1] = 0
        totals = np.add.reduceat(gathered, block.first) if len(counts) else gathered[:0]
        return _averaged(_unpacked(totals[:, None], LANES), counts) * self.scale.reshape(lanes, LANES)[lane]


def _counts(block: Block) -> npt.NDArray[np.int64]:
    return np.diff(np.append(block.first, len(block.row)))


def _averaged(totals: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> Floats:
    sums = totals - (counts * ZERO)[:, None]
    sums[counts == 0] = 0
    averaged: Floats = (sums / np.sqrt(np.maximum(counts, 1))[:, None]).astype(np.float32)
    return averaged


def _unpacked(packed: npt.NDArray[np.uint64], outputs: int) -> npt.NDArray[np.int64]:
    unpacked: npt.NDArray[np.int64] = (
        ((packed[:, :, None] >> _SHIFTS) & _LANE).view(np.int64).reshape(len(packed), -1)[:, :outputs]
    )
    return unpacked


def quantised(weights: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return 8-bit weights and the scale of each output."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    return np.rint(weights / scale).astype(np.int8), scale.astype(np.float32)
