"""The first rows of a file as they would become posts, by the columns that were chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tocsin.listen import problems
from tocsin.listen.files.exceptions import RowUnusable
from tocsin.listen.files.rows import RowReader
from tocsin.listen.files.table import Cell
from tocsin.stream.post import Post

SHOWN = 5
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it would be taken, or why it would not.

    Attributes
    ----------
    problem : str
        Why it would be rejected, in the active language; empty for one that is taken.
    """

    text: str = ""
    date: datetime | None = None
    author: str = ""
    identifier: str = ""
    network: str = ""
    problem: str = ""


def rows(reader: RowReader, sample: Sequence[Mapping[str, Cell]], zone: ZoneInfo) -> list[Row]:
    """Return the first rows of a sample as posts."""
    return [_row(reader, cells, zone) for cells in sample[:SHOWN]]


def _row(reader: RowReader, cells: Mapping[str, Cell], zone: ZoneInfo) -> Row:
    try:
        post = reader.read(cells)
    except RowUnusable as error:
        return Row(problem=problems.words(error.code, error.figures))
    return Row(
        text=_cut(post.text),
        date=post.published_at.astimezone(zone) if post.published_at else None,
        author=_cut(post.author_name or post.author_handle or post.author_id),
        identifier="" if _made_up(post) else _cut(post.native_id),
        network=post.network,
    )


def _made_up(post: Post) -> bool:
    """Return whether the row had no identifier of its own."""
    return post.native_id.startswith("h") and len(post.native_id) == 33


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
