"""What and who stands out in a span: narratives, authors, words."""

# ruff: noqa: S608 - tables and columns are named here, every value is a placeholder

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from tocsin.store.schema import UNIT_HOUR
from tocsin.stream.batch import Ints
from tocsin.watch.selectors import posts
from tocsin.watch.selectors.mentions import Wanted, conditions
from tocsin.watch.selectors.posts import Post
from tocsin.watch.selectors.river import holes, rows
from tocsin.watch.selectors.unions import MOST_TERMS, of_each, union

LOOKED_AT = 8_000
SHOWN = 6
NEGATIVE_POSTS = "COUNT(DISTINCT CASE WHEN sentiment < 0 THEN n END)"


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


@dataclass(frozen=True)
class Newest:
    """The newest posts of a span that fit, each once, as columns in the order of their places."""

    n: Ints
    narrative: Ints
    author: Ints
    negative: Ints


def newest(wanted: Wanted) -> Newest:
    """Return what narratives and authors are counted over, at most `LOOKED_AT` mentions."""
    found: list[Any] = []
    if wanted.watch_ids:
        found = rows(*_recent(wanted, "n, narrative, author_key, sentiment < 0"))
    table = np.array(found, dtype=np.int64).reshape(-1, 4)
    _places, first = np.unique(table[:, 0], return_index=True)
    return Newest(*table[first].T)


def narratives(wanted: Wanted, among: Newest, shown: int = SHOWN) -> list[Narrative]:
    """Return the narratives with most posts."""
    groups = _largest(among.narrative, shown)
    by_place = _first_posts(wanted, groups, among)
    return [
        Narrative(
            key, len(where), len(np.unique(among.author[where])), int(among.negative[where].sum()), post
        )
        for key, where in groups
        if (post := by_place.get(int(among.n[where[0]])))
    ]


@dataclass(frozen=True)
class Told:
    """What a group of watches was told in a span; `first` is the place of the oldest post looked at."""

    narrative: int
    count: int
    authors: int
    negative: int
    first: int

    def through(self, post: Post) -> Narrative:
        """Return it as a narrative that is shown through a post."""
        return Narrative(self.narrative, self.count, self.authors, self.negative, post)


def told_in_groups(
    groups: Mapping[int, Sequence[int]], low: int, high: int, least: int, only: Sequence[int] = ()
) -> dict[int, list[Told]]:
    """Return the narratives of each group of watches with at least so many posts, most posts first.

    Parameters
    ----------
    groups
        Watches by the number of their group, such as a brand's key.
    only
        Narratives; all when empty.
    """
    inside = f"AND narrative IN ({holes(only)})" if only else ""
    newest = "SELECT * FROM mention WHERE watch = %s AND n >= %s AND n < %s ORDER BY n DESC LIMIT %s"
    found: dict[int, list[Told]] = {}
    for some in _in_few_terms(groups):
        sql, values = union([
            (
                f"SELECT {group:d} AS told_to, n, narrative, author_key AS writer, sentiment "
                f"FROM ({newest}) AS newest WHERE narrative <> 0 {inside}",
                (watch, low, high, max(500, LOOKED_AT // len(groups[group])), *only),
            )
            for group, watch in some
        ])  # fmt: skip
        counted = (
            "SELECT told_to, narrative, COUNT(DISTINCT n) AS amount, COUNT(DISTINCT writer), "
            f"{NEGATIVE_POSTS}, MIN(n) FROM ({sql}) AS told "
            "GROUP BY told_to, narrative HAVING COUNT(DISTINCT n) >= %s ORDER BY amount DESC, narrative"
        )
        for group, *figures in rows(counted, [*values, least]):
            found.setdefault(int(group), []).append(Told(*map(int, figures)))
    return found


def _in_few_terms(groups: Mapping[int, Sequence[int]]) -> Iterator[list[tuple[int, int]]]:
    """Yield pairs (group, watch), whole groups together, in few enough pairs for one statement."""
    some: list[tuple[int, int]] = []
    for group, watch_ids in groups.items():
        pairs = [(group, watch) for watch in watch_ids[:MOST_TERMS]]
        if some and len(some) + len(pairs) > MOST_TERMS:
            yield some
            some = []
        some += pairs
    if some:
        yield some


def authors(wanted: Wanted, among: Newest, shown: int = SHOWN) -> list[Author]:
    """Return the authors with most posts."""
    groups = _largest(among.author, shown)
    by_place = _first_posts(wanted, groups, among)
    return [
        Author(
            key=key,
            name=post.author,
            handle=post.author_handle,
            network=post.network_name,
            followers=post.followers,
            count=len(where),
            negative=int(among.negative[where].sum()),
        )
        for key, where in groups
        if (post := by_place.get(int(among.n[where[0]])))
    ]


def _largest(keys: Ints, shown: int) -> list[tuple[int, Ints]]:
    """Return the keys that stand in most rows, most first, with their rows; 0 is no key."""
    values, counts = np.unique(keys[keys != 0], return_counts=True)
    chosen = values[np.argsort(-counts, kind="stable")[:shown]]
    return [(int(key), np.flatnonzero(keys == key)) for key in chosen]


def _first_posts(wanted: Wanted, groups: list[tuple[int, Ints]], among: Newest) -> dict[int, Post]:
    places = [int(among.n[where[0]]) for _key, where in groups]
    return {post.n: post for post in posts.by_place(wanted.organisation, places)}


def recent_texts(wanted: Wanted, limit: int) -> list[str]:
    """Return the texts of the newest mentions."""
    if not wanted.watch_ids:
        return []
    inner, values = _recent(wanted, "n", limit)
    sql = f"SELECT text FROM post WHERE n IN (SELECT n FROM ({inner}) AS picked ORDER BY n DESC LIMIT %s)"
    return [str(row[0]) for row in rows(sql, [*values, limit])]


def _recent(wanted: Wanted, columns: str, most: int = LOOKED_AT) -> tuple[str, list[object]]:
    """Return the newest mentions that fit, as SQL; older ones than the bound are left out."""
    where, filters = conditions(wanted)
    ids = wanted.watch_ids
    each = max(500, LOOKED_AT // max(1, len(ids)))
    newest = "SELECT * FROM mention WHERE watch = %s AND n >= %s AND n < %s ORDER BY n DESC LIMIT %s"
    return union([
        (
            f"SELECT {columns} FROM ({newest}) AS newest WHERE {where}",
            (watch, wanted.low, wanted.high, min(each, most), *filters),
        )
        for watch in ids[:MOST_TERMS]
    ])  # fmt: skip


def bounded(wanted: Wanted) -> bool:
    """Return whether the span holds more mentions than are looked at for the lists."""
    skipped = LOOKED_AT // max(1, len(wanted.watch_ids))
    sql = "SELECT n FROM mention WHERE watch = %s AND n >= %s AND n < %s ORDER BY n DESC LIMIT 1 OFFSET %s"
    return bool(of_each(wanted.watch_ids, lambda watch: (sql, (watch, wanted.low, wanted.high, skipped))))


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
