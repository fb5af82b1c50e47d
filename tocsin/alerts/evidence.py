"""What stands behind an alert: the posts, and the curve around it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import DatabaseError
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.alerts import raised
from tocsin.alerts.models import Alert
from tocsin.alerts.words import reasons
from tocsin.watch import charts
from tocsin.watch.charts import Chart
from tocsin.watch.period import Period
from tocsin.watch.selectors import mentions, posts, usual
from tocsin.watch.selectors.mentions import Wanted
from tocsin.watch.shown import Mention, shown

BEFORE, AFTER = timedelta(hours=12), timedelta(hours=12)
SHOWN = 12


def chart_around(alert: Alert) -> Chart | None:
    """Return the watch's curve from half a day before the alert to half a day after, or to now."""
    if alert.watch is None:
        return None
    now = clock.now(alert.organisation)
    end = min(now, (alert.ended_at or alert.raised_at) + AFTER)
    start = min(alert.began_at - BEFORE, end - timedelta(hours=4))
    span = Period("custom", start, end, ZoneInfo(alert.organisation.time_zone))
    ids = [alert.watch.pk]
    return charts.build(ids, span, alerts=[alert], expected=usual.expected(ids, span))


def posts_behind(alert: Alert) -> list[Mention]:
    """Return the posts that the river named as the reason, else the negative ones since it began."""
    if alert.watch is None:
        return []
    named = posts.by_place(alert.organisation_id, _named(alert)[:SHOWN])
    found = named or _since_it_began(alert)
    return [shown(post, [alert.watch]) for post in found]


def _named(alert: Alert) -> list[int]:
    try:
        rows = raised.read([alert.key])
    except DatabaseError:
        return []
    return [int(place) for row in rows for place in row.data.get("posts", [])]


def _since_it_began(alert: Alert) -> list[posts.Post]:
    assert alert.watch is not None
    end = alert.ended_at or alert.raised_at + timedelta(hours=1)
    span = Period("custom", alert.began_at - timedelta(minutes=15), end, ZoneInfo("UTC"))
    low, high = span.places
    wanted = Wanted(alert.organisation_id, [alert.watch.pk], low, high)
    worst = mentions.page(Wanted(**{**vars(wanted), "sentiment": -1}), size=SHOWN).posts
    return worst or mentions.page(wanted, size=SHOWN).posts


def sentences(alert: Alert) -> list[str]:
    """Return the reasons as sentences that begin with a capital and end with a stop."""
    return [_sentence(words) for words in reasons(alert)]


def headline(alert: Alert) -> str:
    """Return the first reason, for a list."""
    return next(iter(sentences(alert)), _("No reason was given."))


def _sentence(words: str) -> str:
    text = words[:1].upper() + words[1:]
    return text if text.endswith((".", "…", "?")) else f"{text}."
