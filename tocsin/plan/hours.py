"""When somebody can be called: spans of days and hours, in their own time zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DAYS: Final = (
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
)


def words(hours: Sequence[Mapping[str, Any]]) -> str:
    """Say when somebody can be called: “Monday to Friday, 09:00–18:00”.

    >>> words([])
    'at any time'
    """
    spans = [_span(span) for span in hours if span.get("days")]
    return "; ".join(spans) if spans else _("at any time")


def open_at(hours: Sequence[Mapping[str, Any]], zone: ZoneInfo, moment: datetime) -> bool:
    """Return whether somebody with these hours, in their time zone, can be called at a moment.

    >>> office = [{"days": [0], "from": "09:00", "until": "18:00"}]
    >>> open_at(office, ZoneInfo("Europe/Paris"), datetime(2026, 11, 23, 8, 30, tzinfo=UTC))
    True
    """
    spans = list(_spans(hours, zone, moment))
    return not spans or any(begins <= moment < ends for begins, ends in spans)


def opens_at(hours: Sequence[Mapping[str, Any]], zone: ZoneInfo, moment: datetime) -> datetime:
    """Return the next moment, not before the given one, at which somebody can be called."""
    if open_at(hours, zone, moment):
        return moment
    return min(begins for begins, ends in _spans(hours, zone, moment) if begins > moment and ends > begins)


def _spans(
    hours: Sequence[Mapping[str, Any]], zone: ZoneInfo, moment: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the spans around a moment, as UTC: from the day before until a week after the day after."""
    today = moment.astimezone(zone).date()
    for ahead in range(-1, 15):
        day = today + timedelta(days=ahead)
        for span in hours:
            if day.weekday() not in span.get("days", ()):
                continue
            begins, ends = _between(span)
            last = day if ends > begins else day + timedelta(days=1)
            # As UTC, because times of one zone are compared by the hands of the clock, whatever summer does.
            yield (
                datetime.combine(day, begins, zone).astimezone(UTC),
                datetime.combine(last, ends, zone).astimezone(UTC),
            )


def _between(span: Mapping[str, Any]) -> tuple[time, time]:
    """Return from when until when; the whole day where either is not said."""
    try:
        return time.fromisoformat(str(span.get("from"))), time.fromisoformat(str(span.get("until")))
    except ValueError:
        return time(0), time(0)


def _span(span: Mapping[str, Any]) -> str:
    begins, ends = str(span.get("from") or ""), str(span.get("until") or "")
    days = _days(sorted({int(day) for day in span["days"]}))
    if not begins or not ends:
        return days
    if ends <= begins:
        return _("%(days)s, %(from)s–%(until)s the day after") % {"days": days, "from": begins, "until": ends}
    return _("%(days)s, %(from)s–%(until)s") % {"days": days, "from": begins, "until": ends}


def _days(days: Sequence[int]) -> str:
    names = [str(dict(DAYS)[day]) for day in days]
    if len(days) == len(DAYS):
        return _("every day")
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return ", ".join(names)
