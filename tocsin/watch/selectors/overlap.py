"""Posts that several watches keep: sums add watch to watch, so such a post is in them more than once."""

# ruff: noqa: S608 - tables and columns are named here, every value is a placeholder

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.watch.period import Period
from tocsin.watch.selectors.river import holes, rows
from tocsin.watch.selectors.rollups import totals_by_watch

PROBED = 12_000


@dataclass(frozen=True)
class Twice:
    """How many mentions sums hold beyond the posts they stand for; at least so many where not `exact`."""

    count: int = 0
    exact: bool = True


def counted_twice(watch_ids: Sequence[int], period: Period) -> Twice:
    """Return how many mentions are of a post that another of these watches keeps too.

    The largest watch is not read: each post of the others is looked up in those larger than its own. At most
    `PROBED` posts are looked up, the newest of each watch.
    """
    if len(watch_ids) < 2:
        return Twice()
    sums = totals_by_watch(watch_ids, period.start, period.end)
    volumes = {watch: sums[watch].volume if watch in sums else 0 for watch in watch_ids}
    ranked = sorted(volumes, key=lambda watch: -volumes[watch])
    bound = PROBED // (len(ranked) - 1)
    count = sum(_also_in(ranked[:place], ranked[place], period, bound) for place in range(1, len(ranked)))
    return Twice(count, exact=volumes[ranked[1]] <= bound)


def _also_in(larger: Sequence[int], watch: int, period: Period, bound: int) -> int:
    sql = (
        "SELECT COUNT(*) FROM (SELECT n FROM mention WHERE watch = %s AND n >= %s AND n < %s "
        "ORDER BY n DESC LIMIT %s) AS mine WHERE EXISTS (SELECT 1 FROM mention AS other "
        f"WHERE other.watch IN ({holes(larger)}) AND other.n = mine.n)"
    )
    return int(rows(sql, [watch, *period.places, bound, *larger])[0][0])
