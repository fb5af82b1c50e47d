"""Numbers and times as people of a language write them."""

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

NARROW_SPACE = "\u202f"
WIDE_SPACE = "\u00a0"


def number(value: float | None, decimals: int = 0) -> str:
    """Return ``1 234,5`` or ``1,234.5``, ``24`` rather than ``24,0``; a dash for nothing."""
    if value is None:
        return "–"
    return _number(get_language(), value, decimals)


@lru_cache(maxsize=4096)
def _number(_language: str | None, value: float, decimals: int) -> str:
    if decimals and round(value, decimals) == round(value):
        decimals = 0
    text = formats.number_format(value, decimals, use_l10n=True, force_grouping=True)
    return text.replace(WIDE_SPACE, NARROW_SPACE)


def percent(part: float | None, whole: float | None) -> str:
    """Return a share such as ``42 %``; a dash when there is nothing to share."""
    if not whole or part is None:
        return "–"
    return _("%(number)s%%") % {"number": number(100 * part / whole)}


def from_ms(milliseconds: int) -> datetime:
    """Return the time that the river writes as milliseconds."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def exact(moment: datetime) -> str:
    """Return a time in full, in the active zone."""
    return _exact(get_language(), timezone.get_current_timezone(), moment)


@lru_cache(maxsize=4096)
def _exact(_language: str | None, _zone: tzinfo, moment: datetime) -> str:
    return str(formats.date_format(timezone.localtime(moment), _("j F Y, g:i a")))


def day(moment: date) -> str:
    """Return a day in full."""
    return str(formats.date_format(moment, _("j F Y")))


def clock(moment: datetime) -> str:
    """Return the time of day, in the active zone."""
    return str(formats.date_format(timezone.localtime(moment), _("g:i a")))


def ago(moment: datetime, now: datetime | None = None) -> str:
    """Return how long ago something was; the date itself after a week."""
    seconds = ((now or timezone.now()) - moment).total_seconds()
    if seconds < 0:
        return exact(moment)
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        minutes = int(seconds // 60)
        return ngettext("%(n)d min ago", "%(n)d min ago", minutes) % {"n": minutes}
    if seconds < 86_400:
        hours = int(seconds // 3600)
        return ngettext("%(n)d h ago", "%(n)d h ago", hours) % {"n": hours}
    if seconds < 7 * 86_400:
        days = int(seconds // 86_400)
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    return str(formats.date_format(timezone.localtime(moment), _("j M Y")))


def until(moment: datetime, now: datetime | None = None) -> str:
    """Return in how long something is to be, or how long ago it was to be; the date itself beyond a week."""
    seconds = (moment - (now or timezone.now())).total_seconds()
    if seconds <= 0:
        return ago(moment, now)
    if seconds < 60:
        return _("in less than a minute")
    if seconds < 3600:
        minutes = int(seconds // 60)
        return ngettext("in %(n)d min", "in %(n)d min", minutes) % {"n": minutes}
    if seconds < 86_400:
        hours = int(seconds // 3600)
        return ngettext("in %(n)d h", "in %(n)d h", hours) % {"n": hours}
    if seconds < 7 * 86_400:
        days = int(seconds // 86_400)
        return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    return exact(moment)


def duration(seconds: float) -> str:
    """Return a length of time in its largest unit."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return _("less than a minute")
    if minutes < 120:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}


def size(count: int) -> str:
    """Return a number of bytes in its usual unit."""
    value = float(count)
    for unit in (_("bytes"), _("kB"), _("MB")):
        if value < 1000:
            return f"{number(value, 0 if unit == _('bytes') else 1)}{WIDE_SPACE}{unit}"
        value /= 1000
    return f"{number(value, 1)}{WIDE_SPACE}{_('GB')}"
