"""Many rows to posts at once, column by column; a row that is not plain is read by itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import repeat
from typing import Any, Final, Generic, TypeVar

from tocsin.listen.files.dates import NotADate
from tocsin.listen.files.exceptions import RowUnusable
from tocsin.listen.files.networks import network_name, network_of_address
from tocsin.listen.files.rows import RELATED, SIMPLE, Filter, RowReader, identifier_from_content, qualified
from tocsin.listen.files.values import identifier_of, language_of
from tocsin.listen.files.zones import zone_of
from tocsin.listen.limits import EARLIEST, is_language, is_network
from tocsin.stream.clean import COUNTS, MAX_COUNT, MAX_FIELD, MAX_ID, MAX_TEXT
from tocsin.stream.post import Post

_Value = TypeVar("_Value")
_REMEMBERED: Final = 50_000
_WORDS: Final = ("text", "title", "author_name")
_REPEATED: Final = frozenset({"kind", "rating", *COUNTS})

Cells = Sequence[str]
Held = Mapping[str, Cells]


class _Memory(dict[str, _Value], Generic[_Value]):
    """What cells mean, each asked once as long as there is room: columns hold the same few values again."""

    def __init__(self, meaning: Callable[[str], _Value]) -> None:
        super().__init__()
        self._meaning = meaning

    def __missing__(self, cell: str) -> _Value:
        if len(self) >= _REMEMBERED:
            self.clear()
        meant = self[cell] = self._meaning(cell)
        return meant

    def of(self, cells: Cells) -> list[_Value]:
        """Return what each cell means."""
        return [self[cell] for cell in cells]


class RowsReader:
    """Makes posts of rows of text as `RowReader` does, at a fraction of its cost.

    Parameters
    ----------
    reader : RowReader
        Reads the rows that are not plain: without a date or text that can be read, beyond a limit.
    columns : sequence of str
        Names of all columns of the file, in their order.
    """

    def __init__(self, reader: RowReader, columns: Sequence[str]) -> None:
        self._reader = reader
        self._columns = list(columns)
        place = {name: number for number, name in enumerate(columns)}
        self._places = {field: place[c] for field, c in reader.columns.items() if c in place}
        self._networks = _Memory(self._named_network)
        self._hosts = _Memory(network_of_address)
        self._languages = _Memory(_language)
        self._moments = _Memory(self._moment)
        self._meanings = {field: _Memory(SIMPLE[field]) for field in self._places if field in _REPEATED}

    def read(self, rows: Sequence[Cells]) -> list[Post | RowUnusable]:
        """Return the post of each row, or why it is none."""
        plain = self._plain(rows) if rows else []
        return [self._alone(row) if post is None else post for row, post in zip(rows, plain, strict=True)]

    def kept(self, rows: Sequence[Cells], filters: Sequence[Filter]) -> list[bool]:
        """Return which rows the filters keep."""
        tests = [(one, self._columns.index(one.column)) for one in filters]
        return [all(one.holds(row[place]) for one, place in tests) for row in rows]

    def _alone(self, row: Cells) -> Post | RowUnusable:
        try:
            return self._reader.read(dict(zip(self._columns, row, strict=True)))
        except RowUnusable as error:
            return error

    def _plain(self, rows: Sequence[Cells]) -> Sequence[Post | None]:
        """Return the posts of plain rows, and nothing for the others."""
        table = list(zip(*rows, strict=True))
        held = {field: table[place] for field, place in self._places.items()}
        fields = self._simple(held)
        networks = self._network(held, fields, len(rows))
        self._relate(held, fields, networks)
        if not _within_limits(fields):
            return [None] * len(rows)
        names = list(fields)
        columns = zip(*fields.values(), strict=True) if fields else repeat(())
        moments = self._moments_of(held, rows)
        natives = self._natives(held, networks)
        texts = fields.get("text", repeat(""))
        posts = zip(columns, texts, networks, natives, moments, strict=False)
        return [
            _post(dict(zip(names, values, strict=True)), network, native, moment)
            if text and network and moment is not _UNREADABLE
            else None
            for values, text, network, native, moment in posts
        ]

    def _simple(self, held: Held) -> dict[str, Sequence[Any]]:
        """Return the values of the fields that need nothing but their own cell."""
        fields: dict[str, Sequence[Any]] = {}
        for field, cells in held.items():
            if field in _WORDS:
                fields[field] = list(map(str.strip, cells))
            elif field in self._meanings:
                fields[field] = self._meanings[field].of(cells)
            elif field == "lang":
                fields[field] = self._languages.of(cells)
            elif field in SIMPLE:
                fields[field] = list(map(SIMPLE[field], cells))
        return fields

    def _network(self, held: Held, fields: dict[str, Sequence[Any]], rows: int) -> Sequence[str | None]:
        named = self._networks.of(held["network"]) if "network" in held else [""] * rows
        if all(named):
            return named
        urls = fields.get("url") or [""] * rows
        return [self._of_address(url) if name == "" else name for name, url in zip(named, urls, strict=True)]

    def _of_address(self, url: str) -> str | None:
        """Return the network of an address, which its beginning tells, else that of the file."""
        return (url and self._hosts["/".join(url.split("/", 3)[:3])]) or self._valid(self._reader.network)

    def _named_network(self, cell: str) -> str | None:
        return self._valid(network_name(cell.strip()))

    @staticmethod
    def _valid(network: str) -> str | None:
        return network if not network or is_network(network) else None

    def _relate(self, held: Held, fields: dict[str, Sequence[Any]], networks: Sequence[str | None]) -> None:
        for field in RELATED:
            if field in held:
                found = map(identifier_of, held[field])
                fields[field] = [
                    qualified(network or "", one) if one else ""
                    for network, one in zip(networks, found, strict=True)
                ]

    def _moments_of(self, held: Held, rows: Sequence[Cells]) -> Sequence[object]:
        if "date" not in held:
            return [None] * len(rows)
        if "time" not in held and "zone" not in held:
            return self._moments.of(held["date"])
        nothing = [""] * len(rows)
        times, zones = held.get("time", nothing), held.get("zone", nothing)
        return list(map(self._moment, held["date"], times, zones))

    def _moment(self, cell: str, clock_time: str = "", zone: str = "") -> object:
        try:
            moment = self._reader.dates.read(cell, clock_time, zone_of(zone.strip()) if zone else None)
        except NotADate:
            return _UNREADABLE
        return moment if EARLIEST <= moment <= self._reader.latest else _UNREADABLE

    def _natives(self, held: Held, networks: Sequence[str | None]) -> Iterator[str]:
        first = map(identifier_of, held.get("native_id", [""] * len(networks)))
        second = map(identifier_of, held.get("id", [""] * len(networks)))
        for one, other, network in zip(first, second, networks, strict=True):
            yield (one or other).removeprefix(f"{network}:")


_UNREADABLE: Final = object()


def _language(cell: str) -> str:
    language = language_of(cell)
    return language if is_language(language) else ""


def _post(fields: dict[str, Any], network: str, native: str, moment: object) -> Post | None:
    if fields.get("kind") is None:
        fields["kind"] = "review" if fields.get("rating") is not None else "post"
    assert moment is None or isinstance(moment, datetime)
    post = Post(network=network, published_at=moment, native_id=native, **fields)
    if not native:
        post.native_id = identifier_from_content(post)
    post.id = f"{network}:{post.native_id}"
    return post if len(post.id) <= MAX_ID else None


def _within_limits(fields: dict[str, Sequence[Any]]) -> bool:
    """Return whether no value of a column is beyond a limit."""
    for field, values in fields.items():
        if field in COUNTS:
            if max(filter(None, values), default=0) > MAX_COUNT:
                return False
        elif field in RELATED:
            if max(map(len, values)) > MAX_ID:
                return False
        elif field == "text":
            if max(map(len, values)) > MAX_TEXT:
                return False
        elif field not in {"kind", "rating", "media"} and max(map(len, values)) > MAX_FIELD:
            return False
    return True
