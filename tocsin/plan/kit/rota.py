"""Who is on call, as a kit prints it: three weeks from Monday, of which a fortnight is always to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from tocsin.plan.kit.people import person
from tocsin.plan.models import Plan, Shift
from tocsin.plan.rota import coverage, days, selectors

Values = dict[str, Any]
WEEKS: Final = 3


def span(now: datetime, zone: ZoneInfo) -> days.Span:
    """Return the days that a kit tells of."""
    week = days.week_of(now.astimezone(zone).date())
    return days.Span(week.first, week.first + timedelta(weeks=WEEKS), week.before, week.after)


def shifts(plan: Plan, now: datetime, zone: ZoneInfo) -> list[Shift]:
    """Return the shifts of those days."""
    told = span(now, zone)
    return selectors.upcoming(plan, told.begins(zone), told.ends(zone))


def rota(held: Sequence[Shift], titles: Mapping[str, str], now: datetime, zone: ZoneInfo) -> list[Values]:
    """Return each day with who is on call and when nobody is; nothing when the plan has no rota.

    Parameters
    ----------
    titles
        Of roles, by id.
    """
    if not held:
        return []
    told = span(now, zone)
    gaps = coverage.gaps(held, told.begins(zone), told.ends(zone))
    each = days.days(told, held, gaps, zone=zone, today=told.first, titles=titles)
    return [
        {
            "day": _day(day.date),
            "shifts": [_shift(one) for one in day.shifts],
            "gaps": [_("Nobody is on call: %(when)s") % {"when": gap or _("all day")} for gap in day.gaps],
        }
        for day in each
    ]


def _shift(one: days.OnDay) -> Values:
    who = person(one.shift.contact)
    role = one.role or _("the whole team")
    return {"role": role, "hours": one.hours, "name": who.name, "number": who.number, "link": who.link}


def _day(day: date) -> str:
    return str(formats.date_format(day, _("l j F Y")))
