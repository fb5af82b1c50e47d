"""Mentions, newest first, by any filter; never more than a bounded number of rows is looked at."""

# ruff: noqa: S608 - tables and columns are named here, every value is a placeholder

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from tocsin.store.schema import PLACE_BITS
from tocsin.store.search import search
from tocsin.watch.selectors.posts import Post, by_place
from tocsin.watch.selectors.river import holes, rows
from tocsin.watch.selectors.unions import Part, of_each

PAGE = 40
SCANNED = 60_000
_SPAN = "WHERE watch = %s AND n >= %s AND n < %s"


@dataclass(frozen=True)
class Wanted:
    """What mentions are asked for.

    Attributes
    ----------
    watch_ids
        Watches of one organisation.
    low, high
        Places of the first post (included) and the last (excluded).
    topics, emotions
        Masks of which at least one bit must be set; 0 for any.
    """

    organisation: int
    watch_ids: Sequence[int]
    low: int
    high: int
    network: str = ""
    lang: str = ""
    sentiment: int | None = None
    topics: int = 0
    emotions: int = 0
    expectations: int = 0
    author_key: int = 0
    narrative: int = 0
    text: str = ""


@dataclass(frozen=True)
class Page:
    """A page of mentions; `next_place` continues it, None at the end."""

    posts: list[Post] = field(default_factory=list)
    next_place: int | None = None


def page(wanted: Wanted, before: int | None = None, size: int = PAGE) -> Page:
    """Return the newest mentions that fit, older than the place `before`."""
    high = min(wanted.high, before) if before is not None else wanted.high
    if not wanted.watch_ids or wanted.low >= high:
        return Page()
    if wanted.text.strip():
        return _searched(wanted, high, size)
    found, reached = _scan(wanted, high, size)
    places = found[:size]
    following = places[-1] if len(found) > size else reached
    return Page(by_place(wanted.organisation, places), following)


def conditions(wanted: Wanted) -> tuple[str, list[Any]]:
    """Return the filter on rows of ``mention``, in SQL, with its values."""
    parts: list[str] = []
    values: list[Any] = []
    for column, value in (
        ("network", wanted.network),
        ("lang", wanted.lang),
        ("author_key", wanted.author_key),
        ("narrative", wanted.narrative),
    ):
        if value:
            parts.append(f"{column} = %s")
            values.append(value)
    if wanted.sentiment is not None:
        parts.append("sentiment = %s")
        values.append(wanted.sentiment)
    for column, mask in (
        ("topics", wanted.topics),
        ("emotions", wanted.emotions),
        ("expectations", wanted.expectations),
    ):
        if mask:
            parts.append(f"({column} & %s) <> 0")
            values.append(mask)
    return " AND ".join(parts) or "1 = 1", values


def _scan(wanted: Wanted, high: int, size: int) -> tuple[list[int], int | None]:
    """Return places that fit, and where to go on when the bound was reached before a page was full."""
    where, values = conditions(wanted)
    bound = max(2 * size, SCANNED // len(wanted.watch_ids))
    plain = where == "1 = 1"
    looked_at = size + 1 if plain else bound

    def fitting(watch: int) -> Part:
        newest = f"SELECT * FROM mention {_SPAN} ORDER BY n DESC LIMIT %s"
        sql = f"SELECT watch, n FROM ({newest}) AS recent WHERE {where} ORDER BY n DESC LIMIT %s"
        return sql, (watch, wanted.low, high, looked_at, *values, size + 1)

    found: dict[int, list[int]] = {watch: [] for watch in wanted.watch_ids}
    for watch, place in of_each(wanted.watch_ids, fitting):
        found[int(watch)].append(int(place))
    every = {place for places in found.values() for place in places}
    edge = None if plain else _edge(wanted, high, bound, [w for w in found if len(found[w]) <= size])
    # nothing older than the nearest bound is complete yet: it comes with the next page
    return sorted((place for place in every if edge is None or place >= edge), reverse=True), edge


def _edge(wanted: Wanted, high: int, bound: int, unfilled: Sequence[int]) -> int | None:
    """Return the newest of the places at which looking for more ended, over the watches that want more."""

    def last(watch: int) -> Part:
        sql = f"SELECT n FROM mention {_SPAN} ORDER BY n DESC LIMIT 1 OFFSET %s"
        return sql, (watch, wanted.low, high, bound - 1)

    return max((int(place) for (place,) in of_each(unfilled, last)), default=None)


def _searched(wanted: Wanted, high: int, size: int) -> Page:
    where, values = conditions(wanted)
    looked_at = 2 * size if where == "1 = 1" else 10 * size
    places = search(
        settings.DATABASE or settings.DATA / "fulltext.db",
        wanted.organisation,
        wanted.text,
        watches=wanted.watch_ids,
        since_ms=wanted.low >> PLACE_BITS,
        before=high,
        limit=looked_at,
    )
    if not places:
        return Page()
    # the plus makes SQLite begin with the places: by the key (watch, n) it would try every pair of both
    sql = (
        f"SELECT DISTINCT n FROM mention WHERE n IN ({holes(places)}) "
        f"AND +watch IN ({holes(wanted.watch_ids)}) AND n >= %s AND {where} ORDER BY n DESC LIMIT %s"
    )
    found = [int(row[0]) for row in rows(sql, [*places, *wanted.watch_ids, wanted.low, *values, size + 1])]
    kept = found[:size]
    last = min(places) if len(places) >= looked_at else None
    return Page(by_place(wanted.organisation, kept), kept[-1] if len(found) > size else last)


def latest_place(watch_ids: Sequence[int]) -> int | None:
    """Return the place of the newest mention of all time."""
    found = of_each(watch_ids, lambda watch: ("SELECT MAX(n) FROM mention WHERE watch = %s", (watch,)))
    return max((int(place) for (place,) in found if place is not None), default=None)
