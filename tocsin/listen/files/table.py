"""What every kind of file gives: named columns, and records with the place after each."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from tocsin.listen.files.exceptions import Rejection

Cell = str | int | float | bool | datetime | date | None


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in the file.

    Attributes
    ----------
    line : int
        Line (or row of a sheet) on which it begins, counted from 1.
    end : int
        Where the next record begins: bytes, or rows of a sheet.
    last_line : int
        Last line that belongs to it.
    cells : mapping
        Values by column name; absent cells are absent.
    """

    line: int
    end: int
    last_line: int
    cells: Mapping[str, Cell]


@dataclass(slots=True)
class Stretch:
    """Rows that follow one another, none of them broken; each part holds one thing of every row.

    Attributes
    ----------
    lines, ends, last_lines : list of int
        As those of `Record`.
    rows : list of sequence of str
        The values of all columns, in their order.
    """

    lines: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    last_lines: list[int] = field(default_factory=list)
    rows: list[Sequence[str]] = field(default_factory=list)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def add(self, line: int, end: int, last_line: int, values: Sequence[str]) -> None:
        """Append a row."""
        self.lines.append(line)
        self.ends.append(end)
        self.last_lines.append(last_line)
        self.rows.append(values)

    def cut(self, rows: int, end: int) -> tuple["Stretch", "Stretch"]:
        """Cut after so many rows, or after the first that reaches an offset, whichever is earlier."""
        place = min(rows, bisect_left(self.ends, end) + 1)
        return self._part(slice(place)), self._part(slice(place, None))

    def _part(self, rows: slice) -> "Stretch":
        return Stretch(self.lines[rows], self.ends[rows], self.last_lines[rows], self.rows[rows])

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Iterate over the rows one by one."""
        for line, end, last_line, values in zip(
            self.lines, self.ends, self.last_lines, self.rows, strict=True
        ):
            yield Record(line, end, last_line, dict(zip(columns, values, strict=True)))


@dataclass(frozen=True, slots=True)
class Position:
    """Where reading goes on: an offset as `Record.end`, and the number of the line before it."""

    offset: int = 0
    line: int = 0


class Table(Protocol):
    """A file seen as a table.

    Attributes
    ----------
    columns : list of str
        Names of the columns, unique, in the order of the file.
    """

    columns: list[str]

    def records(self, position: Position) -> Iterator[Record | Rejection]:
        """Iterate over the records from a position; `Position()` is the first of the file."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
