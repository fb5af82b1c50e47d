"""When somebody can be called: spans of days and hours, in their own time zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DAYS: Final = (
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
)


def words(hours: Sequence[Mapping[str, Any]]) -> str:
    """Say when somebody can be called: “Monday to Friday, 09:00–18:00”.

    >>> words([])
    'at any time'
    """
    spans = [_span(span) for span in hours if span.get("days")]
    return "; ".join(spans) if spans else _("at any time")


def _span(span: Mapping[str, Any]) -> str:
    begins, ends = str(span.get("from") or ""), str(span.get("until") or "")
    days = _days(sorted({int(day) for day in span["days"]}))
    if not begins or not ends:
        return days
    if ends <= begins:
        return _("%(days)s, %(from)s–%(until)s the day after") % {"days": days, "from": begins, "until": ends}
    return _("%(days)s, %(from)s–%(until)s") % {"days": days, "from": begins, "until": ends}


def _days(days: Sequence[int]) -> str:
    names = [str(dict(DAYS)[day]) for day in days]
    if len(days) == len(DAYS):
        return _("every day")
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return ", ".join(names)
