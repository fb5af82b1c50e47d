"""Sums in the bars of a chart, whose days begin at midnight where the organisation lives."""

# ruff: noqa: S608 - tables and columns are named here, every value is a placeholder or a whole number

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.store.schema import UNIT_DAY, UNIT_HOUR, UNIT_MINUTES
from tocsin.watch.period import DAY, Period, utc
from tocsin.watch.selectors.river import holes, rows

HOUR = 3600
_EPOCH = date(1970, 1, 1)

Step = tuple[int, Any, Sequence[int]]
"""The number of a bar, what it is split by (None for nothing), and sums to be added to it."""


def bars(period: Period) -> list[int]:
    """Return the seconds at which the bars begin; days begin at midnight in the organisation's zone."""
    if period.step != DAY:
        first = int(period.start.timestamp()) // period.step * period.step
        return list(range(first, int(period.end.timestamp()), period.step))
    day, end = _day_of(period.start, period.zone), period.end.timestamp()
    found = []
    while (midnight := _midnight(day, period.zone)) < end:
        found.append(midnight)
        day += 1
    return found


def sums_in_bars(
    watch_ids: Sequence[int], period: Period, measures: Sequence[str], split: str = ""
) -> dict[Any, list[list[int]]]:
    """Return the measures' sums in each bar, by each value of `split` that has any (by None without)."""
    if not watch_ids:
        return {}
    width = len(bars(period))
    table: dict[Any, list[list[int]]] = defaultdict(lambda: [[0] * width for _ in measures])
    columns = ", ".join(f"SUM({name})" for name in measures)
    found = _days if period.unit == UNIT_DAY else _hours_of_days if period.step == DAY else _even_steps
    for place, of, sums in found(watch_ids, period, columns, split):
        if 0 <= place < width:
            for row, value in zip(table[of], sums, strict=True):
                row[place] += int(value)
    return dict(table)


def _even_steps(watch_ids: Sequence[int], period: Period, columns: str, split: str) -> Iterator[Step]:
    seconds = UNIT_MINUTES[period.unit] * 60
    factor = max(1, period.step // seconds)
    first = int(period.start.timestamp()) // period.step
    low, high = int(period.start.timestamp()) // seconds, -(-int(period.end.timestamp()) // seconds)
    where = f"unit = {period.unit:d} AND bucket >= {low:d} AND bucket < {high:d}"
    for step, of, sums in _summed(watch_ids, f"bucket / {factor:d}", columns, where, split):
        yield step - first, of, sums


def _hours_of_days(watch_ids: Sequence[int], period: Period, columns: str, split: str) -> Iterator[Step]:
    first = _day_of(period.start, period.zone)
    low, high = int(period.start.timestamp()) // HOUR, -(-int(period.end.timestamp()) // HOUR)
    where = f"unit = {UNIT_HOUR:d} AND bucket >= {low:d} AND bucket < {high:d}"
    for hour, of, sums in _summed(watch_ids, "bucket", columns, where, split):
        yield _day_of(utc(hour * HOUR), period.zone) - first, of, sums


def _days(watch_ids: Sequence[int], period: Period, columns: str, split: str) -> Iterator[Step]:
    """Take whole days of Greenwich; the hours between its midnight and the zone's go to the zone's day."""
    first, last = _day_of(period.start, period.zone), _day_of(period.end, period.zone) + 1
    where = f"unit = {UNIT_DAY:d} AND bucket >= {first:d} AND bucket <= {last:d}"
    for day, of, sums in _summed(watch_ids, "bucket", columns, where, split):
        yield day - first, of, sums
    moved = dict(
        pair for day in range(first, last + 1) for pair in _between_midnights(day, period.zone)
    )  # fmt: skip
    if moved:
        where = f"unit = {UNIT_HOUR:d} AND bucket IN ({', '.join(map(str, moved))})"
        for hour, of, sums in _summed(watch_ids, "bucket", columns, where, split):
            yield moved[hour] - first, of, sums
            yield hour // 24 - first, of, [-value for value in sums]


def _between_midnights(day: int, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    """Yield hours that Greenwich counts to another day than the zone does, with the zone's day."""
    here, greenwich = round(_midnight(day, zone) / HOUR), day * 24
    for hour in range(here, greenwich):
        yield hour, day
    for hour in range(greenwich, here):
        yield hour, day - 1


def _summed(
    watch_ids: Sequence[int], step: str, columns: str, where: str, split: str
) -> Iterator[tuple[int, Any, Sequence[int]]]:
    sql = (
        f"SELECT {step}, {split or 'NULL'}, {columns} FROM rollup WHERE watch IN ({holes(watch_ids)}) "
        f"AND {where} GROUP BY {step}{', ' + split if split else ''}"
    )
    for number, of, *sums in rows(sql, list(watch_ids)):
        yield int(number), of, sums


def _day_of(moment: datetime, zone: ZoneInfo) -> int:
    return (moment.astimezone(zone).date() - _EPOCH).days


def _midnight(day: int, zone: ZoneInfo) -> int:
    moment = _EPOCH + timedelta(days=day)
    return int(datetime(moment.year, moment.month, moment.day, tzinfo=zone).timestamp())
