"""JSON lines, and one JSON array of objects (also behind the assignment of Twitter's archive)."""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import msgspec

from tocsin.listen.files.exceptions import FileUnusable, Rejection
from tocsin.listen.files.lines import MAX_LINE, layout_of, lines_of
from tocsin.listen.files.table import Cell, Position, Record

_BLOCK: Final = 256 << 10
_SAMPLE: Final = 200
_DEPTH: Final = 4
_ARRAY: Final = re.compile(rb"\s*(?:[\w.\[\]\" ]+=\s*)?\[(?=\s*[{\]])")
_STRUCTURE: Final = re.compile(rb'["\\{}\[\]]')
_PLACE: Final = re.compile(r"\(byte (\d+)\)")
_DECODER: Final = msgspec.json.Decoder()


class JsonLinesTable:
    """One JSON object a line; nested objects become columns such as ``user.name``.

    Raises
    ------
    FileUnusable
        When none of the first lines is a JSON object.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._layout = layout_of(file)
        self.columns = _columns(self.records(Position()))

    def records(self, position: Position) -> Iterator[Record | Rejection]:
        """Iterate over the records from a position."""
        lines = lines_of(self._file, self._layout, offset=position.offset, number=position.line)
        for line in lines:
            if line.text is None:
                figures: dict[str, str | int] = {"limit": MAX_LINE >> 20}
                yield Rejection(line.number, line.end, line.number, "line_too_long", figures)
            elif line.text.strip():
                yield _record(line.text, line.number, line.end, line.number)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class JsonArrayTable:
    """A JSON array of objects, read one object at a time.

    Raises
    ------
    FileUnusable
        When none of the first elements is a JSON object.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        file.seek(0)
        opening = _ARRAY.match(file.read(_BLOCK).removeprefix(b"\xef\xbb\xbf"))
        file.seek(0)
        marked = 3 if file.read(3) == b"\xef\xbb\xbf" else 0
        if opening is None:
            raise FileUnusable("the file does not begin with a JSON array", "file_no_object")
        self._start = marked + opening.end()
        self.columns = _columns(self.records(Position()))

    def records(self, position: Position) -> Iterator[Record | Rejection]:
        """Iterate over the elements from a position."""
        self._file.seek(max(position.offset, self._start))
        number = position.line
        for raw, end in _elements(self._file, max(position.offset, self._start)):
            number += 1
            if raw is None:
                yield Rejection(number, end, number, "line_too_long", {"limit": MAX_LINE >> 20})
            else:
                yield _record(raw.decode("utf-8", "replace").replace("\x00", ""), number, end, number)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def is_array(head: bytes) -> bool:
    """Return whether the head of a file opens a JSON array."""
    return _ARRAY.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def what_is_broken(problem: str) -> dict[str, str | int]:
    """Return the decoder's English as figures that can be put into words of any language."""
    if place := _PLACE.search(problem):
        return {"detail": "not_json_at", "place": int(place[1])}
    return {"detail": "not_json_cut"}


def _record(text: str, number: int, end: int, last: int) -> Record | Rejection:
    try:
        decoded = _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        return Rejection(number, end, last, "not_json", what_is_broken(str(error)))
    if not isinstance(decoded, dict):
        return Rejection(number, end, last, "not_an_object")
    cells: dict[str, Cell] = {}
    _flatten(decoded, "", cells, _DEPTH)
    return Record(number, end, last, cells)


def _flatten(value: dict[str, Any], prefix: str, into: dict[str, Cell], depth: int) -> None:
    for name, inner in value.items():
        if isinstance(inner, dict):
            if depth:
                _flatten(inner, f"{prefix}{name}.", into, depth - 1)
        elif isinstance(inner, list):
            into[prefix + name] = " ".join(item for item in inner if isinstance(item, str))
        elif isinstance(inner, str):
            into[prefix + name] = inner.replace("\x00", "")
        else:
            into[prefix + name] = inner


def _columns(records: Iterator[Record | Rejection]) -> list[str]:
    names: dict[str, None] = {}
    seen = usable = 0
    for record in records:
        seen += 1
        if isinstance(record, Record):
            usable += 1
            names.update(dict.fromkeys(record.cells))
        if seen >= _SAMPLE:
            break
    if not usable:
        if not seen:
            raise FileUnusable("the file is empty", "file_empty")
        raise FileUnusable("no line of the file is a JSON object", "file_no_object")
    return list(names)


def _elements(file: BinaryIO, offset: int) -> Iterator[tuple[bytes | None, int]]:
    """Cut the objects of an array, each with the offset after it; None for one over the limit."""
    buffer = b""
    scanner = _Scanner()
    while block := file.read(_BLOCK):
        buffer += block
        for begin, end in scanner.scan(buffer):
            yield (None if scanner.oversized else buffer[begin:end]), offset + end
            scanner.oversized = False
        kept = scanner.kept(len(buffer))
        buffer = buffer[kept:]
        offset += kept


class _Scanner:
    """Follows strings and brackets through a growing buffer, to find where each object ends."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._begin = 0
        self._next = 0
        self.oversized = False
        self.closed = False

    def scan(self, buffer: bytes) -> Iterator[tuple[int, int]]:
        """Yield begin and end of every object that closes in the buffer."""
        while not self.closed and (match := _STRUCTURE.search(buffer, self._next)):
            sign = match[0]
            if sign == b"\\":
                if match.end() >= len(buffer) and self._in_string:
                    self._next = match.start()
                    return
                self._next = match.end() + self._in_string
                continue
            self._next = match.end()
            if sign == b'"':
                self._in_string = not self._in_string
            elif not self._in_string and self._closes(sign, match.start()):
                yield self._begin, match.end()
        self._next = len(buffer)

    def kept(self, size: int) -> int:
        """Return how many bytes of the buffer are done with, and count from there."""
        if not self._depth:
            done = self._next
        elif size - self._begin > MAX_LINE:
            done, self.oversized = self._next, True
        else:
            done = self._begin
        self._begin = max(0, self._begin - done)
        self._next -= done
        return done

    def _closes(self, sign: bytes, place: int) -> bool:
        if sign in b"{[":
            if not self._depth:
                self._begin = place
            self._depth += 1
            return False
        if not self._depth:
            self.closed = True  # the bracket that ends the array
            return False
        self._depth -= 1
        return self._depth == 0
