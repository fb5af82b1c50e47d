"""What and who stands out in a span: narratives, authors, words."""

# ruff: noqa: S608 - tables and columns are named here, every value is a placeholder

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.store.schema import UNIT_HOUR
from tocsin.watch.selectors import posts
from tocsin.watch.selectors.mentions import Wanted, conditions
from tocsin.watch.selectors.posts import Post
from tocsin.watch.selectors.river import holes, rows

LOOKED_AT = 8_000
SHOWN = 6


@dataclass(frozen=True)
class Narrative:
    """Posts that tell the same thing, through the first of them that is stored."""

    key: int
    count: int
    authors: int
    negative: int
    post: Post


@dataclass(frozen=True)
class Author:
    """A person or page and what they wrote in the span."""

    key: int
    name: str
    handle: str
    network: str
    followers: int
    count: int
    negative: int


def narratives(wanted: Wanted, shown: int = SHOWN) -> list[Narrative]:
    """Return the narratives with most mentions."""
    found = _grouped(wanted, "narrative", "COUNT(DISTINCT author_key), ", shown)
    firsts = posts.by_place(wanted.organisation, [place for *_, place in found])
    by_place = {post.n: post for post in firsts}
    return [
        Narrative(key, count, authors, negative, by_place[place])
        for key, count, authors, negative, place in found
        if place in by_place
    ]


def authors(wanted: Wanted, shown: int = SHOWN) -> list[Author]:
    """Return the authors with most mentions."""
    found = _grouped(wanted, "author_key", "0, ", shown)
    by_place = {post.n: post for post in posts.by_place(wanted.organisation, [place for *_, place in found])}
    return [
        Author(key, post.author, post.author_handle, post.network_name, post.followers, count, negative)
        for key, count, _, negative, place in found
        if (post := by_place.get(place))
    ]


def recent_texts(wanted: Wanted, limit: int) -> list[str]:
    """Return the texts of the newest mentions."""
    inner, values = _recent(wanted, "n")
    sql = f"SELECT text FROM post WHERE n IN (SELECT n FROM ({inner}) AS picked ORDER BY n DESC LIMIT %s)"
    return [str(row[0]) for row in rows(sql, [*values, limit])]


def _grouped(wanted: Wanted, column: str, extra: str, shown: int) -> list[tuple[int, int, int, int, int]]:
    if not wanted.watch_ids:
        return []
    inner, values = _recent(wanted, f"n, {column}, author_key AS writer, sentiment")
    extra = extra.replace("author_key", "writer")
    amount = "COUNT(*)" if len(wanted.watch_ids) == 1 else "COUNT(DISTINCT n)"
    sql = (
        f"SELECT {column}, {amount} AS amount, {extra}"
        "SUM(CASE WHEN sentiment < 0 THEN 1 ELSE 0 END), MIN(n) "
        f"FROM ({inner}) AS recent WHERE {column} <> 0 GROUP BY {column} ORDER BY amount DESC LIMIT %s"
    )
    return [(int(a), int(b), int(c), int(d), int(e)) for a, b, c, d, e in rows(sql, [*values, shown])]


def _recent(wanted: Wanted, columns: str) -> tuple[str, list[object]]:
    """Return the newest mentions that fit, as SQL; older ones than the bound are left out."""
    where, filters = conditions(wanted)
    parts: list[str] = []
    values: list[object] = []
    each = max(500, LOOKED_AT // max(1, len(wanted.watch_ids)))
    for watch in wanted.watch_ids:
        newest = "SELECT * FROM mention WHERE watch = %s AND n >= %s AND n < %s ORDER BY n DESC LIMIT %s"
        parts.append(f"SELECT {columns} FROM ({newest}) AS newest WHERE {where}")
        values += [watch, wanted.low, wanted.high, each, *filters]
    return " UNION ALL ".join(parts), values


def bounded(wanted: Wanted) -> bool:
    """Return whether the span holds more mentions than are looked at for the lists."""
    for watch in wanted.watch_ids:
        sql = (
            "SELECT 1 FROM mention WHERE watch = %s AND n >= %s AND n < %s ORDER BY n DESC LIMIT 1 OFFSET %s"
        )
        if rows(sql, [watch, wanted.low, wanted.high, LOOKED_AT // len(wanted.watch_ids)]):
            return True
    return False


def week_by_watch(watch_ids: Sequence[int], now: datetime) -> dict[int, int]:
    """Return how many mentions each watch got in seven days."""
    if not watch_ids:
        return {}
    hour = int(now.timestamp()) // 3600
    sql = (
        f"SELECT watch, SUM(volume) FROM rollup WHERE watch IN ({holes(watch_ids)}) AND unit = %s "
        "AND bucket > %s AND bucket <= %s GROUP BY watch"
    )
    return {int(watch): int(count) for watch, count in rows(sql, [*watch_ids, UNIT_HOUR, hour - 168, hour])}
