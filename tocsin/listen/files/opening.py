"""Which kind of table a file is, by its first bytes rather than by its name."""

import re
from pathlib import Path
from typing import Final

from tocsin.listen.files.delimited import DelimitedTable
from tocsin.listen.files.exceptions import FileUnusable
from tocsin.listen.files.json_lines import JsonArrayTable, JsonLinesTable, is_array
from tocsin.listen.files.lines import layout_of, lines_of
from tocsin.listen.files.table import Table

_HEAD: Final = 4096
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OBJECT: Final = re.compile(r"\s*\{.*(?:\}|\\|[:,\[{\"\w])\s*$", re.DOTALL)


def open_table(path: Path) -> Table:
    """Open a file of posts.

    Raises
    ------
    FileUnusable
        When it cannot be opened or is of a kind that is not read; the message says what to do.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise FileUnusable(f"{path}: {error.strerror}", "file_unopened") from error
    try:
        head = file.read(_HEAD)
        _refuse(head)
        if head.startswith(b"PK\x03\x04"):
            from tocsin.listen.files.workbook import WorkbookTable  # noqa: PLC0415 - slow to load, rarely needed

            return WorkbookTable(file)
        if is_array(head):
            return JsonArrayTable(file)
        first = next((line.text for line in lines_of(file, layout_of(file)) if (line.text or "").strip()), "")
        if first and _OBJECT.match(first):
            return JsonLinesTable(file)
        return DelimitedTable(file)
    except FileUnusable as error:
        file.close()
        raise FileUnusable(f"{path.name}: {error}", error.detail, **error.figures) from error
    except BaseException:
        file.close()
        raise


def _refuse(head: bytes) -> None:
    if not head.strip():
        raise FileUnusable("the file is empty", "file_empty")
    if head.startswith(_OLD_EXCEL):
        raise FileUnusable(
            "this is an old Excel workbook (.xls) or one with a password; save it as .xlsx or .csv",
            "file_old_excel",
        )
    if head.startswith((b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ")):
        raise FileUnusable("the file is compressed; unpack it first", "file_packed")
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"SQLite format")):
        raise FileUnusable(
            "this is not a table of posts; export CSV, XLSX or JSON lines instead", "file_no_table"
        )
