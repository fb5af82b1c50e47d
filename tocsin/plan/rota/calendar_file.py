"""Reading a calendar's file within bounds: of size, of time, of what one rule may bring."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.errors import TocsinError
from tocsin.plan.rota.events import BACK_DAYS, HORIZON_DAYS, MOST_EVENTS, Reading

LARGEST: Final = 2 * 1024 * 1024
SECONDS: Final = 15
_READER: Final = [sys.executable, "-I", "-m", "tocsin.plan.rota.expanding"]

REASONS: Final = {
    "broken": gettext_lazy("It cannot be read: its times or its rule are broken."),
    "backwards": gettext_lazy("It ends before it begins."),
    "too_many_people": gettext_lazy("It has more than 20 people: it is a meeting, not a shift."),
    "too_often": gettext_lazy("It recurs several times a day: write such shifts one by one."),
    "too_long": gettext_lazy("It lasts more than three months: nobody is on call that long."),
}


class NoCalendar(TocsinError):
    """The file holds no calendar that can be read; nothing was taken."""


def read_file(data: bytes, zone: ZoneInfo, now: datetime) -> Reading:
    """Return the events of a calendar's file, from a month ago until thirteen months ahead.

    Parameters
    ----------
    zone
        Of hours that name none.

    Raises
    ------
    NoCalendar
        When it is none, or cannot be read within bounds.
    """
    if len(data) > LARGEST:
        raise NoCalendar(_("The file is larger than 2 MB. Export a shorter period."))
    begins, ends = now - timedelta(days=BACK_DAYS), now + timedelta(days=HORIZON_DAYS)
    command = [*_READER, zone.key, begins.isoformat(), ends.isoformat()]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - our own module
        reading = msgspec.json.decode(done.stdout, type=Reading)
    except subprocess.TimeoutExpired as error:
        raise NoCalendar(_("Reading this file takes too long. Export a shorter period.")) from error
    except (subprocess.CalledProcessError, msgspec.DecodeError) as error:
        raise NoCalendar(_not_one()) from error
    if reading.problem == "too_many":
        raise NoCalendar(
            _("The file has more than %(most)s events. Export a shorter period.") % {"most": MOST_EVENTS}
        )
    if reading.problem:
        raise NoCalendar(_not_one())
    return reading


def _not_one() -> str:
    return _("This file is no calendar. Export the rota as iCalendar, a file that ends in .ics.")
