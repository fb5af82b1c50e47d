"""JSON lines in and out: bad lines are reported with file and number, counted, and the rest goes on."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec

from tocsin.errors import UnusableInput

MAX_LINE_BYTES = 16 << 20


class LineReader:
    """Iterates over the JSON objects of a file, one a line.

    Attributes
    ----------
    rejected : int
        Lines that were not a JSON object or lacked a required field; each was reported.
    """

    def __init__(self, stream: BinaryIO, name: str, required: tuple[str, ...] = ()) -> None:
        self._stream = stream
        self._name = name
        self._required = required
        self.accepted = 0
        self.rejected = 0

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        decoder = msgspec.json.Decoder()
        for number, line in enumerate(self._stream, 1):
            stripped = line.lstrip(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
            if not stripped:
                continue
            record = self._record(decoder, number, stripped)
            if record is not None:
                self.accepted += 1
                yield number, record
        if self.rejected and not self.accepted:
            raise UnusableInput(f"{self._name}: no line of this input is a usable JSON object")

    def _record(
        self, decoder: "msgspec.json.Decoder[Any]", number: int, line: bytes
    ) -> dict[str, Any] | None:
        if len(line) > MAX_LINE_BYTES:
            return self.reject(number, f"line longer than {MAX_LINE_BYTES >> 20} MiB")
        try:
            record = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return self.reject(number, f"not JSON: {error}")
        if not isinstance(record, dict):
            return self.reject(number, "not a JSON object")
        missing = [name for name in self._required if not isinstance(record.get(name), str)]
        if missing:
            return self.reject(number, f"missing or not text: {', '.join(missing)}")
        return record

    def reject(self, number: int, reason: str) -> dict[str, Any] | None:
        """Report line ``number`` on standard error, count it, and stand for the record that it isn't."""
        self.rejected += 1
        click.echo(f"{self._name}:{number}: {reason}", err=True)
        return None


def open_input(path: str | None, required: tuple[str, ...] = ()) -> LineReader:
    """Open a file, or standard input for None and ``-``.

    Raises
    ------
    UnusableInput
        When the file cannot be opened.
    """
    if path in {None, "-"}:
        return LineReader(sys.stdin.buffer, "<stdin>", required)
    assert path is not None
    try:
        return LineReader(Path(path).open("rb"), path, required)
    except OSError as error:
        raise UnusableInput(f"{path}: {error.strerror}") from error


def write_line(record: Any) -> None:  # noqa: ANN401 - anything that JSON can say
    """Write one JSON object and a line feed to standard output."""
    sys.stdout.buffer.write(msgspec.json.encode(record) + b"\n")
