"""Where the names of columns stand: below titles that some tools print first, or nowhere."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.listen.files.columns import looks_like_data
from tocsin.listen.files.names import is_known
from tocsin.listen.files.table import Cell

_SEARCHED_ROWS = 30


@dataclass(frozen=True, slots=True)
class Header:
    """Names of the columns, and how many rows of the file come before the first record."""

    columns: list[str]
    rows: int


def find_header(rows: Sequence[Sequence[Cell]]) -> Header:
    """Return the header of a sample of rows.

    Notes
    -----
    The first row as wide as most with a known name; else the first row that wide, unless it already holds
    data (a date, an address, a long text): then columns are called by their number.
    """
    widths = Counter(_width(row) for row in rows if _width(row))
    width = max(widths, key=lambda w: (widths[w], w), default=0)
    searched = rows[:_SEARCHED_ROWS]
    for index, row in enumerate(searched):
        wide_enough = _width(row) >= min(2, width) and _width(row) * 2 >= width
        if wide_enough and _names_columns(row):
            return Header(_unique(row), index + 1)
    for index, row in enumerate(searched):
        if _width(row) == width:
            if any(looks_like_data(cell) for cell in row):
                return Header([str(number) for number in range(1, len(row) + 1)], index)
            return Header(_unique(row), index + 1)
    return Header([], 0)


def _names_columns(row: Sequence[Cell]) -> bool:
    return any(is_known(str(cell)) for cell in row if cell) and not any(looks_like_data(cell) for cell in row)


def _width(row: Sequence[Cell]) -> int:
    """Return the number of cells up to the last that holds something."""
    return max((index for index, cell in enumerate(row, 1) if cell not in (None, "")), default=0)


def _unique(row: Sequence[Cell]) -> list[str]:
    names: list[str] = []
    for number, cell in enumerate(row[: _width(row)], 1):
        name = " ".join(str(cell).split()) if cell not in (None, "") else str(number)
        copy = 2
        unique = name
        while unique in names:
            unique = f"{name} ({copy})"
            copy += 1
        names.append(unique)
    return names
