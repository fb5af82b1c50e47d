"""The span of time that a page shows, and the unit in which its chart counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from tocsin.store.schema import PLACE_BITS, UNIT_DAY, UNIT_HOUR, UNIT_MINUTE

NAMED = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
LONGEST = timedelta(days=3660)
EVER = "all"
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)  # no post may be dated before
DAY = 86_400


@dataclass(frozen=True)
class Period:
    """From `start` (included) to `end` (excluded), aware."""

    name: str
    start: datetime
    end: datetime
    zone: ZoneInfo

    @property
    def span(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    @property
    def step(self) -> int:
        """Seconds that one bar of the chart covers."""
        if self.span <= timedelta(hours=3):
            return 60
        if self.span <= timedelta(hours=36):
            return 900
        return 3600 if self.span <= timedelta(days=10) else DAY

    @property
    def unit(self) -> int:
        """The unit of the rollups from which the bars are summed."""
        if self.step < 3600:
            return UNIT_MINUTE
        return UNIT_HOUR if self.span <= timedelta(days=62) else UNIT_DAY

    @property
    def step_word(self) -> str:
        """What one bar covers, in words."""
        return {60: _("by minute"), 900: _("by quarter of an hour"), 3600: _("by hour"), DAY: _("by day")}[
            self.step
        ]

    @property
    def places(self) -> tuple[int, int]:
        """First place (included) and last (excluded) of the posts of the period."""
        return place_at(self.start), place_at(self.end)

    def words(self) -> str:
        """Name the period."""
        names = {
            "24h": _("last 24 hours"),
            "7d": _("last 7 days"),
            "30d": _("last 30 days"),
            EVER: _("all time"),
        }
        return names.get(self.name) or _("from %(start)s to %(end)s") % {
            "start": self.start.astimezone(self.zone).strftime("%d/%m/%Y %H:%M"),
            "end": self.end.astimezone(self.zone).strftime("%d/%m/%Y %H:%M"),
        }


def place_at(moment: datetime) -> int:
    """Return the smallest place that a post of this time can have."""
    return int(moment.timestamp() * 1000) << PLACE_BITS


def read(query: QueryDict, now: datetime, zone: ZoneInfo, default: str = "24h") -> Period:
    """Return the period that an address asks for: ``period=7d``, or ``since=`` and ``until=`` dates.

    ``period=all`` is every post that can be stored; only lists ask for it, a chart of it would say nothing.
    """
    since = within(moment(query.get("since", ""), zone), now)
    until = within(moment(query.get("until", ""), zone, end=True), now)
    if since or until:
        end = until or now
        start = since or end - NAMED["30d"]
        if start < end:
            return Period("custom", max(start, end - LONGEST), end, zone)
    name = query.get("period", default)
    if name == EVER:
        return Period(EVER, OLDEST, now + timedelta(seconds=1), zone)
    if name not in NAMED:
        name = default
    return Period(name, _first_bar(now - NAMED[name], name, zone), now + timedelta(seconds=1), zone)


def _first_bar(start: datetime, name: str, zone: ZoneInfo) -> datetime:
    """Return where the first whole bar of a named period begins: a half bar would look like a fall."""
    if name == "30d":
        return datetime.combine(start.astimezone(zone).date() + timedelta(days=1), time(), zone)
    step = 900 if name == "24h" else 3600
    return utc((int(start.timestamp()) // step + 1) * step)


def selection(query: QueryDict, period: Period) -> Period | None:
    """Return the part of the chart that was clicked or dragged: ``from=`` and ``to=``."""
    start = within(moment(query.get("from", ""), period.zone), period.end)
    end = within(moment(query.get("to", ""), period.zone, end=True), period.end)
    if not start or not end or start >= end:
        return None
    return Period("custom", start, end, period.zone)


def within(found: datetime | None, now: datetime) -> datetime | None:
    """Return a time no earlier than any post can be and no later than the day after `now`."""
    if found is None:
        return None
    return min(max(found, OLDEST), now + timedelta(days=2))


def moment(text: str, zone: ZoneInfo, *, end: bool = False) -> datetime | None:
    """Return the time that a text writes, in ISO 8601; a day alone ends at its midnight when `end`."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text) + timedelta(days=1 if end else 0)
            return datetime.combine(day, time(), zone)
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        return None


def choices(period: Period, query: QueryDict, *, ever: bool = False) -> list[dict[str, Any]]:
    """Return the named periods, all time last where asked, with addresses that keep what else is said."""
    words = {"24h": _("24 h"), "7d": _("7 days"), "30d": _("30 days"), EVER: _("all time")}
    found = []
    for name in [*NAMED, *([EVER] if ever else [])]:
        kept = query.copy()
        for key in ("since", "until", "from", "to", "before", "open", "period"):
            kept.pop(key, None)
        kept["period"] = name
        found.append(
            {
                "name": name,
                "word": words[name],
                "address": f"?{kept.urlencode()}",
                "chosen": name == period.name,
            }
        )
    return found


def utc(seconds: int) -> datetime:
    """Return a time from seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)
