"""What a calendar's file says, in a form that nothing strange is left in."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

HORIZON_DAYS: Final = 400
"""How far ahead an event that recurs is read: a rule without end would never end."""

BACK_DAYS: Final = 31
MOST_EVENTS: Final = 2000
"""Events of a file, and occurrences that are read of it, at most."""

MOST_PEOPLE: Final = 20
"""People of an event at most: more is a meeting, not a shift."""


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody whom an event names."""

    name: str = ""
    email: str = ""


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One occurrence of an event.

    Attributes
    ----------
    occurrence
        Which one of an event that recurs, as the calendar's own start of it; empty for one that does not.
    attendees
        Who takes part, without those who declined.
    labels
        Its categories, among which may be a role.
    floating
        Whether its hours name no time zone that is known, and were read in the organisation's.
    cancelled
        Whether the calendar keeps it only to say that it does not take place.
    """

    uid: str
    begins: datetime
    ends: datetime
    occurrence: str = ""
    title: str = ""
    attendees: tuple[Person, ...] = ()
    organiser: Person = Person()
    labels: tuple[str, ...] = ()
    floating: bool = False
    cancelled: bool = False


class Refused(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event that cannot be read.

    Attributes
    ----------
    why
        ``broken``, ``backwards``, ``too_many_people``, ``too_often`` or ``too_long``.
    """

    why: str
    title: str = ""


class Reading(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was read of a file.

    Attributes
    ----------
    problem
        Why nothing was: ``no_calendar`` or ``too_many``; empty when something was.
    """

    events: tuple[Event, ...] = ()
    refused: tuple[Refused, ...] = ()
    problem: str = ""
