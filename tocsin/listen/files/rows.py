"""Rows to posts, by the columns that were found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

import xxhash

from tocsin.listen.files.columns import guess
from tocsin.listen.files.dates import DateReader, NotADate, Order, looks_american, order_of
from tocsin.listen.files.exceptions import RowUnusable
from tocsin.listen.files.names import folded
from tocsin.listen.files.networks import network_name, network_of_address, network_of_column
from tocsin.listen.files.table import Cell
from tocsin.listen.files.values import (
    address_of,
    addresses_of,
    count_of,
    handle_of,
    identifier_of,
    kind_of,
    language_of,
    rating_of,
    text_of,
)
from tocsin.listen.files.zones import zone_of
from tocsin.listen.limits import checked
from tocsin.stream.clean import COUNTS
from tocsin.stream.post import Post

RELATED: Final = ("parent_id", "repost_of", "conversation_id")
SIMPLE: Final[Mapping[str, Callable[[Cell], object]]] = {
    "text": text_of,
    "title": text_of,
    "author_id": identifier_of,
    "author_name": text_of,
    "author_handle": handle_of,
    "url": address_of,
    "lang": language_of,
    "rating": rating_of,
    "kind": kind_of,
    "media": addresses_of,
    **dict.fromkeys(COUNTS, count_of),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Keeps the rows whose column has this value, whatever the case."""

    column: str
    value: str

    def keeps(self, cells: Mapping[str, Cell]) -> bool:
        """Return whether the row is kept."""
        return self.holds(cells.get(self.column))

    def holds(self, cell: Cell) -> bool:
        """Return whether a cell of the column has the value."""
        return text_of(cell).casefold() == self.value.casefold()


class RowReader:
    """Makes a post of each row of one file.

    Parameters
    ----------
    columns : mapping of field to column
    dates : DateReader
    network : str
        Network of rows that name none.
    latest : datetime
        Posts later than this are refused: nobody has written them yet.
    """

    def __init__(self, columns: Mapping[str, str], dates: DateReader, network: str, latest: datetime) -> None:
        self.columns = dict(columns)
        self.dates = dates
        self.network = network
        self.latest = latest
        # Only the fields that the file has are looked at, row after row.
        self._simple = [(f, c, SIMPLE[f]) for f, c in self.columns.items() if f in SIMPLE]
        self._related = [(f, c) for f, c in self.columns.items() if f in RELATED]

    def read(self, cells: Mapping[str, Cell]) -> Post:
        """Return the post of one row.

        Raises
        ------
        RowUnusable
            When it has no text, a date that cannot be read, or is beyond a limit.
        """
        fields: dict[str, Any] = {name: convert(cells.get(column)) for name, column, convert in self._simple}
        network = self._network(cells, fields.get("url", ""))
        for name, column in self._related:
            if identifier := identifier_of(cells.get(column)):
                fields[name] = qualified(network, identifier)
        if not fields.get("text"):
            fields["text"], fields["title"] = fields.get("title", ""), ""
        if fields.get("kind") is None:
            fields["kind"] = "review" if fields.get("rating") is not None else "post"
        post = Post(network=network, published_at=self._moment(cells), **fields)
        self._identify(post, cells)
        return checked(post, latest=self.latest)

    def _cell(self, cells: Mapping[str, Cell], field: str) -> Cell:
        column = self.columns.get(field)
        return None if column is None else cells.get(column)

    def _network(self, cells: Mapping[str, Cell], url: str) -> str:
        named = network_name(text_of(self._cell(cells, "network"))) if "network" in self.columns else ""
        return named or (network_of_address(url) if url else "") or self.network

    def _moment(self, cells: Mapping[str, Cell]) -> datetime | None:
        if "date" not in self.columns:
            return None
        cell = self._cell(cells, "date")
        clock_time = self._cell(cells, "time") if "time" in self.columns else None
        zone = zone_of(text_of(self._cell(cells, "zone"))) if "zone" in self.columns else None
        try:
            return self.dates.read(cell, clock_time, zone)
        except NotADate:
            if cell in (None, ""):
                raise RowUnusable("no_date") from None
            raise RowUnusable("date", value=str(cell)[:60]) from None

    def _identify(self, post: Post, cells: Mapping[str, Cell]) -> None:
        """Give the post its network's identifier, or one that follows from what it says."""
        native = identifier_of(self._cell(cells, "native_id")) or identifier_of(self._cell(cells, "id"))
        native = native.removeprefix(f"{post.network}:")
        post.native_id = native or identifier_from_content(post)
        post.id = f"{post.network}:{post.native_id}"


def identifier_from_content(post: Post) -> str:
    """Return an identifier that the same row always gets: from author, time, address and text."""
    moment = post.published_at.isoformat() if post.published_at else ""
    author = post.author_id or post.author_handle or post.author_name
    said = "\x1f".join((author, moment, post.url, post.title, post.text))
    return "h" + xxhash.xxh3_128_hexdigest(said.encode("utf-8", "surrogatepass"))


def reader_for(
    columns: Sequence[str],
    sample: Sequence[Mapping[str, Cell]],
    *,
    chosen: Mapping[str, str],
    zone: tzinfo,
    network: str,
    latest: datetime,
    order_elsewhere: Order | None = None,
) -> RowReader:
    """Look at a sample of a file and return what makes posts of its rows.

    Parameters
    ----------
    chosen : mapping of field to column
        What the user said about columns.
    zone : tzinfo
        Zone of times that name none.
    network : str
        Network of rows that name none; where it is empty, the one that the columns' names show.
    order_elsewhere : {"dmy", "mdy"}, optional
        Order of day and month seen further on in the file, for when the sample shows none.

    Raises
    ------
    FileUnusable
    """
    found = guess(columns, sample, chosen)
    dates = [row.get(found["date"]) for row in sample] if "date" in found else []
    order = order_of(dates) or order_elsewhere or ("mdy" if looks_american(dates) else "dmy")
    shown = next((name for column in columns if (name := network_of_column(column))), "")
    return RowReader(found, DateReader(order, zone), network_name(network) or shown or "file", latest)


def filter_for(columns: Sequence[str], column: str, value: str) -> Filter | None:
    """Return a filter on a column named exactly or nearly; None when the file has none of that name."""
    by_name = {folded(name): name for name in columns}
    name = column if column in columns else by_name.get(folded(column))
    return None if name is None else Filter(name, value)


def qualified(network: str, identifier: str) -> str:
    """Return an identifier with its network before it."""
    return identifier if identifier.startswith(f"{network}:") else f"{network}:{identifier}"
