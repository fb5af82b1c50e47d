"""What stands behind an alert: the posts, and the curve around it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.alerts import raised
from tocsin.alerts.models import Alert, Taken
from tocsin.alerts.words import reasons, title
from tocsin.journal import selectors as journal
from tocsin.journal.models import Entry
from tocsin.watch import charts
from tocsin.watch.charts import Chart
from tocsin.watch.models import Watch
from tocsin.watch.period import Period
from tocsin.watch.selectors import mentions, posts, usual
from tocsin.watch.selectors.mentions import Wanted
from tocsin.watch.shown import Mention, shown

BEFORE, AFTER = timedelta(hours=12), timedelta(hours=12)
LEAD = timedelta(minutes=15)  # what an alert tells of shows a little before it is told
SHOWN, LOOKED_AT, HISTORY_SHOWN, HEADLINE = 8, 200, 20, 2

# how much, about what, in which tone, then who and where
ORDER = (
    "source_dead",
    "count_above_usual",
    "topic_share",
    "new_narrative",
    "narrative",
    "negative_share",
    "emotion_share",
    "coordinated",
    "authors",
    "most_shared",
    "reach",
    "network_concentration",
    "words",
)


@dataclass(frozen=True)
class Told:
    """A post behind an alert, and how many others of the window tell the same."""

    mention: Mention
    copies: int
    narrative: int


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


def posts_behind(alert: Alert) -> list[Told]:
    """Return what the posts behind an alert tell, each narrative once, the most telling first.

    The posts are those that the river named as the reason, else the negative ones since it began.
    """
    if alert.watch is None:
        return []
    named = [int(place) for place in alert.evidence.get("posts", [])] or _named(alert)
    found = posts.by_place(alert.organisation_id, named[:LOOKED_AT]) or _since_it_began(alert)
    groups: dict[int, list[posts.Post]] = {}
    for post in posts.as_edited(found):
        groups.setdefault(post.narrative or -post.n, []).append(post)
    ranked = sorted(groups.values(), key=_weight, reverse=True)[:SHOWN]
    return [_told(group, alert.watch) for group in ranked]


def posts_forgotten(alert: Alert) -> bool:
    """Return whether the posts behind an alert are older than posts are kept, counted from when they came."""
    came = Taken.objects.filter(pk=alert.key).values_list("taken_at", flat=True).first() or alert.raised_at
    return bool(clock.now(alert.organisation) - came > timedelta(days=settings.RETENTION_DAYS))


def mentions_of(alert: Alert) -> str:
    """Return the address of the explorer at what an alert is about: its watch, from beginning to end."""
    if alert.watch_id is None:
        return ""
    asked = {"watch": str(alert.watch_id), "since": (alert.began_at - LEAD).isoformat(timespec="seconds")}
    if alert.ended_at:
        asked["until"] = (alert.ended_at + LEAD).isoformat(timespec="seconds")
    return f"{reverse('watch:explore')}?{urlencode(asked)}"


def _told(group: list[posts.Post], watch: Watch) -> Told:
    """Show the post of a narrative that most people answered or shared."""
    first = max(group, key=lambda post: (_engagement(post), -post.n))
    return Told(shown(first, [watch]), len(group) - 1, first.narrative)


def _weight(group: list[posts.Post]) -> tuple[float, int]:
    """Weigh a narrative: copies, what they stirred, and whether they are negative."""
    stirred = sum(_engagement(post) for post in group)
    negative = sum(post.sentiment < 0 for post in group) / len(group)
    return (len(group) + math.log1p(stirred) + negative, group[0].n)


def _engagement(post: posts.Post) -> int:
    return max(0, post.likes) + 2 * max(0, post.reposts) + max(0, post.replies)


def _named(alert: Alert) -> list[int]:
    try:
        rows = raised.read([alert.key])
    except DatabaseError:
        return []
    return [int(place) for row in rows for place in row.data.get("posts", [])]


def _since_it_began(alert: Alert) -> list[posts.Post]:
    assert alert.watch is not None
    end = alert.ended_at or alert.raised_at + timedelta(hours=1)
    span = Period("custom", alert.began_at - LEAD, end, ZoneInfo("UTC"))
    low, high = span.places
    wanted = Wanted(alert.organisation_id, [alert.watch.pk], low, high)
    worst = mentions.page(Wanted(**{**vars(wanted), "sentiment": -1}), size=LOOKED_AT).posts
    return worst or mentions.page(wanted, size=LOOKED_AT).posts


def sentences(alert: Alert) -> list[str]:
    """Return the reasons as sentences, in the order in which somebody in a hurry needs them."""
    told = [reason.get("code", "") for reason in alert.reasons]
    ranked = sorted(zip(told, reasons(alert), strict=True), key=lambda pair: _place(pair[0]))
    return [_sentence(words) for _code, words in ranked]


def history(alert: Alert) -> list[Entry]:
    """Return what the journal says of an alert, newest first."""
    entries = journal.entries(alert.organisation, target=f"alerts.alert:{alert.pk}")
    return list(entries.order_by("-sequence")[:HISTORY_SHOWN])


def _place(code: str) -> int:
    return ORDER.index(code) if code in ORDER else len(ORDER)


def row(alert: Alert) -> tuple[Alert, str, str]:
    """Return what a list says of an alert: itself, what happens, and the next reasons."""
    return alert, title(alert), headline(alert)


def headline(alert: Alert) -> str:
    """Return what comes after the title in a list: the next reasons, or the only one of a dead source."""
    found = sentences(alert)
    if not found:
        return _("No reason was given.")
    counted = any(reason.get("code") == "count_above_usual" for reason in alert.reasons)
    return " ".join(found[1 : 1 + HEADLINE] if counted else found[:HEADLINE])


def _sentence(words: str) -> str:
    text = words[:1].upper() + words[1:]
    return text if text.endswith((".", "…", "?")) else f"{text}."
