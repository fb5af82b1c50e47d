"""Texts as one array of folded symbols: where every feature of the engine is read from.

A whole batch becomes one array of 16-bit symbols without touching a single text in Python: lower case,
accents off, curly quotes straight, every digit a zero, addresses and handles cut to their first sign, and
letters drawn out ("sooooo") cut to two. Each symbol remembers the code point that it came from, so that a
weight can be shown on the original text.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

READ_AT_MOST: Final = 4_000
"""Characters of a post that are read for scores."""

Indices = npt.NDArray[np.int64]

SPACE, _WORD, SIGN, _PICTURE, _DROPPED = range(5)
_TABLE: Final = 0x20000
_DECOMPOSED: Final = 0x3000
_STRAIGHT: Final = {"«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "…": ".", "ß": "s"}
_APOSTROPHES: Final = "'’‘ʼ´`"


@dataclass(slots=True, eq=False)
class Symbols:
    """Folded symbols of a batch.

    Attributes
    ----------
    code : uint16 array, shape (m,)
        The symbols; every post begins after and ends before a space.
    kind : uint8 array, shape (m,)
        Space, word, sign or picture.
    origin : int64 array, shape (m,)
        Index of the code point in the joined batch.
    first, last : int64 array, shape (n,)
        Symbols of post i are ``code[first[i]:last[i]]``, its leading and closing space included.
    offset : int64 array, shape (n,)
        Index of the first code point of each post in the joined batch.
    shouted : bool array, shape (m,)
        The symbol was an upper-case Latin letter.
    """

    code: npt.NDArray[np.uint16]
    kind: npt.NDArray[np.uint8]
    origin: Indices
    first: Indices
    last: Indices
    offset: Indices
    shouted: npt.NDArray[np.bool_]


def _symbol(point: int) -> tuple[int, int]:
    """Return the symbol and the kind of one code point below 0x3000."""
    character = chr(point)
    if character in _APOSTROPHES or unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cc"}:
        return 32, SPACE
    character = _STRAIGHT.get(character, character)
    base = unicodedata.normalize("NFKD", character)[0].lower()[0]
    if base.isspace():  # a free-standing accent decomposes into a space and itself
        base = character
    category = unicodedata.category(base)
    if category in {"Mn", "Me", "Cf"}:
        return 32, _DROPPED
    if category.startswith("N"):
        return ord("0"), _WORD
    if category.startswith("L"):
        return ord(base) & 0xFFFF, _WORD
    return ord(base) & 0xFFFF, _PICTURE if point >= 0x2190 else SIGN


@lru_cache(maxsize=1)
def _table() -> npt.NDArray[np.uint32]:
    """Return the symbol of each code point in the lower half, its kind in the upper."""
    points = np.arange(_TABLE)
    code = np.where(points < 0x10000, points, points & 0x7FFF | 0x8000).astype(np.uint16)
    kind = np.full(_TABLE, _WORD, np.uint8)
    for point in range(_DECOMPOSED):
        code[point], kind[point] = _symbol(point)
    # Chinese, Japanese and Korean write no spaces: each character is a word of its own
    kind[0x3040:0xD7B0] = _PICTURE
    kind[0x3000:0x3040] = SIGN
    code[0x3000], kind[0x3000] = 32, SPACE
    kind[0xD800:0xE000] = SIGN
    kind[0xFE00:0xFE10] = _DROPPED
    kind[0xFEFF] = _DROPPED
    kind[0x1F000:] = _PICTURE
    kind[0x1F3FB:0x1F400] = _DROPPED  # skin tones
    return code.astype(np.uint32) | kind.astype(np.uint32) << np.uint32(16)


def is_space(characters: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Tell which characters are read as white space."""
    points = np.fromiter(map(ord, characters), np.uint32, len(characters))
    spaces: npt.NDArray[np.bool_] = (_table().take(points, mode="clip") >> 16) == SPACE
    return spaces


def read_symbols(texts: Sequence[str]) -> Symbols:
    """Fold texts into one array of symbols.

    Parameters
    ----------
    texts : sequence of str
        Anything: NUL, lone surrogates and texts of any length are fine; only the first `READ_AT_MOST`
        characters of each are read.
    """
    clipped = [text if len(text) <= READ_AT_MOST else text[:READ_AT_MOST] for text in texts]
    joined = "".join(["\n", "\n\n".join(clipped), "\n"])
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter(map(len, clipped), np.int64, len(clipped))
    begins = np.zeros(len(clipped) + 1, np.int64)
    np.cumsum(lengths + 2, out=begins[1:])
    both = _table().take(points, mode="clip")
    code, kind = both.astype(np.uint16), (both >> 16).astype(np.uint8)
    space = kind == SPACE
    kept = ~(_drawn_out(code, space) | (kind == _DROPPED))
    _drop_masked(kept, code, kind)
    kept[1:] &= ~(space[1:] & space[:-1])
    kept[begins[:-1]] = True
    # the closing space of a post is dropped where a space stands before it: put one back where posts meet
    kept[begins[1:] - 1] = True
    origin = np.flatnonzero(kept)
    edges = np.searchsorted(origin, begins)
    return Symbols(
        code=code[origin],
        kind=kind[origin],
        origin=origin,
        first=edges[:-1],
        last=edges[1:],
        offset=begins[:-1] + 1,
        shouted=(points[origin] - np.uint32(65)) < 26,
    )


def _drawn_out(code: npt.NDArray[np.uint16], space: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Mark the third and later of a run of the same symbol."""
    drawn = np.zeros(len(code), np.bool_)
    same = code[1:] == code[:-1]
    drawn[2:] = same[1:] & same[:-1] & ~space[2:]
    return drawn


def _drop_masked(
    kept: npt.NDArray[np.bool_], code: npt.NDArray[np.uint16], kind: npt.NDArray[np.uint8]
) -> None:
    """Drop what follows ``@`` in a handle and ``http`` in an address: names carry no feeling."""
    at = np.flatnonzero(code == ord("@"))
    at = at[kind[at - 1] != _WORD]  # a batch begins with a space: there is always one before
    h = np.flatnonzero(code[:-4] == ord("h"))
    h = h[(code[h + 1] == ord("t")) & (code[h + 2] == ord("t")) & (code[h + 3] == ord("p"))]
    if len(at) == 0 and len(h) == 0:
        return
    depth = np.zeros(len(code) + 1, np.int32)
    if len(at):
        _cover(depth, at + 1, np.flatnonzero((kind != _WORD) & (code != ord("_"))))
    if len(h):
        _cover(depth, h[kind[h + 4] != SPACE] + 4, np.flatnonzero(kind == SPACE))
    kept &= np.cumsum(depth[:-1]) == 0


def _cover(depth: npt.NDArray[np.int32], begins: Indices, stops: Indices) -> None:
    """Raise ``depth`` from each begin up to the next stop."""
    if len(begins):
        ends = stops[np.searchsorted(stops, begins)]
        np.add.at(depth, begins, 1)
        np.add.at(depth, ends, -1)
