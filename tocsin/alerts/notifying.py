"""Telling members of an alert by e-mail, each in her own language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from tocsin.accounts.models import Membership
from tocsin.alerts.models import Alert
from tocsin.alerts.recording import name_of
from tocsin.alerts.words import false_alarm_words, reasons, title
from tocsin.gate import actions as gate
from tocsin.gate.selectors import can_send_mail

LEVELS = {
    "fr": {"green": "vert", "yellow": "jaune", "orange": "orange", "red": "rouge"},
    "en": {"green": "green", "yellow": "yellow", "orange": "orange", "red": "red"},
}


def notify(alert: Alert, change: str, occasion: str = "") -> int:
    """Set a notice on its way to every member who wants alerts; return how many.

    Parameters
    ----------
    change
        ``raised``, ``escalated``, ``woken`` or ``source_dead``: the notice of that name in `notices`.
    occasion
        What tells apart two notices of the same change at the same level.
    """
    if not can_send_mail():
        return 0  # else they would pile up, and all leave at once, long after, when a server is set
    wanting = Membership.objects.filter(
        organisation=alert.organisation, alert_mail=True, user__is_active=True
    ).select_related("user")
    for membership in wanting:
        user = membership.user
        gate.notice(
            alert.organisation,
            addressee=user.email,
            template=f"alerts.{change}",
            context=context_of(alert, user.language),
            key=f"alerts.{change}:{alert.pk}:{alert.level}:{occasion}:{user.pk}",
            language=user.language,
            level=alert.level,
        )
    return len(wanting)


def context_of(alert: Alert, language: str) -> dict[str, object]:
    """Return what the notices of an alert are filled in with."""
    return {
        "name": name_of(alert),
        "brand": str(alert.brand or ""),
        "title": title(alert, language),
        "level": LEVELS[language if language in LEVELS else "en"][alert.level],
        "began": local_time(alert.began_at, alert.organisation.time_zone, language),
        "reasons": reasons(alert, language),
        "false_alarms": false_alarm_words(alert, language),
        "link": f"{settings.URL}/alerts/{alert.pk}/" if settings.URL else "",
    }


def local_time(moment: datetime, zone: str, language: str) -> str:
    """Return a time as the organisation's clocks show it: « 22/11 à 14 h 05 », "22 November, 14:05"."""
    local = moment.astimezone(ZoneInfo(zone))
    if language == "fr":
        return f"{local:%d/%m} à {local:%H}\u00a0h\u00a0{local:%M}"
    return f"{local.day} {local:%B}, {local:%H:%M}"
