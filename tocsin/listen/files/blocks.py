"""Many lines of a file at once, decoded together: what makes a long file cheap to read."""

from dataclasses import dataclass
from itertools import accumulate
from typing import BinaryIO, Final

import numpy as np

from tocsin.listen.files.encoding import decode_bytes, repair, seems_garbled
from tocsin.listen.files.lines import Layout, split_lines

_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines that follow one another.

    Attributes
    ----------
    begin : int
        Offset of the first.
    text : str
        All of them, as `lines_of` gives each.
    newline : str
        What ends a line in `text`.
    ends : list of int
        Offset after each line.
    last : bool
        The file ends here.
    """

    begin: int
    text: str
    newline: str
    ends: list[int]
    last: bool


def block_at(file: BinaryIO, layout: Layout, offset: int) -> Block | None:
    """Return the lines from an offset; None where the file ends or a line is longer than a block."""
    file.seek(offset)
    raw = file.read(_BLOCK)
    last = len(raw) < _BLOCK
    if layout.encoding:
        return _wide_block(raw, layout, offset, last=last)
    if not last:
        raw = raw[: raw.rfind(layout.terminator) + 1]
    if not raw:
        return None
    ends = (np.flatnonzero(np.frombuffer(raw, np.uint8) == layout.terminator[0]) + (offset + 1)).tolist()
    if not raw.endswith(layout.terminator):
        ends.append(offset + len(raw))
    return Block(offset, _decoded(raw, layout), layout.terminator.decode("ascii"), ends, last)


def _wide_block(raw: bytes, layout: Layout, offset: int, *, last: bool) -> Block | None:
    *lines, rest = split_lines(raw, layout)
    if last and rest:
        lines.append(rest)
    if not lines:
        return None
    text = "".join(line.decode(layout.encoding, "replace").replace("\x00", "") for line in lines)
    ends = list(accumulate(map(len, lines), initial=offset))[1:]
    return Block(offset, text, layout.terminator.decode(layout.encoding), ends, last)


def _decoded(raw: bytes, layout: Layout) -> str:
    """Return the text of lines, the same as `decode_line` gives of each."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = "".join(map(decode_bytes, split_lines(raw, layout)))
    text = text.replace("\x00", "")
    return repair(text) if seems_garbled(text) else text
