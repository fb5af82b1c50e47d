"""How many different authors: exactly for small crowds, by HyperLogLog for large ones.

A sketch is bytes, so that it can be stored with its row and merged there: ``\\x00`` and the sorted 64-bit
keys as long as there are at most `EXACT`, else ``\\x01`` and `REGISTERS` registers of one byte.

Notes
-----
Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog: the analysis of a near-optimal cardinality estimation
algorithm", 2007; with 1,024 registers the standard error is 3.3%. Small estimates are corrected by linear
counting, as there.
"""

from typing import Final

import numpy as np

from tocsin.stream.batch import Ints

EXACT: Final = 96
INDEX_BITS: Final = 10
REGISTERS: Final = 1 << INDEX_BITS
_ALPHA: Final = 0.7213 / (1 + 1.079 / REGISTERS)
_SPARSE, _DENSE = b"\x00", b"\x01"


def add(sketch: bytes | None, authors: Ints) -> tuple[bytes, int]:
    """Return the sketch with these distinct authors added, and how many authors it holds now."""
    if not sketch:
        return _packed(np.sort(authors))
    if sketch[:1] == _SPARSE:
        return _packed(np.union1d(np.frombuffer(sketch, dtype="<i8", offset=1), authors))
    registers = np.frombuffer(sketch, dtype=np.uint8, offset=1).copy()
    _raise_registers(registers, authors)
    return _DENSE + registers.tobytes(), _estimate(registers)


def count(sketch: bytes | None) -> int:
    """Return how many authors a sketch holds."""
    if not sketch:
        return 0
    if sketch[:1] == _SPARSE:
        return (len(sketch) - 1) // 8
    return _estimate(np.frombuffer(sketch, dtype=np.uint8, offset=1))


def _packed(authors: Ints) -> tuple[bytes, int]:
    if len(authors) <= EXACT:
        return _SPARSE + authors.astype("<i8").tobytes(), len(authors)
    registers = np.zeros(REGISTERS, dtype=np.uint8)
    _raise_registers(registers, authors)
    return _DENSE + registers.tobytes(), _estimate(registers)


def _raise_registers(registers: "np.ndarray[tuple[int], np.dtype[np.uint8]]", authors: Ints) -> None:
    hashes = authors.astype(np.uint64)
    index = (hashes >> np.uint64(64 - INDEX_BITS)).astype(np.intp)
    rest = (hashes << np.uint64(INDEX_BITS)) | np.uint64(1 << (INDEX_BITS - 1))
    # frexp's exponent tells the highest bit that is set, hence the run of zeros before it
    leading = 65 - np.frexp(rest.astype(np.float64))[1]
    np.maximum.at(registers, index, leading.astype(np.uint8))


def _estimate(registers: "np.ndarray[tuple[int], np.dtype[np.uint8]]") -> int:
    raw = _ALPHA * REGISTERS**2 / np.ldexp(1.0, -registers.astype(np.int64)).sum()
    empty = int((registers == 0).sum())
    if raw <= 2.5 * REGISTERS and empty:
        return round(REGISTERS * float(np.log(REGISTERS / empty)))
    return round(float(raw))
