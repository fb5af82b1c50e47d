"""What the watch sees just now, of which scenarios are proposed: of an alert, else of the brand."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import DatabaseError

from tocsin import clock
from tocsin.alerts import evidence
from tocsin.alerts.models import Alert
from tocsin.alerts.ranks import higher
from tocsin.alerts.selectors import vigilance
from tocsin.callout.proposing import Seen
from tocsin.stream.understand.words import TOPICS
from tocsin.watch.models import Brand
from tocsin.watch.period import Period
from tocsin.watch.selectors import rollups, watches
from tocsin.watch.selectors.posts import Post

HOUR = timedelta(hours=1)


def seen(brand: Brand, alert: Alert | None = None) -> Seen:
    """Return what is seen of a brand: the alert with the posts behind it, and the last hour's mentions."""
    level = vigilance(brand).level
    told = _told(alert) if alert is not None else []
    return Seen(
        level=level if alert is None else higher(level, alert.level),
        topics=_topics(brand, alert, told),
        negative=_negative(brand, alert),
        texts=[post.text for post in told],
    )


def _told(alert: Alert) -> list[Post]:
    try:
        return [told.mention.post for told in evidence.posts_behind(alert)]
    except DatabaseError:
        return []  # the river's files may be away: a call-out must not wait for them


def _topics(brand: Brand, alert: Alert | None, told: list[Post]) -> dict[str, float]:
    found = _shares(Counter(name for post in told for name in _names(post.topics)), len(told))
    for reason in alert.reasons if alert is not None else []:
        if reason.get("code") == "topic_share":
            figures = reason.get("figures", {})
            share = float(figures.get("share", 0)) / 100
            name = str(figures.get("topic", ""))
            found[name] = max(found.get(name, 0.0), share)
    return found or _of_the_hour(brand, alert)


def _of_the_hour(brand: Brand, alert: Alert | None) -> dict[str, float]:
    now = clock.now(brand.organisation_id)
    span = Period("custom", now - HOUR, now, ZoneInfo(brand.organisation.time_zone))
    ids = _watched(brand, alert)
    try:
        volume = rollups.totals(ids, span.start, span.end).volume if ids else 0
        return _shares(Counter(dict(rollups.topic_totals(ids, span))), volume) if volume else {}
    except DatabaseError:
        return {}


def _negative(brand: Brand, alert: Alert | None) -> int | None:
    now = clock.now(brand.organisation_id)
    ids = _watched(brand, alert)
    try:
        return rollups.totals(ids, now - HOUR, now).negative if ids else None
    except DatabaseError:
        return None


def _watched(brand: Brand, alert: Alert | None) -> list[int]:
    if alert is not None and alert.watch_id is not None:
        return [alert.watch_id]
    every = [watch for watch in watches.watches(brand.organisation) if watch.brand_id == brand.pk]
    return [watch.pk for watch in watches.own_watches(every)]


def _shares(counts: Counter[str], of: int) -> dict[str, float]:
    return {name: count / of for name, count in counts.items() if of}


def _names(mask: int) -> list[str]:
    return [name for place, name in enumerate(TOPICS) if mask >> place & 1 and name != "other"]
