"""XLSX workbooks, read row by row; what would unpack to too much is refused before a byte is parsed."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from itertools import islice
from typing import BinaryIO, Final

import openpyxl
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from tocsin.listen.files.exceptions import FileUnusable, Rejection
from tocsin.listen.files.header import find_header
from tocsin.listen.files.table import Cell, Position, Record

MAX_ENTRIES: Final = 2000
MAX_UNPACKED: Final = 2 << 30
MAX_SHARED_STRINGS: Final = 256 << 20
MAX_RATIO: Final = 200
_RATIO_FROM: Final = 10 << 20
_SAMPLE_ROWS: Final = 100
_MAX_COLUMNS: Final = 1000


class WorkbookTable:
    """The first sheet of a workbook that holds a table.

    Raises
    ------
    FileUnusable
        When the file is no workbook, unpacks to too much, or holds no row.
    """

    def __init__(self, file: BinaryIO) -> None:
        check_archive(file)
        self._file = file
        try:
            self._book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            self._sheet, sample = self._first_table()
        except FileUnusable:
            raise
        except Exception as error:
            # openpyxl lets through whatever a damaged part makes its XML and ZIP readers raise.
            raise FileUnusable(f"the workbook cannot be read: {error}", "workbook_broken") from error
        header = find_header(sample)
        self.columns = header.columns
        self._first_row = header.rows

    def records(self, position: Position) -> Iterator[Record | Rejection]:
        """Iterate over the rows from a position, whose offset counts rows."""
        begin = max(position.offset, self._first_row)
        for number, values in enumerate(self._rows(begin), begin + 1):
            cells = dict(zip(self.columns, map(_cell, values), strict=False))
            if any(value not in (None, "") for value in cells.values()):
                yield Record(number, number, number, cells)

    def close(self) -> None:
        """Close the workbook."""
        self._book.close()
        self._file.close()

    def _first_table(self) -> tuple[ReadOnlyWorksheet, list[Sequence[Cell]]]:
        for sheet in self._book.worksheets:
            assert isinstance(sheet, ReadOnlyWorksheet)
            # The size that a sheet says it has is often wrong, and can be made to exhaust memory.
            sheet.reset_dimensions()
            sample = [list(map(_cell, row)) for row in islice(_rows(sheet, 0), _SAMPLE_ROWS)]
            if sum(any(cell not in (None, "") for cell in row) for row in sample) >= 2:
                return sheet, list(sample)
        raise FileUnusable(
            "the workbook holds no table: a row of names and at least one row of values", "workbook_empty"
        )

    def _rows(self, begin: int) -> Iterator[Sequence[object]]:
        return _rows(self._sheet, begin)


def check_archive(file: BinaryIO) -> None:
    """Refuse an archive that would unpack to more than a workbook of that size can hold.

    Raises
    ------
    FileUnusable
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        # zipfile says "not implemented" of compressions and versions that no workbook has
        raise FileUnusable(f"the file is not an XLSX workbook: {error}", "workbook_broken") from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    strings = sum(
        entry.file_size for entry in entries if entry.filename.lower().endswith("sharedstrings.xml")
    )
    if len(entries) > MAX_ENTRIES:
        raise FileUnusable(
            f"the workbook holds {len(entries)} parts; at most {MAX_ENTRIES} are read", "workbook_too_large"
        )
    if unpacked > MAX_UNPACKED or strings > MAX_SHARED_STRINGS:
        raise FileUnusable(
            f"the workbook unpacks to {unpacked >> 20} MiB, more than is read; "
            "save it as CSV and import that",
            "workbook_too_large",
        )
    if unpacked > _RATIO_FROM and unpacked > packed * MAX_RATIO:
        raise FileUnusable(
            f"the workbook unpacks to {unpacked // max(packed, 1)} times its size, as harmful ones do; "
            "nothing was read. If it is yours, save it as CSV and import that",
            "workbook_harmful",
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileUnusable(
            "the workbook is protected by a password; save it without one and import it again",
            "workbook_locked",
        )


def _rows(sheet: ReadOnlyWorksheet, begin: int) -> Iterator[Sequence[object]]:
    rows: Iterator[Sequence[object]] = sheet.iter_rows(  # type: ignore[misc]  # the stubs name the wrong class
        min_row=begin + 1, max_col=_MAX_COLUMNS, values_only=True
    )
    return rows


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value.replace("\x00", "").replace("_x000D_", "")
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    if isinstance(value, timedelta):
        return value.total_seconds() / 86400
    return value  # type: ignore[return-value]  # openpyxl gives text, numbers, booleans, dates or nothing
