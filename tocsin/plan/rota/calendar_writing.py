"""A rota as iCalendar: for a file, and for calendars that subscribe to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from tocsin.plan.models import Plan, Shift

_REFRESH: Final = timedelta(hours=1)


def written(plan: Plan, shifts: Iterable[Shift], titles: Mapping[str, str], now: datetime) -> bytes:
    """Return a rota as iCalendar; who is on call is named, their numbers and addresses are not.

    Parameters
    ----------
    titles
        Of roles, by id.
    """
    calendar = Calendar()
    calendar.add("PRODID", "-//Tocsin//Rota//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", _("On call: %(brand)s") % {"brand": plan.brand.name})
    calendar.add("REFRESH-INTERVAL", vDuration(_REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(_REFRESH))
    for together in _events(shifts).values():
        calendar.add_component(_event(together, titles, now))
    return bytes(calendar.to_ical())


def _events(shifts: Iterable[Shift]) -> dict[str, list[Shift]]:
    """Return shifts by the name of their event: several people may share one."""
    events: dict[str, list[Shift]] = {}
    for shift in shifts:
        # Each occurrence is an event of its own: programs read those alike, but exceptions to rules do not.
        name = f"{shift.uid}#{shift.occurrence}" if shift.occurrence else shift.uid
        events.setdefault(name, []).append(shift)
    return events


def _event(together: Sequence[Shift], titles: Mapping[str, str], now: datetime) -> Event:
    first = together[0]
    people = ", ".join(shift.contact.name for shift in together)
    role = titles.get(first.role, first.role) if first.role else ""
    event = Event()
    event.add("UID", f"{first.uid}#{first.occurrence}" if first.occurrence else first.uid)
    event.add("DTSTAMP", now)
    event.add("DTSTART", first.begins_at)
    event.add("DTEND", first.ends_at)
    words = {"people": people, "role": role}
    event.add("SUMMARY", (_("On call: %(people)s (%(role)s)") if role else _("On call: %(people)s")) % words)
    if role:
        event.add("CATEGORIES", [role])
    if first.note:
        event.add("DESCRIPTION", first.note)
    event.add("TRANSP", "TRANSPARENT")
    return event
