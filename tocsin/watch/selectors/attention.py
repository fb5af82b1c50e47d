"""What needs somebody's eyes now: open alerts, and narratives that grow."""

# ruff: noqa: S608 - tables and columns are named here, every value is a placeholder

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tocsin.accounts.models import Organisation
from tocsin.alerts import selectors as alerts
from tocsin.alerts.models import Alert
from tocsin.watch.models import Brand
from tocsin.watch.period import Period, place_at
from tocsin.watch.selectors import rankings, rollups, usual
from tocsin.watch.selectors.mentions import Wanted
from tocsin.watch.selectors.rankings import Narrative
from tocsin.watch.selectors.river import holes, rows

HOUR = timedelta(hours=1)
ALERTS_SHOWN, NARRATIVES_SHOWN = 5, 4
LEAST_POSTS, LEAST_GROWTH = 4, 1.5


@dataclass(frozen=True)
class Growing:
    """A narrative with more posts in the last hour than in the hour before."""

    brand: Brand
    narrative: Narrative
    before: int


@dataclass(frozen=True)
class LastHour:
    """The mentions of the last hour beside what is usual at that time; None before anything is learnt."""

    volume: int
    usual: float | None

    @property
    def times(self) -> float | None:
        """How many times what is usual; None where that says nothing."""
        if self.usual is None or self.volume < LEAST_POSTS:
            return None
        return self.volume / max(self.usual, 1.0)


def open_alerts(organisation: Organisation) -> list[Alert]:
    """Return the alerts that wait or that somebody looks into, the highest level first."""
    found = list(alerts.unsettled(organisation).filter(ended_at=None).order_by("-raised_at")[:50])
    order = ("red", "orange", "yellow", "green")
    return sorted(found, key=lambda alert: order.index(alert.level))[:ALERTS_SHOWN]


def last_hour(watch_ids: Sequence[int], now: datetime, zone: ZoneInfo) -> LastHour:
    """Return the last hour's mentions beside the usual number."""
    span = Period("custom", now - HOUR, now, zone)
    band = usual.expected(watch_ids, span)
    known = [value for value in band.mid if value is not None] if band else []
    return LastHour(rollups.totals(watch_ids, span.start, span.end).volume, sum(known) if known else None)


def growing(
    organisation: Organisation, brand: Brand, watch_ids: Sequence[int], now: datetime
) -> list[Growing]:
    """Return the narratives of a brand that grow, the largest first."""
    if not watch_ids:
        return []
    since, high = place_at(now - HOUR), place_at(now + timedelta(seconds=1))
    recent = rankings.narratives(Wanted(organisation.pk, watch_ids, since, high), NARRATIVES_SHOWN)
    enough = [one for one in recent if one.count >= LEAST_POSTS]
    before = _counts(watch_ids, [one.key for one in enough], place_at(now - 2 * HOUR), since)
    return [
        Growing(brand, one, before.get(one.key, 0))
        for one in enough
        if one.count >= LEAST_GROWTH * before.get(one.key, 0)
    ]


def _counts(watch_ids: Sequence[int], narratives: Sequence[int], low: int, high: int) -> dict[int, int]:
    if not narratives:
        return {}
    sql = (
        f"SELECT narrative, COUNT(DISTINCT n) FROM mention WHERE watch IN ({holes(watch_ids)}) "
        f"AND n >= %s AND n < %s AND narrative IN ({holes(narratives)}) GROUP BY narrative"
    )
    return {int(key): int(count) for key, count in rows(sql, [*watch_ids, low, high, *narratives])}
