"""A calendar's file as the occurrences of its events: run as a process of its own, which can be stopped.

A rule of recurrence that never matches, or a file made to be slow, would keep a library busy for hours;
whoever asks gives this process some seconds and then ends it. It reads the file from standard input and
writes a `Reading` to standard output: ``python -m tocsin.plan.rota.expanding ZONE BEGINS ENDS``.
"""

from __future__ import annotations

import hashlib
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import recurring_ical_events  # type: ignore[import-untyped]  # it ships none
from icalendar import Calendar

from tocsin.plan.rota.events import MOST_EVENTS, MOST_PEOPLE, Event, Person, Reading, Refused

Component = Any
"""An event of the library, whose values may be of any of its kinds."""

_RHYTHMS: Final = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_WITHIN_A_DAY: Final = {"BYHOUR", "BYMINUTE", "BYSECOND"}
_LONGEST: Final = timedelta(days=92)
_OLDEST: Final = 25 * 365


class _Unfit(Exception):
    """Why an event is not read."""


def read(data: bytes, zone: ZoneInfo, begins: datetime, ends: datetime) -> Reading:
    """Return the occurrences of a calendar's events between two moments.

    Parameters
    ----------
    zone
        Of hours that name none, or one that is not known.
    """
    try:
        calendars = Calendar.from_ical(data, multiple=True)
    except Exception:
        return Reading(problem="no_calendar")
    components = [one for calendar in calendars for one in calendar.walk("VEVENT")]
    own = _own_zone(calendars)
    if not any(calendar.name == "VCALENDAR" for calendar in calendars):
        return Reading(problem="no_calendar")
    if len(components) > MOST_EVENTS:
        return Reading(problem="too_many")
    events: list[Event] = []
    refused: list[Refused] = []
    for series in _by_uid(components).values():
        try:
            events.extend(_occurrences(series, own, zone, begins, ends))
        except _Unfit as unfit:
            refused.append(Refused(str(unfit), _title(series[0])))
        except Exception:
            refused.append(Refused("broken", _title(series[0])))
        if len(events) > MOST_EVENTS:
            return Reading(problem="too_many")
    return Reading(tuple(sorted(events, key=lambda event: (event.begins, event.uid))), tuple(refused))


def _own_zone(calendars: Sequence[Any]) -> ZoneInfo | None:
    """Return the time zone that a calendar gives to all its hours."""
    for calendar in calendars:
        with suppress(ValueError, OSError, ZoneInfoNotFoundError):
            return ZoneInfo(_text(calendar, "X-WR-TIMEZONE"))
    return None


def _by_uid(components: Sequence[Component]) -> dict[str, list[Component]]:
    """Return events with the changes made to single occurrences of them; those without a name stand alone."""
    series: dict[str, list[Component]] = {}
    for number, component in enumerate(components):
        series.setdefault(_text(component, "UID") or f"#{number}", []).append(component)
    return series


def _occurrences(
    series: Sequence[Component], own: ZoneInfo | None, zone: ZoneInfo, begins: datetime, ends: datetime
) -> Iterator[Event]:
    calendar = Calendar()
    if own is not None:  # so that an event that recurs in UTC follows the clock on the wall
        calendar.add("X-WR-TIMEZONE", own.key)
    for component in series:
        _require_fit(component, begins)
        calendar.add_component(component)
    recurs = any("RRULE" in one or "RDATE" in one or "RECURRENCE-ID" in one for one in series)
    for found in recurring_ical_events.of(calendar).between(begins, ends):
        yield _event(found, zone, recurs=recurs)


