"""A look at dates throughout a long file, for when its beginning does not show the order of day and month."""

import re
from pathlib import Path
from typing import Final

_WINDOWS: Final = 32
_WINDOW: Final = 64 << 10
_DATE: Final = re.compile(rb"(?<![\d/.-])\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?!\d)")


def spread_dates(path: Path) -> list[str]:
    """Return dates of day, month and year in figures, from windows spread evenly over a text file."""
    size = path.stat().st_size
    found: list[str] = []
    with path.open("rb") as file:
        if file.read(4) == b"PK\x03\x04":
            return []
        for window in range(_WINDOWS):
            file.seek(size * window // _WINDOWS)
            block = file.read(_WINDOW).replace(b"\x00", b"")
            found += [match.decode("ascii") for match in _DATE.findall(block)]
    return found
