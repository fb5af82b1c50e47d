"""The lines of a file of any size, with the offset after each, in memory bounded by one line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from tocsin.listen.files.encoding import decode_line

MAX_LINE: Final = 8 << 20
_BLOCK: Final = 1 << 20
_HEAD: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class Layout:
    """How the bytes of a file make lines.

    Attributes
    ----------
    encoding : str
        ``utf-16-le``, ``utf-16-be``, or empty where each line decides for itself.
    terminator : bytes
        What ends a line.
    start : int
        Offset after the byte order mark.
    """

    encoding: str
    terminator: bytes
    start: int

    @property
    def width(self) -> int:
        """Bytes of a code unit."""
        return 2 if self.encoding else 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its terminator; `text` is None when it is longer than `MAX_LINE` bytes."""

    number: int
    text: str | None
    end: int


def layout_of(file: BinaryIO) -> Layout:
    """Look at the head of a file and tell how to read its lines."""
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(b"\xef\xbb\xbf"):
        return Layout("", _terminator(head), 3)
    if head.startswith(b"\xff\xfe"):
        return Layout("utf-16-le", _wide(_terminator(head[2::2]), "utf-16-le"), 2)
    if head.startswith(b"\xfe\xff"):
        return Layout("utf-16-be", _wide(_terminator(head[3::2]), "utf-16-be"), 2)
    if wide := _unmarked_utf16(head):
        units = head[0::2] if wide == "utf-16-le" else head[1::2]
        return Layout(wide, _wide(_terminator(units), wide), 0)
    return Layout("", _terminator(head), 0)


def lines_of(file: BinaryIO, layout: Layout, *, offset: int = 0, number: int = 0) -> Iterator[Line]:
    """Iterate over the lines from `offset`, the first of which is numbered ``number + 1``."""
    for raw, end in _raw_lines(file, layout, max(offset, layout.start)):
        number += 1
        if raw is None:
            yield Line(number, None, end)
        elif layout.encoding:
            yield Line(number, raw.decode(layout.encoding, "replace").replace("\x00", ""), end)
        else:
            yield Line(number, decode_line(raw), end)


def _raw_lines(file: BinaryIO, layout: Layout, offset: int) -> Iterator[tuple[bytes | None, int]]:
    file.seek(offset)
    pending, skipping = b"", False
    while block := file.read(_BLOCK):
        *complete, pending = split_lines(pending + block, layout)
        for raw in complete:
            offset += len(raw)
            yield (None if skipping or len(raw) > MAX_LINE else raw), offset
            skipping = False
        if len(pending) > MAX_LINE:
            # An odd byte stays, so that two-byte units keep their step.
            odd = len(pending) % layout.width
            offset += len(pending) - odd
            pending, skipping = pending[len(pending) - odd :], True
    if pending or skipping:
        offset += len(pending)
        yield (None if skipping else pending), offset


def split_lines(data: bytes, layout: Layout) -> list[bytes]:
    """Split after each terminator that stands on a code unit; the last part is what is left over."""
    parts: list[bytes] = []
    begin = search = 0
    size = len(layout.terminator)
    while (found := data.find(layout.terminator, search)) >= 0:
        if (found - begin) % layout.width:
            search = found + 1
            continue
        parts.append(data[begin : found + size])
        begin = search = found + size
    parts.append(data[begin:])
    return parts


def _terminator(head: bytes) -> bytes:
    """Return the line feed, or the carriage return of old Macintosh files."""
    return b"\r" if b"\r" in head and b"\n" not in head else b"\n"


def _wide(terminator: bytes, encoding: str) -> bytes:
    return terminator.decode("ascii").encode(encoding)


def _unmarked_utf16(head: bytes) -> str:
    """Return the UTF-16 flavour of text without a mark: mostly ASCII has a NUL in every other byte."""
    half = len(head) // 2
    if half < 2:
        return ""
    if head[1::2].count(0) > half * 0.6 and head[0::2].count(0) < half * 0.1:
        return "utf-16-le"
    if head[0::2].count(0) > half * 0.6 and head[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return ""
