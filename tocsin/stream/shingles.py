"""Texts as sets of hashed word pairs, for a whole batch at once.

Addresses, handles, emoji and the marks of a repost say nothing of the wording and are left out. Of each
text the smallest hashes are kept: the bottom-k sketch of Broder (1997, "On the resemblance and containment
of documents"), which is the whole set for short texts and a fair sample of it for long ones.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint32]
_Words = npt.NDArray[np.uint64]

# Texts read together: enough to spread the cost of a call, few enough to stay in the processor's cache.
_SLICE: Final = 512

# Word pairs kept of each text, and what stands where there are fewer.
KEPT: Final = 24
NONE: Final = np.uint32(0xFFFFFFFF)

# Characters of a text that are read; a narrative shows in its beginning.
_READ = 2000

_SEPARATOR = "\x1e"
_BASE = 0x9E3779B97F4A7C15
_WRAP = 1 << 64
_MIX = np.uint64(0xD6E8FEB86659FD93)
_HIGH = np.uint64(32)

_WORD_BYTE: Final = np.array(
    [chr(b).isalnum() if b < 128 else True for b in range(256)], bool
)  # bytes over 127 belong to letters of other scripts, or to signs sorted out below

# Leading bytes of emoji and signs: U+2000 to U+2FFF and what lies beyond the basic plane.
_SIGN_BYTES: Final = (0xE2, 0xF0, 0xF3)

_MARKS: Final = ("rt", "via", "amp")


def sketch(folded: Sequence[str]) -> Hashes:
    """Return the smallest word-pair hashes of each text.

    Parameters
    ----------
    folded : sequence of str
        Folded texts (`tocsin.stream.fold.fold_batch`).

    Returns
    -------
    uint32 (n, KEPT)
        Ascending; `NONE` where a text has fewer pairs.
    """
    hashes, row = _word_hashes(folded)
    together = np.flatnonzero(row[1:] == row[:-1])
    pairs = _mixed(hashes[:-1] * np.uint64(_BASE) + hashes[1:]).take(together)
    values = np.minimum((pairs >> _HIGH).astype(np.uint32), NONE - np.uint32(1))
    tagged = np.sort((row.take(together).astype(np.uint64) << _HIGH) | values)
    fresh = np.ones(len(tagged), bool)
    fresh[1:] = tagged[1:] != tagged[:-1]
    tagged = tagged[fresh]
    rows = (tagged >> _HIGH).astype(np.int64)
    rank = np.arange(len(rows)) - np.searchsorted(rows, np.arange(len(folded))).take(rows)
    kept = rank < KEPT
    table = np.full((len(folded), KEPT), NONE, np.uint32)
    table[rows[kept], rank[kept]] = tagged[kept].astype(np.uint32)
    return table


def sketches(folded: Sequence[str]) -> Hashes:
    """Return the same as `sketch` for any number of texts, some at a time."""
    parts = [sketch(folded[begin : begin + _SLICE]) for begin in range(0, len(folded), _SLICE)]
    return np.concatenate(parts) if parts else np.empty((0, KEPT), np.uint32)


def _word_hashes(folded: Sequence[str]) -> tuple[_Words, npt.NDArray[np.int64]]:
    """Return the hash of each word that counts, and the row of its text."""
    raw = _joined(folded)
    starts, ends = _words_in(raw)
    power, inverse = _powers(1 << len(raw).bit_length())
    running = np.zeros(len(raw) + 1, np.uint64)
    np.cumsum((raw + np.uint64(1)) * power[: len(raw)], out=running[1:])
    hashes = _mixed((running.take(ends) - running.take(starts)) * inverse.take(starts))
    before = np.searchsorted(starts, np.flatnonzero(raw == ord(_SEPARATOR)))
    row = np.repeat(np.arange(len(before) + 1), np.diff(before, prepend=0, append=len(starts)))
    handle = raw.take(starts - 1, mode="clip") == ord("@")
    colon = (raw.take(ends, mode="clip") == ord(":")) & (ends < len(raw))
    counts = ~handle & ~_in_address(raw, starts) & ~np.isin(raw.take(starts), _SIGN_BYTES)
    counts &= ~np.isin(hashes, _mark_hashes()) & ~_before_quotation(hashes, row, handle, handle & colon)
    return hashes[counts], row[counts]


def _words_in(raw: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return where words begin and end."""
    is_word = np.zeros(len(raw) + 2, bool)
    _WORD_BYTE.take(raw, out=is_word[1:-1], mode="clip")
    edges = np.flatnonzero(is_word[1:] != is_word[:-1])
    return edges[::2], edges[1::2]


def _before_quotation(
    hashes: _Words, row: npt.NDArray[np.int64], handle: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Tell which words comment on what follows: they stand before ``rt @someone`` or ``@someone:``."""
    repost = (hashes[:-1] == _mark_hashes()[0]) & handle[1:] & (row[1:] == row[:-1])
    marks = np.flatnonzero(np.append(repost, False) | said)
    if not len(marks):
        return np.zeros(len(hashes), bool)
    last = np.full(int(row[-1]) + 1, -1)
    last[row[marks]] = marks
    return np.asarray(np.arange(len(hashes)) < last[row])


def _joined(folded: Sequence[str]) -> npt.NDArray[np.uint8]:
    text = _SEPARATOR.join([text[:_READ] for text in folded])
    if text.count(_SEPARATOR) >= max(len(folded), 1):
        text = _SEPARATOR.join([text[:_READ].replace(_SEPARATOR, " ") for text in folded])
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _in_address(raw: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Tell which words are part of a web address: a run without spaces that holds ``://``."""
    colon = np.flatnonzero(raw[:-2] == ord(":"))
    colon = colon[(raw[colon + 1] == ord("/")) & (raw[colon + 2] == ord("/"))]
    if not len(colon):
        return np.zeros(len(starts), bool)
    spaces = np.flatnonzero(raw <= ord(" "))
    return np.isin(np.searchsorted(spaces, starts), np.searchsorted(spaces, colon))


@lru_cache(maxsize=4)
def _powers(length: int) -> tuple[_Words, _Words]:
    """Return the powers of an odd base and of its inverse, modulo 2**64."""
    base, inverse = np.full(length, _BASE, np.uint64), np.full(length, pow(_BASE, -1, _WRAP), np.uint64)
    base[0] = inverse[0] = 1
    return np.cumprod(base), np.cumprod(inverse)


def _mixed(hashes: _Words) -> _Words:
    mixed = (hashes ^ (hashes >> _HIGH)) * _MIX
    return np.asarray((mixed ^ (mixed >> _HIGH)) * _MIX)


@lru_cache(maxsize=1)
def _mark_hashes() -> _Words:
    power, _ = _powers(64)
    sums = [
        int(((np.frombuffer(m.encode(), np.uint8) + np.uint64(1)) * power[: len(m)]).sum()) for m in _MARKS
    ]
    return _mixed(np.array(sums, np.uint64))
