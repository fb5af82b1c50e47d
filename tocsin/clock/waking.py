"""When to look again: an idle clock asks what changed, which costs next to nothing, not what is due."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, connections
from django.db.models import Min, Q
from django_scopes import scopes_disabled

from tocsin.clock.models import Deadline, DeadlineState, OrganisationTime
from tocsin.clock.time import house_now

FARTHEST: Final = timedelta(days=366)


class Changes:
    """Whether somebody else wrote to a database since this was last asked; of one thread alone.

    SQLite counts the commits of other connections (``PRAGMA data_version``); of PostgreSQL, whatever was
    asked before may have changed.
    """

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self._seen: int | None = None

    def seen(self) -> bool:
        """Return whether there may be something new, and take note of it."""
        before, self._seen = self._seen, self._version()
        return self._seen is None or self._seen != before

    def forget(self) -> None:
        """Let everything count as new: what was done about it went wrong."""
        self._seen = None

    def _version(self) -> int | None:
        connection = connections[self._alias]
        if connection.vendor != "sqlite":
            return None
        try:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA data_version")
                return int(cursor.fetchone()[0])
        except DatabaseError:
            return None


class Call:
    """What idle workers wait for: a count that is raised whenever there may be something to do."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0

    @property
    def count(self) -> int:
        """How many calls there were; to be read before one looks for work."""
        return self._count

    def raise_(self) -> None:
        """Wake everybody who waits."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wait(self, since: int, seconds: float) -> None:
        """Return once there was a call after the one counted `since`, or after so many seconds."""
        with self._condition:
            self._condition.wait_for(lambda: self._count != since, timeout=seconds)


def next_due() -> datetime | None:
    """Return when the next row is due or the next lease runs out, in the time of the house."""
    with scopes_disabled():
        own = list(OrganisationTime.objects.all())
        waiting = Deadline.objects.filter(state=DeadlineState.WAITING)
        in_house_time = waiting
        if own:
            in_house_time = waiting.filter(Q(organisation=None) | ~Q(organisation__in=[o.pk for o in own]))
        leased = Deadline.objects.filter(state=DeadlineState.LEASED)
        moments = [
            in_house_time.aggregate(first=Min("due_at"))["first"],
            leased.aggregate(first=Min("leased_until"))["first"],
        ]
        for time in own:
            first = waiting.filter(organisation=time.pk).aggregate(first=Min("due_at"))["first"]
            moments.append(first and _in_house_time(time, first))
    return min((moment for moment in moments if moment is not None), default=None)


def _in_house_time(own: OrganisationTime, moment: datetime) -> datetime | None:
    """Return when it will be a moment of an organisation's own time; None when its time stands still."""
    if moment <= own.origin:
        return house_now()
    if own.paused or own.speed <= 0:
        return None
    seconds = (moment - own.origin).total_seconds() / own.speed
    return own.anchored_at + timedelta(seconds=min(seconds, FARTHEST.total_seconds()))
