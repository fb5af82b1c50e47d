"""Sums of mentions over time."""

# ruff: noqa: S608 - tables and columns are named here, every value is a placeholder

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

from tocsin.store.schema import MEASURES, TOPIC_COLUMNS, UNIT_HOUR, UNIT_MINUTE, UNIT_MINUTES
from tocsin.watch.period import Period, utc
from tocsin.watch.selectors import steps
from tocsin.watch.selectors.river import holes, rows
from tocsin.watch.selectors.steps import bars

SENTIMENTS = ("negative", "neutral", "positive")
SUMMED = ("volume", *SENTIMENTS, "reach", "engagement")


@dataclass(frozen=True)
class Totals:
    """Sums over a span; authors are counted once a bucket, so their sum is an upper bound."""

    volume: int = 0
    negative: int = 0
    neutral: int = 0
    positive: int = 0
    reach: int = 0
    engagement: int = 0


def totals(watch_ids: Sequence[int], start: datetime, end: datetime) -> Totals:
    """Return the sums of a span."""
    return added(list(totals_by_watch(watch_ids, start, end).values()))


def totals_by_watch(watch_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, Totals]:
    """Return the sums of a span of each watch that has any."""
    return {
        watch: Totals(*sums)
        for watch, sums in _sums(watch_ids, _finest(start, end), start, end, SUMMED).items()
    }


def added(totals: Sequence[Totals]) -> Totals:
    """Return the sums of several spans or watches as one."""
    return Totals(*(sum(values) for values in zip(*map(astuple, totals), strict=True)))


def topics_by_watch(watch_ids: Sequence[int], period: Period) -> dict[int, Counter[str]]:
    """Return how many mentions of each watch are about each topic."""
    names = [name.removeprefix("topic_") for name in TOPIC_COLUMNS]
    found = _sums(watch_ids, period.unit, period.start, period.end, TOPIC_COLUMNS)
    return {watch: Counter(dict(zip(names, sums, strict=True))) for watch, sums in found.items()}


def topic_totals(watch_ids: Sequence[int], period: Period) -> list[tuple[str, int]]:
    """Return how many mentions are about each topic, most first."""
    every = sum(topics_by_watch(watch_ids, period).values(), Counter[str]())
    return [pair for pair in every.most_common() if pair[1]]


def network_totals(watch_ids: Sequence[int], period: Period) -> list[tuple[str, int]]:
    """Return how many mentions each network brought, most first."""
    if not watch_ids:
        return []
    found: Counter[str] = Counter()
    pieces = _pieces(period.unit, period.start, period.end)
    for network, count in _by_piece("network", ("volume",), watch_ids, pieces):
        found[str(network)] += int(count)
    return found.most_common()


def networks(watch_ids: Sequence[int]) -> list[str]:
    """Return the networks that ever brought a mention to one of the watches."""
    if not watch_ids:
        return []
    # from one network to the next in the index of days, instead of over all days
    sql = (
        "WITH RECURSIVE found (network) AS (SELECT MIN(network) FROM rollup WHERE unit = 2 "
        "UNION ALL SELECT (SELECT MIN(network) FROM rollup WHERE unit = 2 AND network > found.network) "
        "FROM found WHERE network IS NOT NULL) "
        "SELECT network FROM found WHERE network IS NOT NULL AND EXISTS (SELECT 1 FROM rollup "
        f"WHERE unit = 2 AND rollup.network = found.network AND watch IN ({holes(watch_ids)}))"
    )
    return [str(network) for (network,) in rows(sql, list(watch_ids))]


def timeline(watch_ids: Sequence[int], period: Period, measures: Sequence[str]) -> dict[str, list[int]]:
    """Return for each measure its sum in each bar of the period."""
    found = steps.sums_in_bars(watch_ids, period, [_known(name) for name in measures])
    table = found.get(None) or [[0] * len(bars(period)) for _ in measures]
    return dict(zip(measures, table, strict=True))


