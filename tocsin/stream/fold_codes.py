"""Folding by arrays of code points: right for every script, and the reference for the fast path."""

from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.characters import (
    GENDER_SIGNS,
    ZERO_WIDTH_JOINER,
    fold_character,
    is_emoji,
    is_mark,
    is_unit,
)

Codes = npt.NDArray[np.uint32]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SEPARATOR: Final = "\x1e"


def codes_of(text: str) -> Codes:
    """Return the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def text_of(codes: Codes) -> str:
    """Return the text of code points."""
    return codes.astype("<u4").tobytes().decode("utf-32-le")


def fold_codes(codes: Codes) -> tuple[Codes, Indices]:
    """Return the folded code points, and for each the index of the code point it comes from."""
    folded, sources = _TABLE.replace(codes)
    keep = _kept_joiners(folded)
    folded, sources = folded[keep], sources[keep]
    gap = _gaps(folded)
    lengths = gap + np.int64(1)
    spaced = np.full(int(lengths.sum()), 0x20, np.uint32)
    spaced[np.cumsum(lengths) - 1] = folded
    return without_outer_underscores(spaced), np.repeat(sources, lengths)


def _kept_joiners(codes: Codes) -> Flags:
    """Keep the joiner between two emoji (one visible sign), drop it elsewhere and with the sign of gender."""
    keep = np.ones(len(codes), np.bool_)
    for i in np.flatnonzero(codes == ord(ZERO_WIDTH_JOINER)).tolist():
        before = chr(codes[i - 1]) if i else " "
        after = chr(codes[i + 1]) if i + 1 < len(codes) else " "
        if after in GENDER_SIGNS and is_emoji(before):
            keep[i : i + 2] = False
        elif not (is_emoji(before) and is_emoji(after)):
            keep[i] = False
    return keep


def _gaps(codes: Codes) -> Flags:
    """Return before which characters a space must be put so that units stand alone."""
    unit, mark = _TABLE.unit[codes], _TABLE.mark[codes]
    if not unit.any():
        return np.zeros(len(codes), np.bool_)
    before = np.empty_like(codes)
    before[:1], before[1:] = 0x20, codes[:-1]
    at = np.arange(len(codes))
    base = np.maximum.accumulate(np.where(mark, 0, at))
    after_unit = np.empty_like(unit)
    after_unit[:1], after_unit[1:] = False, unit[base[:-1]]
    blank = (codes == 0x20) | (codes == ord(SEPARATOR))
    blank_before = (before == 0x20) | (before == ord(SEPARATOR))
    joiner = ord(ZERO_WIDTH_JOINER)
    glued = (before == joiner) | (before == ord("#")) | (before == ord("@")) | _second_of_flag(codes)
    gap: Flags = (unit & ~glued) | (after_unit & ~unit & ~mark & (codes != joiner))
    gap &= ~blank & ~blank_before
    return gap


def _second_of_flag(codes: Codes) -> Flags:
    """Return which regional indicators end a flag (flags are pairs of them)."""
    indicator = (codes >= 0x1F1E6) & (codes <= 0x1F1FF)
    at = np.arange(len(codes))
    run_start = np.maximum.accumulate(np.where(indicator, 0, at + 1))
    second: Flags = indicator & ((at - run_start) % 2 == 1)
    return second


def without_outer_underscores(codes: npt.NDArray[np.unsignedinteger]) -> Codes:
    """Turn underscores that surround a word (``_merci_``) into spaces; those of handles and inside stay."""
    under = codes == ord("_")
    if not under.any():
        return codes
    at = np.flatnonzero(under)
    starts = at[np.diff(at, prepend=-2) > 1]
    ends = at[np.diff(at, append=len(codes) + 2) > 1]
    padded = np.concatenate(([0x20], codes, [0x20])).astype(np.uint32)
    left, right = padded[starts], padded[ends + 2]
    handle = (left == ord("@")) | (left == ord("#"))
    outer = (~_wordlike(left) & ~handle) | ~_wordlike(right)
    changed = codes.copy()
    for start, end in zip(starts[outer].tolist(), ends[outer].tolist(), strict=True):
        changed[start : end + 1] = 0x20
    return changed


def _wordlike(codes: Codes) -> Flags:
    digit = (codes >= ord("0")) & (codes <= ord("9"))
    letter = (codes >= ord("a")) & (codes <= ord("z"))
    wordlike: Flags = digit | letter | (codes >= 0x80)
    return wordlike


class _FoldTable:
    """The folding of every code point, filled in pages of 256 when one is first met."""

    PAGE = 256

    def __init__(self) -> None:
        self.unit = np.zeros(0x110000, np.bool_)
        self.mark = np.zeros(0x110000, np.bool_)
        self._start = np.zeros(0x110000, np.uint32)
        self._length = np.zeros(0x110000, np.uint8)
        self._filled = np.zeros(0x110000 // self.PAGE, np.bool_)
        self._pool: list[int] = []
        self._pool_codes: Codes = np.zeros(0, np.uint32)

    def replace(self, codes: Codes) -> tuple[Codes, Indices]:
        """Return each code point's folding, concatenated, and the index each character comes from."""
        pages = np.bincount(codes >> 8, minlength=1).nonzero()[0]
        missing = pages[~self._filled[pages]]
        if len(missing):
            for page in missing.tolist():
                self._fill(page)
            self._pool_codes = np.array(self._pool, np.uint32)
        lengths = self._length[codes].astype(np.int64)
        sources = np.repeat(np.arange(len(codes)), lengths)
        first = np.cumsum(lengths) - lengths
        within = np.arange(len(sources)) - np.repeat(first, lengths)
        return self._pool_codes[self._start[codes][sources] + within], sources

    def _fill(self, page: int) -> None:
        for code in range(page * self.PAGE, (page + 1) * self.PAGE):
            folded = fold_character(chr(code)) if code != ord(SEPARATOR) else SEPARATOR
            self._start[code] = len(self._pool)
            self._length[code] = len(folded)
            for character in folded:
                self._pool.append(ord(character))
                self.unit[ord(character)] = is_unit(character)
                self.mark[ord(character)] = is_mark(character)
        # Two threads may fill the same page: both write the same, and the flag comes last.
        self._filled[page] = True


_TABLE: Final = _FoldTable()
