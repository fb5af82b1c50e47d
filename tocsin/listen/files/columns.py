"""Which column holds which field of a post: by its name, then by what is in it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from tocsin.listen.files.dates import DateReader, NotADate
from tocsin.listen.files.exceptions import FileUnusable, NoTextColumn
from tocsin.listen.files.names import NAMES, folded, rank
from tocsin.listen.files.networks import is_network
from tocsin.listen.files.table import Cell
from tocsin.stream.clean import COUNTS

SAMPLE_ROWS: Final = 2000
_TESTED_VALUES: Final = 300

_URL: Final = re.compile(r"https?://|www\.", re.IGNORECASE)
_COUNT: Final = re.compile(r"[\d\s.,\u00a0\u202f]*\d\s*[kKmM]?")
_RATING: Final = re.compile(
    r"\d{1,2}(?:[.,]\d+)?(?:\s*(?:/|sur|out of|of)\s*\d{1,3})?(?:\s*\w+)?|[★☆⭐]+", re.IGNORECASE
)
_HANDLE: Final = re.compile(r"@?[\w.-]{2,40}")
_SHORT_WORD: Final = re.compile(r"[^<>\n]{1,40}")
_SAMPLE_READER: Final = DateReader("dmy", ZoneInfo("UTC"))


def guess(
    columns: Sequence[str], sample: Sequence[Mapping[str, Cell]], chosen: Mapping[str, str]
) -> dict[str, str]:
    """Return the column of each field that was found.

    Parameters
    ----------
    chosen : mapping of field to column
        What the user said; it is kept as it is. An empty column means that the file has no such field.

    Raises
    ------
    FileUnusable
        When a chosen column or field does not exist, or no column holds text.
    """
    found = _checked(columns, chosen)
    held = {column: _values(sample, column) for column in columns}
    free = [column for column in columns if column not in found.values()]
    for _, field, column in sorted(_candidates(free)):
        if field not in found and column not in found.values() and _fits(field, held[column]):
            found[field] = column
    _from_content(found, columns, held)
    found = {field: column for field, column in found.items() if column}
    if "text" not in found and "title" not in found:
        raise NoTextColumn(
            f"no column looks like text among: {', '.join(columns)}. Say which one with --column text=NAME."
        )
    return found


def _checked(columns: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    by_name = {folded(column) or column: column for column in columns}
    found: dict[str, str] = {}
    for field, name in chosen.items():
        if field not in NAMES:
            raise FileUnusable(f"{field} is not a field of a post; the fields are {', '.join(NAMES)}")
        column = name if name in columns or not name else by_name.get(folded(name))
        if column is None:
            raise FileUnusable(
                f"the file has no column {name}; it has {', '.join(columns)}", "column_missing", column=name
            )
        found[field] = column
    return found


def _candidates(columns: Iterable[str]) -> list[tuple[tuple[int, int], str, str]]:
    return [
        (place, field, column)
        for column in columns
        for field in NAMES
        if (place := rank(column, field)) is not None
    ]


def _values(sample: Sequence[Mapping[str, Cell]], column: str) -> list[Cell]:
    return [value for row in sample if (value := row.get(column)) not in (None, "")]


def _fits(field: str, values: list[Cell]) -> bool:
    """Return whether what a column holds can be the field; an empty column can be any."""
    if not values or field not in _TESTS:
        return True
    test, share = _TESTS[field]
    return _share(values[:_TESTED_VALUES], test) >= share


def _from_content(found: dict[str, str], columns: Sequence[str], held: Mapping[str, list[Cell]]) -> None:
    """Find text, date, address and network by what the columns hold where no name told."""
    free = [column for column in columns if column not in found.values() and held[column]]
    if "url" not in found and (urls := [c for c in free if _share(held[c], _is_url) >= 0.8]):
        found["url"] = urls[0]
        free.remove(urls[0])
    dates = [c for c in free if _share(held[c][:_TESTED_VALUES], _is_written_date) >= 0.8]
    if "date" not in found and dates:
        found["date"] = dates[0]
        free.remove(dates[0])
    networks = [c for c in free if _share(held[c][:_TESTED_VALUES], _is_network) >= 0.8]
    if "network" not in found and networks:
        found["network"] = networks[0]
        free.remove(networks[0])
    if "text" not in found:
        prose = {c: _length(held[c]) for c in free if _share(held[c], _is_prose) >= 0.8}
        longest = max(prose, key=prose.__getitem__, default=None)
        if longest is not None and (prose[longest] >= 15 or len(columns) == 1):
            found["text"] = longest
    name = found.get("author_name")
    if name and "author_handle" not in found and held[name] and _share(held[name], _is_handle) >= 0.8:
        found["author_handle"] = found.pop("author_name")


def _share(values: Sequence[Cell], test: Callable[[Cell], bool]) -> float:
    return sum(map(test, values)) / len(values) if values else 0.0


def _length(values: Sequence[Cell]) -> float:
    return sum(len(str(value)) for value in values) / len(values)


def _is_prose(value: Cell) -> bool:
    if not isinstance(value, str):
        return False
    text = value.strip()
    return (
        any(c.isalpha() for c in text) and not (_URL.match(text) and " " not in text) and not _is_date(text)
    )


def _is_url(value: Cell) -> bool:
    return isinstance(value, str) and _URL.match(value.strip()) is not None and " " not in value.strip()


def _is_handle(value: Cell) -> bool:
    """Return whether the value can be a handle: one word, and not one with a capital as first names have."""
    if not isinstance(value, str) or not _HANDLE.fullmatch(value.strip()):
        return False
    return not (value.strip().isalpha() and value.strip().istitle())


def _is_date(value: Cell) -> bool:
    if isinstance(value, str) and len(value) > 60:
        return False
    try:
        _SAMPLE_READER.read(value)
    except NotADate:
        return False
    return True


def _is_written_date(value: Cell) -> bool:
    """Return whether the value is a date that no plain number could be."""
    if isinstance(value, str) and value.strip().replace(".", "").isdigit():
        return len(value.strip()) in {10, 13} and value.strip()[0] == "1"
    return (isinstance(value, str | datetime | date)) and _is_date(value)


def looks_like_data(value: Cell) -> bool:
    """Return whether a cell holds what no column is called: an address, a date, a long text, a number."""
    if not isinstance(value, str):
        return value is not None
    text = value.strip()
    if _is_url(text) or len(text) > 60 or text[:1].isdigit() or any(sign in text for sign in "?!…"):
        return True
    return any(c.isdigit() for c in text) and _is_date(text)


def _is_count(value: Cell) -> bool:
    return not isinstance(value, str) or _COUNT.fullmatch(value.strip()) is not None


def _is_rating(value: Cell) -> bool:
    return not isinstance(value, str) or _RATING.fullmatch(value.strip()) is not None


def _is_network(value: Cell) -> bool:
    return isinstance(value, str) and is_network(value)


def _is_short(value: Cell) -> bool:
    return isinstance(value, str) and _SHORT_WORD.fullmatch(value) is not None


_TESTS: Final[dict[str, tuple[Callable[[Cell], bool], float]]] = {
    "text": (_is_prose, 0.5),
    "date": (_is_date, 0.5),
    "rating": (_is_rating, 0.5),
    "url": (_is_url, 0.5),
    "network": (_is_short, 0.9),
    **dict.fromkeys(COUNTS, (_is_count, 0.5)),
}
