"""Which posts are secured together: those behind an alert, those that tell the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tocsin import clock
from tocsin.accounts.models import Organisation
from tocsin.alerts import raised
from tocsin.alerts.models import Alert
from tocsin.crisis.evidence import MOST_AT_ONCE
from tocsin.watch.models import Brand
from tocsin.watch.period import Period
from tocsin.watch.selectors import mentions
from tocsin.watch.selectors.mentions import Wanted
from tocsin.watch.selectors.posts import Post, watches_of
from tocsin.watch.selectors.watches import watches

LEAD: Final = timedelta(minutes=15)
"""What an alert tells of shows a little before it is told."""
ALL_TIME: Final = (1 << 63) - 1


def behind(alert: Alert) -> list[int]:
    """Return the posts behind an alert: those that it names, then the negative ones of its time."""
    if alert.watch_id is None:
        return []
    named = [int(place) for place in alert.evidence.get("posts", [])]
    named = named or [int(place) for row in raised.read([alert.key]) for place in row.data.get("posts", [])]
    end = alert.ended_at or clock.now(alert.organisation_id)
    low, high = Period("custom", alert.began_at - LEAD, end + LEAD, ZoneInfo("UTC")).places
    wanted = Wanted(alert.organisation_id, [alert.watch_id], low, high, sentiment=-1)
    found = mentions.page(wanted, size=MOST_AT_ONCE).posts
    return list(dict.fromkeys([*named, *(post.n for post in found)]))[:MOST_AT_ONCE]


def telling(organisation: Organisation, narrative: int) -> tuple[list[int], Post | None, Brand | None]:
    """Return the posts of a narrative, the newest of them, and the brand that it is about."""
    every = watches(organisation)
    wanted = Wanted(organisation.pk, [watch.pk for watch in every], 0, ALL_TIME, narrative=narrative)
    found = mentions.page(wanted, size=MOST_AT_ONCE).posts
    if not found:
        return [], None, None
    matched = _brand(found[0].n, {watch.pk: watch.brand for watch in every})
    return [post.n for post in found], found[0], matched


def _brand(place: int, brands: dict[int, Brand]) -> Brand | None:
    """Return the brand whose watch keeps a post."""
    kept = watches_of(place, list(brands))
    return brands[kept[0]] if kept else None
