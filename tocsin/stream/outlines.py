"""Which sketches can be of the same text at all: 128 bits of each tell most strangers apart.

Each hash of a sketch sets one of 128 bits. Two sketches share at most as many hashes as they share bits, and
those hashes of one that fell on a bit already set. Nothing is lost: who shares enough always passes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.shingles import KEPT, NONE, Hashes

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64] | Bools | slice

# What it takes to be the same text: shared word pairs, and either most of both or the whole of one.
LEAST_SHARED: Final = 4
LEAST_RESEMBLANCE: Final = 0.5
LEAST_SHARED_WHEN_EDITED: Final = 5
LEAST_RESEMBLANCE_WHEN_EDITED: Final = 0.4
LEAST_SHARED_WHEN_CONTAINED: Final = 6
LEAST_CONTAINMENT: Final = 0.6

_WORDS: Final = 2
_BIT: Final = np.uint64(1) << np.arange(64, dtype=np.uint64)


@dataclass(slots=True, eq=False)
class Outlines:
    """The outlines of some sketches, one row each.

    Attributes
    ----------
    bits : uint64 array, shape (n, 2)
    size, spare : int8 array, shape (n,)
        Hashes of the sketch, and how many of them fell on a bit already set.
    """

    bits: npt.NDArray[np.uint64]
    size: npt.NDArray[np.int8]
    spare: npt.NDArray[np.int8]

    @classmethod
    def blank(cls, rows: int) -> "Outlines":
        """Return outlines of so many empty sketches."""
        return cls(np.zeros((rows, _WORDS), np.uint64), np.zeros(rows, np.int8), np.zeros(rows, np.int8))

    def take(self, rows: Rows) -> "Outlines":
        """Return the outlines of some rows, in their order."""
        return Outlines(self.bits[rows], self.size[rows], self.spare[rows])

    def put(self, rows: Rows, others: "Outlines") -> None:
        """Replace the outlines of some rows."""
        self.bits[rows], self.size[rows], self.spare[rows] = others.bits, others.size, others.spare


def outlines_of(pairs: Hashes) -> Outlines:
    """Return the outlines of sketches (`tocsin.stream.shingles.sketch`)."""
    there = pairs != NONE
    bit = np.where(there, _BIT[pairs & np.uint32(63)], np.uint64(0))
    second = (pairs & np.uint32(64)) != 0
    bits = np.empty((len(pairs), _WORDS), np.uint64)
    bits[:, 0] = np.bitwise_or.reduce(np.where(second, np.uint64(0), bit), axis=1)
    bits[:, 1] = np.bitwise_or.reduce(np.where(second, bit, np.uint64(0)), axis=1)
    size = there.sum(axis=1, dtype=np.int8)
    return Outlines(bits, size, size - _ones(bits))


def can_be_same(one: Outlines, other: Outlines) -> Bools:
    """Tell of which pairs of rows the texts can be the same, going by what their sketches share at most.

    Notes
    -----
    Of a full sketch only a part may be compared, so nothing is known but the least that is ever asked for.
    """
    most = (_ones(one.bits & other.bits) + np.minimum(one.spare, other.spare)).astype(np.int16)
    both = one.size.astype(np.int16) + other.size
    smaller = np.minimum(one.size, other.size)
    possible = (most >= LEAST_SHARED) & (most >= LEAST_RESEMBLANCE * (both - most))
    possible |= (most >= LEAST_SHARED_WHEN_EDITED) & (most >= LEAST_RESEMBLANCE_WHEN_EDITED * (both - most))
    contained = (smaller == KEPT) | (np.maximum(one.size, other.size) == KEPT)
    contained |= most >= LEAST_CONTAINMENT * smaller
    alike: Bools = possible | ((most >= LEAST_SHARED_WHEN_CONTAINED) & contained)
    return alike


def _ones(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.int8]:
    ones: npt.NDArray[np.int8] = np.bitwise_count(bits).sum(axis=1, dtype=np.int8)
    return ones
