"""What needs somebody's eyes now: open alerts, and narratives that grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.accounts.models import Organisation
from tocsin.alerts import ranks
from tocsin.alerts import selectors as alerts
from tocsin.alerts.models import Alert
from tocsin.watch.models import Brand
from tocsin.watch.period import place_at
from tocsin.watch.selectors import rankings, rollups, usual
from tocsin.watch.selectors.posts import by_place
from tocsin.watch.selectors.rankings import Narrative

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
    waiting = alerts.unsettled(organisation).filter(ended_at=None)
    return list(waiting.order_by(ranks.highest_first("level"), "-raised_at")[:ALERTS_SHOWN])


def last_hours(watch_ids: Sequence[int], now: datetime) -> dict[int, LastHour]:
    """Return the last hour's mentions of each watch beside the usual number."""
    brought = rollups.totals_by_watch(watch_ids, now - HOUR, now)
    known = usual.of_an_hour(watch_ids, now - HOUR)
    return {
        watch: LastHour(brought[watch].volume if watch in brought else 0, known.get(watch))
        for watch in watch_ids
    }


def added(hours: Sequence[LastHour]) -> LastHour:
    """Return the hour of several watches as one."""
    known = [hour.usual for hour in hours if hour.usual is not None]
    return LastHour(sum(hour.volume for hour in hours), sum(known) if known else None)


def growing(
    organisation: Organisation, watches_of: Mapping[Brand, Sequence[int]], now: datetime
) -> dict[int, list[Growing]]:
    """Return the narratives of each brand that grow, the largest first, by the brand's key."""
    since = place_at(now - HOUR)
    groups = {brand.pk: ids for brand, ids in watches_of.items()}
    recent = rankings.told_in_groups(groups, since, place_at(now + timedelta(seconds=1)), LEAST_POSTS)
    largest = {group: found[:NARRATIVES_SHOWN] for group, found in recent.items()}
    asked = sorted({one.narrative for found in largest.values() for one in found})
    counts = rankings.told_in_groups(groups, place_at(now - 2 * HOUR), since, 1, asked) if asked else {}
    before = {(group, one.narrative): one.count for group, found in counts.items() for one in found}
    firsts = by_place(organisation.pk, [one.first for found in largest.values() for one in found])
    posts = {post.n: post for post in firsts}
    return {
        brand.pk: [
            Growing(brand, one.through(posts[one.first]), before.get((brand.pk, one.narrative), 0))
            for one in largest.get(brand.pk, [])
            if one.first in posts and one.count >= LEAST_GROWTH * before.get((brand.pk, one.narrative), 0)
        ]
        for brand in watches_of
    }
