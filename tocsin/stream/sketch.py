"""How many different authors: exactly for small crowds, by HyperLogLog for large ones.

A sketch is bytes, so that it can be stored with its row and merged there: ``\\x00`` and the 64-bit keys in
ascending order as long as there are at most `EXACT`, else ``\\x01`` and `REGISTERS` registers of one byte.

Notes
-----
Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog: the analysis of a near-optimal cardinality estimation
algorithm", 2007; with 1,024 registers the standard error is 3.3%. Small estimates are corrected by linear
counting, as there.
"""

from array import array
from collections.abc import Iterable
from math import log
from typing import Final, Self

import numpy as np

EXACT: Final = 96
INDEX_BITS: Final = 10
REGISTERS: Final = 1 << INDEX_BITS
_ALPHA: Final = 0.7213 / (1 + 1.079 / REGISTERS)
_EXACTLY, _ABOUT = b"\x00", b"\x01"
_UNSIGNED: Final = (1 << 64) - 1
_REST: Final = 64 - INDEX_BITS
_REST_MASK: Final = (1 << _REST) - 1


class Sketch:
    """A crowd that can be added to.

    Parameters
    ----------
    stored : bytes, optional
        What `packed` returned.
    """

    __slots__ = ("_authors", "_registers")

    def __init__(self, stored: bytes | None = None) -> None:
        self._authors: set[int] = set()
        self._registers: bytearray | None = None
        if not stored:
            return
        if stored[:1] == _ABOUT:
            self._registers = bytearray(stored[1:])
        else:
            self._authors = set(array("q", stored[1:]))

    def add(self, authors: Iterable[int]) -> bool:
        """Add authors by their keys; return whether anything changed."""
        if self._registers is not None:
            return self._raise(authors)
        before = len(self._authors)
        self._authors.update(authors)
        if len(self._authors) > EXACT:
            self._registers = bytearray(REGISTERS)
            self._raise(self._authors)
            self._authors = set()
            return True
        return len(self._authors) != before

    def _raise(self, authors: Iterable[int]) -> bool:
        registers = self._registers
        assert registers is not None
        changed = False
        for author in authors:
            index = (author & _UNSIGNED) >> _REST
            rank = _REST - (author & _REST_MASK).bit_length() + 1
            if registers[index] < rank:
                registers[index] = rank
                changed = True
        return changed

    def __len__(self) -> int:
        if self._registers is None:
            return len(self._authors)
        registers = np.frombuffer(self._registers, dtype=np.uint8)
        raw = _ALPHA * REGISTERS**2 / float(np.ldexp(1.0, -registers.astype(np.int64)).sum())
        empty = REGISTERS - int(np.count_nonzero(registers))
        if raw <= 2.5 * REGISTERS and empty:
            return round(REGISTERS * log(REGISTERS / empty))
        return round(raw)

    def packed(self) -> bytes:
        """Return the sketch as bytes."""
        if self._registers is not None:
            return _ABOUT + bytes(self._registers)
        return _EXACTLY + array("q", sorted(self._authors)).tobytes()

    @classmethod
    def of(cls, authors: Iterable[int]) -> Self:
        """Return the sketch of these authors."""
        made = cls()
        made.add(authors)
        return made
