"""A rota as a calendar shows it: day by day, who is on call from when until when, and when nobody is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tocsin.plan.models import Shift
from tocsin.plan.rota.coverage import Gap
from tocsin.ui import words

VIEWS: Final = ("week", "weeks")
WEEKS: Final = 5
"""Weeks that the longer view shows: the present one first, since what is past is done."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a calendar shows, and where those before and after begin.

    Attributes
    ----------
    first, last
        First day, and the day after the last.
    """

    first: date
    last: date
    before: date
    after: date

    def begins(self, zone: ZoneInfo) -> datetime:
        """Return the first moment of the span, as UTC."""
        return datetime.combine(self.first, time(0), zone).astimezone(UTC)

    def ends(self, zone: ZoneInfo) -> datetime:
        """Return the first moment after the span, as UTC."""
        return datetime.combine(self.last, time(0), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class OnDay:
    """A shift, on one day.

    Attributes
    ----------
    hours
        From when until when on that day, in words; empty for the whole of it.
    begins
        Whether it begins on that day.
    """

    shift: Shift
    role: str
    hours: str
    begins: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar."""

    date: date
    shifts: tuple[OnDay, ...]
    gaps: tuple[str, ...]
    today: bool
    past: bool

    @property
    def still(self) -> bool:
        """Return whether nothing changes on that day: a list on a phone leaves it out."""
        return not self.today and not any(one.hours or one.begins for one in self.shifts)


def week_of(day: date) -> Span:
    """Return the week of a day, from Monday."""
    first = day - timedelta(days=day.weekday())
    week = timedelta(weeks=1)
    return Span(first, first + week, first - week, first + week)


def weeks_of(day: date) -> Span:
    """Return the five weeks that begin with the week of a day."""
    first = day - timedelta(days=day.weekday())
    long = timedelta(weeks=WEEKS)
    return Span(first, first + long, first - long, first + long)


def days(
    span: Span,
    shifts: Sequence[Shift],
    gaps: Sequence[Gap],
    *,
    zone: ZoneInfo,
    today: date,
    titles: Mapping[str, str],
) -> list[Day]:
    """Return each day of a span with its shifts and gaps.

    Parameters
    ----------
    titles
        Of roles, by id.
    """
    return [
        Day(
            day,
            tuple(_shifts(day, shifts, zone, titles)),
            tuple(_gaps(day, gaps, zone, titles)),
            today=day == today,
            past=day < today,
        )
        for day in _each(span)
    ]


def _each(span: Span) -> Iterator[date]:
    return (span.first + timedelta(days=ahead) for ahead in range((span.last - span.first).days))


def _bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    tomorrow = day + timedelta(days=1)
    return tuple(datetime.combine(each, time(0), zone).astimezone(UTC) for each in (day, tomorrow))  # type: ignore[return-value]  # two


def _shifts(day: date, shifts: Sequence[Shift], zone: ZoneInfo, titles: Mapping[str, str]) -> Iterator[OnDay]:
    begins, ends = _bounds(day, zone)
    for shift in shifts:
        if shift.begins_at < ends and shift.ends_at > begins:
            role = titles.get(shift.role, shift.role) if shift.role else ""
            yield OnDay(
                shift, role, _hours(shift.begins_at, shift.ends_at, begins, ends), shift.begins_at >= begins
            )


def _gaps(day: date, gaps: Sequence[Gap], zone: ZoneInfo, titles: Mapping[str, str]) -> Iterator[str]:
    begins, ends = _bounds(day, zone)
    for gap in gaps:
        if gap.begins < ends and (gap.ends is None or gap.ends > begins):
            hours = _hours(gap.begins, gap.ends or ends, begins, ends)
            role = titles.get(gap.role, gap.role)
            yield " ".join(part for part in (role, hours) if part)


def _hours(begins: datetime, ends: datetime, day_begins: datetime, day_ends: datetime) -> str:
    inside_begin, inside_end = begins > day_begins, ends < day_ends
    if inside_begin and inside_end:
        return _("%(from)s–%(until)s") % {"from": words.clock(begins), "until": words.clock(ends)}
    if inside_begin:
        return _("from %(time)s") % {"time": words.clock(begins)}
    return _("until %(time)s") % {"time": words.clock(ends)} if inside_end else ""
