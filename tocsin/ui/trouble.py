"""What keeps Tocsin itself from watching: no room left, or posts that nobody reads or stores.

Pages ask often and this changes seldom, so that each process looks now and then only.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Generic, TypeVar

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.models import Max
from django.utils.translation import gettext as _

from tocsin.bus import BusUnavailable, open_bus
from tocsin.clock.actions import STARTED_AT
from tocsin.clock.models import Heartbeat
from tocsin.clock.time import house_now
from tocsin.ui.words import exact

LITTLE_ROOM = 200 << 20
LOOKED_EVERY_SECONDS = 60.0
SILENT_AFTER = timedelta(seconds=60)  # a river says every ten seconds that it lives

Seen = TypeVar("Seen")


class Seldom(Generic[Seen]):
    """What was seen the last time, until it is time to look again."""

    def __init__(self, look: Callable[[], Seen]) -> None:
        self._look = look
        self._looked_at: float | None = None
        self._seen: Seen

    def __call__(self) -> Seen:
        """Return what there is, at most `LOOKED_EVERY_SECONDS` old."""
        now = time.monotonic()
        if self._looked_at is None or now - self._looked_at >= LOOKED_EVERY_SECONDS:
            self._looked_at, self._seen = now, self._look()
        return self._seen

    def forget(self) -> None:
        """Look again the next time."""
        self._looked_at = None


def _room() -> int:
    """Return how many bytes this user may still write in the data folder."""
    try:
        there = os.statvfs(settings.DATA)
    except OSError:
        return LITTLE_ROOM
    return there.f_bavail * there.f_frsize


@dataclass(frozen=True, slots=True)
class Reading:
    """Whether who reads posts gives signs of life, and since when none is stored."""

    silent: bool
    seen_at: datetime | None
    stuck_since: datetime | None = None


class _Progress:
    """Whether what waits on the bus is taken from it, from one look to the next."""

    def __init__(self) -> None:
        self._passed = -1
        self._since: datetime | None = None

    def stuck_since(self) -> datetime | None:
        """Return since when posts wait and none was stored, or None."""
        waiting = _waiting()
        if waiting is None or waiting[0] <= waiting[1] or waiting[1] != self._passed:
            self._passed, self._since = waiting[1] if waiting else -1, house_now()
            return None
        return self._since


def _waiting() -> tuple[int, int] | None:
    """Return the last batch brought and the last one stored; None where one machine's bus cannot tell."""
    path = Path(settings.DATA) / "bus.db"
    if settings.BUS or not path.exists():
        return None
    try:
        with closing(open_bus(path)) as bus, connections["river"].cursor() as cursor:
            cursor.execute("SELECT min(sequence) FROM consumer WHERE name LIKE %s", ["river%"])
            passed = cursor.fetchone()[0]
            return None if passed is None else (bus.last("posts"), int(passed))
    except (BusUnavailable, DatabaseError):
        return None


_progress = _Progress()


def _reading() -> Reading:
    seen_at = Heartbeat.objects.filter(process="river").aggregate(seen=Max("seen_at"))["seen"]
    silent = house_now() - (seen_at or STARTED_AT) > SILENT_AFTER
    return Reading(silent, seen_at, _progress.stuck_since())


room = Seldom(_room)
reading = Seldom(_reading)


def troubles() -> list[str]:
    """Return what is wrong, each with what to do, in words."""
    return [words for words in (_of_room(room()), _of_reading(reading())) if words]


def _of_room(free: int) -> str:
    if free >= LITTLE_ROOM:
        return ""
    return _(
        "Only %(free)s MB are left on the disk where Tocsin keeps its data: soon no post can be kept any "
        "more. Make room on that disk, or tell whoever looks after Tocsin."
    ) % {"free": free >> 20}


def _of_reading(found: Reading) -> str:
    if found.silent and found.seen_at is None:
        return _(
            "No post is being read: nothing is watched. What was received is kept. Start `tocsin river`, or "
            "tell whoever looks after Tocsin."
        )
    if found.silent and found.seen_at is not None:
        return _(
            "No post was read since %(since)s: nothing is watched. What was received is kept. Start Tocsin "
            "again, or tell whoever looks after it."
        ) % {"since": exact(found.seen_at)}
    if found.stuck_since is not None:
        return _(
            "Posts come in, and none was stored since %(since)s: what you see is incomplete. They wait and "
            "are not lost. `tocsin doctor` says why; tell whoever looks after Tocsin."
        ) % {"since": exact(found.stuck_since)}
    return ""
