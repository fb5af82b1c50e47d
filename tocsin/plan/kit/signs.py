"""Which signs the fonts of a kit have, so that none is printed as an empty box without saying so."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).parent / "fonts"
MISSING: Final = "\u25af"
"""Stands for a letter that no font has: an upright, empty rectangle."""

_FONTS: Final = ("SourceSansPro-Regular.otf", "DejaVuSans.ttf")
_PICTURES: Final = frozenset({"So", "Sk", "Cn", "Co", "Cs"})
_JOINED: Final = (0x200D, *range(0xFE00, 0xFE10), *range(0xE0000, 0xE01F0))
"""What joins emojis into one, chooses their look or tags them: nothing by itself."""

_TURNED: Final = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""What turns the direction of other people’s words; scripts find theirs without it."""

_UNSEEN: Final = dict.fromkeys((*_JOINED, *_TURNED))

_CONTROLS: Final = {code: " " for code in range(32) if chr(code) != "\n"} | {0x7F: " "}


def printable(text: str) -> str:
    """Return a text with signs that the fonts have and no others.

    Pictures without a sign are left out, since words stand beside them; letters without one are told by an
    empty rectangle, since a name with letters left out would be another name.

    >>> printable("Boulangerie 🥖 Œuvrard → 王")
    'Boulangerie Œuvrard → ▯'
    """
    clean = text.translate(_CONTROLS).translate(_UNSEEN)
    if all(map(_has, clean)):
        return clean
    kept: list[str] = []
    for sign in clean:
        if _has(sign):
            kept.append(sign)
        elif unicodedata.category(sign) in _PICTURES:
            if kept and kept[-1] == " ":
                kept.pop()
        elif unicodedata.category(sign) not in {"Cf", "Mn", "Me"}:
            kept.append(MISSING)
    return "".join(kept)


def _has(sign: str) -> bool:
    return sign == "\n" or ord(sign) in _signs()


@cache
def _signs() -> frozenset[int]:
    """Return the code points for which a font of the kit has a sign."""
    return frozenset(code for name in _FONTS for code in _of((FONTS / name).read_bytes()))


def _of(font: bytes) -> Iterator[int]:
    """Read the code points of an OpenType font from its table ``cmap`` (formats 4 and 12)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * place) for place in range(tables))
    start = next(offset for tag, _sum, offset, _length in records if tag == b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    for place in range(count):
        _platform, _encoding, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * place)
        yield from _of_table(font, start + offset)


def _of_table(font: bytes, at: int) -> Iterator[int]:
    (kind,) = struct.unpack_from(">H", font, at)
    if kind == 12:
        (groups,) = struct.unpack_from(">L", font, at + 12)
        for place in range(groups):
            first, last, _sign = struct.unpack_from(">LLL", font, at + 16 + 12 * place)
            yield from range(first, last + 1)
    elif kind == 4:
        yield from _of_segments(font, at)


def _of_segments(font: bytes, at: int) -> Iterator[int]:
    """Read a table of format 4: segments of code points, the last of which is the end mark."""
    (twice,) = struct.unpack_from(">H", font, at + 6)
    ends = struct.unpack_from(f">{twice // 2}H", font, at + 14)
    starts = struct.unpack_from(f">{twice // 2}H", font, at + 16 + twice)
    for first, last in zip(starts, ends, strict=True):
        if first != 0xFFFF:
            yield from range(first, last + 1)
