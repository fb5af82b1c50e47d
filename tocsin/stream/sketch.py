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

EXACT: Final = 96
INDEX_BITS: Final = 10
REGISTERS: Final = 1 << INDEX_BITS
_ALPHA: Final = 0.7213 / (1 + 1.079 / REGISTERS)
_EXACTLY, _ABOUT = b"\x00", b"\x01"
_UNSIGNED: Final = (1 << 64) - 1
_REST: Final = 64 - INDEX_BITS
_REST_MASK: Final = (1 << _REST) - 1
_HIGHEST: Final = _REST + 1
_WEIGHTS: Final = [1 << max(_HIGHEST - rank, 0) for rank in range(256)]


class Sketch:
    """A crowd that can be added to.

    Parameters
    ----------
    stored : bytes, optional
        What `packed` returned.
    """

    __slots__ = ("_authors", "_empty", "_registers", "_sum")

    def __init__(self, stored: bytes | None = None) -> None:
        self._authors: set[int] = set()
        self._registers: bytearray | None = None
        self._empty = REGISTERS
        self._sum = REGISTERS << _HIGHEST  # of 2 ** -register, in units of 2 ** -_HIGHEST
        if not stored:
            return
        if stored[:1] == _ABOUT:
            self._registers = bytearray(stored[1:])
            self._empty = self._registers.count(0)
            self._sum = sum(_WEIGHTS[rank] for rank in self._registers)
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
            before = registers[index]
            if before < rank:
                registers[index] = rank
                self._sum += _WEIGHTS[rank] - _WEIGHTS[before]
                self._empty -= not before
                changed = True
        return changed

    def __len__(self) -> int:
        if self._registers is None:
            return len(self._authors)
        raw = _ALPHA * REGISTERS**2 / (self._sum / (1 << _HIGHEST))
        if raw <= 2.5 * REGISTERS and self._empty:
            return round(REGISTERS * log(REGISTERS / self._empty))
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
