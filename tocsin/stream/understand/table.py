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
Packed = npt.NDArray[np.uint64]


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
        counts = counts_of(block)
        if not len(counts):
            return np.zeros((0, len(self.scale)), np.float32)
        return self.averaged(self.totals(block), counts)

    def sums_of_lane(self, block: Block, lane: npt.NDArray[np.int64]) -> Floats:
        """Return the same for the three outputs of one lane, chosen post by post, shape (n, 3)."""
        counts = counts_of(block)
        if not len(counts):
            return np.zeros((0, LANES), np.float32)
        return self.averaged_lane(self.totals_of_lane(block, lane), counts, lane)

    def totals(self, block: Block) -> Packed:
        """Return each post's weights added up, packed; anything for posts without a feature."""
        gathered = np.empty((len(block.row) + 1, self.packed.shape[1]), np.uint64)
        np.take(self.packed, self.place.take(block.row), axis=0, out=gathered[:-1], mode="clip")
        gathered[-1] = 0  # a place for empty posts at the end
        return np.add.reduceat(gathered, block.first, axis=0)

    def totals_of_lane(self, block: Block, lane: npt.NDArray[np.int64]) -> Packed:
        """Return the same for one lane, chosen post by post, shape (n,)."""
        gathered = np.empty(len(block.row) + 1, np.uint64)
        gathered[:-1] = self.weights_of_lane(block.row, np.repeat(lane, counts_of(block)))
        gathered[-1] = 0
        return np.add.reduceat(gathered, block.first)

    def weights_of_lane(self, row: npt.NDArray[np.int64], lane: npt.NDArray[np.int64]) -> Packed:
        """Return the weights of rows in one lane each, packed."""
        place = self.place.take(row) * np.int32(self.packed.shape[1])
        place += lane.astype(np.int32)
        return self.packed.reshape(-1).take(place, mode="clip")

    def averaged(self, totals: Packed, counts: npt.NDArray[np.int64]) -> Floats:
        """Return packed totals over the root of the count of features, shape (n, outputs)."""
        averaged: Floats = _averaged(_unpacked(totals, len(self.scale)), counts) * self.scale
        return averaged

    def averaged_lane(
        self, totals: Packed, counts: npt.NDArray[np.int64], lane: npt.NDArray[np.int64]
    ) -> Floats:
        """Return the same of totals of one lane, shape (n, 3)."""
        scale = self.scale.reshape(-1, LANES)[lane]
        averaged: Floats = _averaged(_unpacked(totals[:, None], LANES), counts) * scale
        return averaged


def counts_of(block: Block) -> npt.NDArray[np.int64]:
    """Return how many features each post has."""
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
