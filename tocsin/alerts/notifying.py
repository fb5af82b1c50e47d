"""Telling members of an alert by e-mail, and at red on their devices, each in her own language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from tocsin.accounts.models import Membership, User
from tocsin.alerts.models import Alert, Level
from tocsin.alerts.recording import name_of
from tocsin.alerts.words import false_alarm_words, reasons, title
from tocsin.gate import actions as gate
from tocsin.gate import push
from tocsin.gate.selectors import can_send_mail

LEVELS = {
    "fr": {"green": "vert", "yellow": "jaune", "orange": "orange", "red": "rouge"},
    "en": {"green": "green", "yellow": "yellow", "orange": "orange", "red": "red"},
}


def notify(alert: Alert, change: str, occasion: str = "") -> int:
    """Set a notice on its way to every member who wants alerts, and to their devices at red; return how many.

    Parameters
    ----------
    change
        ``raised``, ``escalated``, ``woken`` or ``source_dead``: the notice of that name in `notices`.
    occasion
        What tells apart two notices of the same change at the same level.
    """
    members = Membership.objects.filter(organisation=alert.organisation, user__is_active=True)
    # without a mail server they would pile up, and all leave at once, long after, when one is set
    by_mail = members.filter(alert_mail=True) if can_send_mail() else members.none()
    ways = [(member.user, "email", member.user.email) for member in by_mail.select_related("user")]
    if alert.level == Level.RED:
        ways += _devices(members)
    for user, channel, addressee in ways:
        by = "" if channel == "email" else f":{addressee}"
        gate.notice(
            alert.organisation,
            addressee=addressee,
            template=f"alerts.{change}",
            context=context_of(alert, user.language),
            key=f"alerts.{change}:{alert.pk}:{alert.level}:{occasion}:{user.pk}{by}",
            language=user.language,
            channel=channel,
            level=alert.level,
        )
    return len(ways)


def _devices(members: QuerySet[Membership]) -> list[tuple[User, str, str]]:
    """Return the browsers and phones on which members receive what cannot wait."""
    users = [member.user for member in members.select_related("user")]
    return [(user, "push", f"push:{one.pk}") for user in users for one in push.subscriptions_of(user)]


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