def timeline_by_network(watch_ids: Sequence[int], period: Period) -> dict[str, list[int]]:
    """Return for each network its mentions in each bar of the period."""
    found = steps.sums_in_bars(watch_ids, period, ("volume",), "network")
    return {str(network): values for network, (values,) in found.items()}


def timeline_by_watch(
    watch_ids: Sequence[int], period: Period, measures: Sequence[str]
) -> dict[int, list[list[int]]]:
    """Return for each watch with mentions the sums of each measure in each bar of the period."""
    found = steps.sums_in_bars(watch_ids, period, [_known(name) for name in measures], "watch")
    return {int(watch): table for watch, table in found.items()}


def counts(watch_ids: Sequence[int], period: Period, step: int) -> list[int]:
    """Return mentions in steps of 900 or 3600 seconds, whatever the step that the period's chart has."""
    unit = UNIT_MINUTE if step < UNIT_MINUTES[UNIT_HOUR] * 60 else UNIT_HOUR
    first, last = int(period.start.timestamp()) // step, int(period.end.timestamp()) // step
    found = [0] * (last - first)
    if not watch_ids:
        return found
    factor = step // (UNIT_MINUTES[unit] * 60)
    sql = (
        f"SELECT bucket / {factor}, SUM(volume) FROM rollup WHERE watch IN ({holes(watch_ids)}) "
        f"AND unit = %s AND bucket >= %s AND bucket < %s GROUP BY bucket / {factor}"
    )
    for place, count in rows(sql, [*watch_ids, unit, first * factor, last * factor]):
        found[int(place) - first] = int(count)
    return found


def _finest(start: datetime, end: datetime) -> int:
    return UNIT_MINUTE if end - start <= timedelta(hours=36) else UNIT_HOUR


def _sums(
    watch_ids: Sequence[int], unit: int, start: datetime, end: datetime, columns: Sequence[str]
) -> dict[int, tuple[int, ...]]:
    """Return the sums of each watch that has any."""
    found: dict[int, tuple[int, ...]] = {}
    for watch, *values in _by_piece("watch", columns, watch_ids, _pieces(unit, start, end)):
        before = found.get(watch, (0,) * len(columns))
        found[int(watch)] = tuple(a + int(b) for a, b in zip(before, values, strict=True))
    return found


def _by_piece(
    group: str, columns: Sequence[str], watch_ids: Sequence[int], pieces: Iterable[tuple[int, int, int]]
) -> list[tuple[Any, ...]]:
    """Return sums by watch or network over the few buckets that make up a span, in one question."""
    if not watch_ids:
        return []
    sql = (
        f"SELECT {group}, {', '.join(f'SUM({_known(name)})' for name in columns)} FROM rollup "
        f"WHERE watch IN ({holes(watch_ids)}) AND unit = %s AND bucket >= %s AND bucket < %s GROUP BY {group}"
    )
    values = [(*watch_ids, *piece) for piece in pieces]
    return rows(" UNION ALL ".join([sql] * len(values)), [value for some in values for value in some])


def _pieces(unit: int, start: datetime, end: datetime) -> Iterator[tuple[int, int, int]]:
    """Cut a span into few buckets: whole days, before and after them whole hours, then minutes."""
    low, high = _buckets(unit, start, end)
    if unit + 1 == len(UNIT_MINUTES):
        yield unit, low, high
        return
    size = UNIT_MINUTES[unit + 1] // UNIT_MINUTES[unit]
    first, last = -(-low // size), high // size
    if first >= last:
        yield unit, low, high
        return
    if low < first * size:
        yield unit, low, first * size
    seconds = UNIT_MINUTES[unit + 1] * 60
    yield from _pieces(unit + 1, utc(first * seconds), utc(last * seconds))
    if last * size < high:
        yield unit, last * size, high


def _buckets(unit: int, start: datetime, end: datetime) -> tuple[int, int]:
    seconds = UNIT_MINUTES[unit] * 60
    return int(start.timestamp()) // seconds, -(-int(end.timestamp()) // seconds)


def _known(measure: str) -> str:
    if measure not in MEASURES:
        raise ValueError(f"no such measure: {measure}")
    return measure
