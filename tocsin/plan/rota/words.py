"""When shifts begin and end, as one says it: today, tomorrow, or the day with its name."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from tocsin.ui import words


def moment(when: datetime, now: datetime) -> str:
    """Return a moment in words, in the active zone: “today, 9:00 am”, “Monday 30 November, 9:00 am”."""
    day, today = timezone.localtime(when).date(), timezone.localtime(now).date()
    if day == today:
        named = _("today")
    elif day == today + timedelta(days=1):
        named = _("tomorrow")
    elif day == today - timedelta(days=1):
        named = _("yesterday")
    else:
        named = formats.date_format(day, _("l j F") if day.year == today.year else _("l j F Y"))
    return _("%(day)s, %(time)s") % {"day": named, "time": words.clock(when)}