def _require_fit(component: Component, begins: datetime) -> None:
    if "DTSTART" not in component:
        raise _Unfit("broken")
    if len(_listed(component, "ATTENDEE")) > MOST_PEOPLE:
        raise _Unfit("too_many_people")
    begin = component["DTSTART"].dt
    if "DTEND" in component and _comparable(component["DTEND"].dt) < _comparable(begin):
        raise _Unfit("backwards")
    if "DURATION" in component and component["DURATION"].dt < timedelta(0):
        raise _Unfit("backwards")
    for rule in _listed(component, "RRULE"):
        if str(rule.get("FREQ", [""])[0]).upper() not in _RHYTHMS or _WITHIN_A_DAY & set(rule):
            raise _Unfit("too_often")
        if not all(int(number) > 0 for number in rule.get("INTERVAL", [1])):
            raise _Unfit("broken")
        if (begins.date() - _comparable(begin).date()).days > _OLDEST:
            raise _Unfit("broken")


def _event(found: Component, zone: ZoneInfo, *, recurs: bool) -> Event:
    begins, floating = _moment(found["DTSTART"].dt, zone)
    ends, _also = _moment(found["DTEND"].dt, zone) if "DTEND" in found else (begins, floating)
    if ends <= begins:
        raise _Unfit("backwards")
    if ends - begins > _LONGEST:
        raise _Unfit("too_long")
    title = _title(found)
    return Event(
        uid=(_text(found, "UID") or f"{begins:%Y%m%dT%H%M%SZ}-{_digest(title)}@file")[:255],
        begins=begins,
        ends=ends,
        occurrence=_occurrence(found, zone) if recurs else "",
        title=title,
        attendees=tuple(_person(one) for one in _listed(found, "ATTENDEE") if not _declined(one)),
        organiser=_person(found["ORGANIZER"]) if "ORGANIZER" in found else Person(),
        labels=tuple(_labels(found))[:MOST_PEOPLE],
        floating=floating,
        cancelled=_text(found, "STATUS").upper() == "CANCELLED",
    )


def _moment(given: date, zone: ZoneInfo) -> tuple[datetime, bool]:
    """Return a time or the beginning of a day as UTC, and whether it is a time that names no known zone."""
    if not isinstance(given, datetime):
        return datetime.combine(given, time(0), zone).astimezone(UTC), False
    if given.tzinfo is None:
        return given.replace(tzinfo=zone).astimezone(UTC), True
    return given.astimezone(UTC), False


def _occurrence(found: Component, zone: ZoneInfo) -> str:
    begins = found.get("RECURRENCE-ID") or found["DTSTART"]
    return f"{_moment(begins.dt, zone)[0]:%Y%m%dT%H%M%SZ}"


def _comparable(given: date) -> datetime:
    moment = given if isinstance(given, datetime) else datetime.combine(given, time(0))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _person(address: Any) -> Person:  # noqa: ANN401 - the library's own kinds of values
    text, name = str(address), str(getattr(address, "params", {}).get("CN", ""))
    email = text[7:] if text[:7].lower() == "mailto:" else ""
    return Person(_line(name), email.strip()[:254] if "@" in email else "")


def _declined(address: Any) -> bool:  # noqa: ANN401 - as above
    return str(getattr(address, "params", {}).get("PARTSTAT", "")).upper() == "DECLINED"


def _labels(found: Component) -> Iterator[str]:
    for one in _listed(found, "CATEGORIES"):
        for label in getattr(one, "cats", [one]):
            yield _line(str(label))


def _listed(component: Component, name: str) -> list[Any]:
    value = component.get(name)
    return [] if value is None else value if isinstance(value, list) else [value]


def _title(component: Component) -> str:
    return _line(_text(component, "SUMMARY"))


def _text(component: Component, name: str) -> str:
    value = component.get(name)
    return "" if value is None else str(value[0] if isinstance(value, list) else value).strip()


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:200]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def main() -> None:
    """Read standard input, write standard output."""
    logging.disable()  # the library tells of every odd line of a file
    zone, begins, ends = sys.argv[1:]
    moments = (datetime.fromisoformat(moment) for moment in (begins, ends))
    sys.stdout.buffer.write(msgspec.json.encode(read(sys.stdin.buffer.read(), ZoneInfo(zone), *moments)))


if __name__ == "__main__":
    main()
