"""What every kind of file gives: named columns, and records with the place after each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
