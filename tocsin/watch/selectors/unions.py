"""The same short question put for each of many watches, in few statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tocsin.watch.selectors.river import rows

MOST_TERMS = 400  # SQLite takes no more than 500 in one statement

Part = tuple[str, Sequence[Any]]


def of_each(watch_ids: Sequence[int], part: Callable[[int], Part]) -> list[tuple[Any, ...]]:
    """Return the rows of a question of every watch, all together.

    Each watch is read along its own key, newest first; a list of watches in one WHERE would have the
    database read and sort everything that all of them hold.
    """
    return [row for some in _in_turn(watch_ids) for row in rows(*union([part(watch) for watch in some]))]


def union(parts: Sequence[Part]) -> tuple[str, list[Any]]:
    """Return one statement of several, each of which may have an order and a limit of its own."""
    sql = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS part" for sql, _values in parts)  # noqa: S608 - SQL of this package
    return sql, [value for _sql, values in parts for value in values]


def _in_turn(watch_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(watch_ids), MOST_TERMS):
        yield watch_ids[start : start + MOST_TERMS]
