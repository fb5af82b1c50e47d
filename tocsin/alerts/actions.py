"""What people and the system do with alerts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django_scopes import scope

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.alerts.models import Alert, AlertState, CloseReason, Level
from tocsin.alerts.notifying import notify
from tocsin.alerts.recording import record
from tocsin.alerts.taking import take_raised
from tocsin.alerts.vigilance import refresh
from tocsin.clock import actions as deadlines
from tocsin.errors import TocsinError
from tocsin.listen.models import Source

__all__ = [
    "AlertClosed",
    "acknowledge",
    "close",
    "close_over",
    "reopen",
    "snooze",
    "source_died",
    "source_recovered",
    "take_raised",
    "wake",
]


class AlertClosed(TocsinError):
    """The alert was closed meanwhile: nothing was changed; reopen it first."""


@transaction.atomic
def acknowledge(alert: Alert, user: User) -> Alert:
    """Say that somebody looks into it; the first who said so stays named.

    Raises
    ------
    AlertClosed
        When it was closed meanwhile.
    """
    row = _open(alert)
    if row.state == AlertState.ACKNOWLEDGED:
        return row
    row.state, row.snoozed_until = AlertState.ACKNOWLEDGED, None
    row.acknowledged_by, row.acknowledged_at = user, clock.now(row.organisation_id)
    row.save()
    record("alerts.acknowledged", row, user)
    return row


@transaction.atomic
def snooze(alert: Alert, user: User, until: datetime) -> Alert:
    """Put an alert aside until a time; it comes back then, or earlier if it grows. Vigilance stays.

    Raises
    ------
    AlertClosed
        When it was closed meanwhile.
    """
    row = _open(alert)
    row.state, row.snoozed_until = AlertState.SNOOZED, until
    row.save()
    record("alerts.snoozed", row, user, until=until.isoformat())
    deadlines.set(
        "alerts.wake",
        until,
        organisation=row.organisation,
        key=f"alerts.wake:{row.pk}:{until.isoformat()}",
        payload={"alert": row.pk},
    )
    return row


@transaction.atomic
def close(alert: Alert, user: User | None, reason: str, note: str = "") -> Alert:
    """Close an alert with a reason, which later alerts of the watch show when it was a false alarm.

    Raises
    ------
    ValueError
        When the reason is not one of `CloseReason`.
    AlertClosed
        When it was closed meanwhile.
    """
    reason = CloseReason(reason).value
    row = _open(alert)
    row.state, row.snoozed_until = AlertState.CLOSED, None
    row.closed_by, row.closed_at = user, clock.now(row.organisation_id)
    row.close_reason, row.note = reason, note or row.note
    row.save()
    record("alerts.closed", row, user, reason=reason, note=note)
    _refresh(row)
    return row


@transaction.atomic
def reopen(alert: Alert, user: User) -> Alert:
    """Undo: a closed or snoozed alert is as it was before; an acknowledged one is open again."""
    row = _locked(alert)
    if row.state == AlertState.OPEN:
        return row
    if row.state != AlertState.ACKNOWLEDGED and row.acknowledged_at is not None:
        row.state = AlertState.ACKNOWLEDGED
    else:
        row.state, row.acknowledged_by, row.acknowledged_at = AlertState.OPEN, None, None
    row.closed_by, row.closed_at, row.close_reason, row.snoozed_until = None, None, "", None
    row.save()
    record("alerts.reopened", row, user)
    _refresh(row)
    return row


@transaction.atomic
def wake(alert: Alert) -> None:
    """Bring a snoozed alert back, once its time has come."""
    row = _locked(alert)
    due = row.snoozed_until is not None and row.snoozed_until <= clock.now(row.organisation_id)
    if row.state != AlertState.SNOOZED or not due:
        return
    occasion = str(row.snoozed_until)
    row.state, row.snoozed_until = AlertState.OPEN, None
    row.save()
    record("alerts.woken", row, None)
    if row.ended_at is None:
        notify(row, "woken", occasion)


@transaction.atomic
def close_over(alert: Alert) -> None:
    """Close an alert that was over by itself a day ago, if nobody did."""
    row = _locked(alert)
    if row.ended_at is not None and row.state in {AlertState.OPEN, AlertState.SNOOZED}:
        close(row, None, CloseReason.OVER)


@transaction.atomic
def source_died(source: Source) -> Alert:
    """Raise an alert of its own for a source that brings nothing any more; one as long as it stays dead."""
    with scope(organisation=source.organisation_id):
        running: Alert | None = (
            Alert.objects.select_for_update().filter(source=source, ended_at=None).order_by("-pk").first()
        )
        if running is not None:
            return running
        now = clock.now(source.organisation_id)
        alert: Alert = Alert.objects.create(
            organisation=source.organisation,
            brand=source.brand,
            source=source,
            key=f"source:{source.pk}:{now.isoformat()}",
            level=Level.YELLOW,
            highest_level=Level.YELLOW,
            began_at=source.last_success_at or now,
            raised_at=now,
            reasons=[_dead_reason(source)],
        )
        record("alerts.raised", alert, None, source=True)
        notify(alert, "source_dead")
    return alert


@transaction.atomic
def source_recovered(source: Source) -> None:
    """End and close the alert of a source that brings posts again."""
    with scope(organisation=source.organisation_id):
        for alert in Alert.objects.select_for_update().filter(source=source, ended_at=None):
            alert.ended_at = clock.now(source.organisation_id)
            alert.save()
            record("alerts.ended", alert, None, source=True)
            if alert.state != AlertState.CLOSED:
                close(alert, None, CloseReason.OVER)


def _dead_reason(source: Source) -> dict[str, object]:
    last = source.last_success_at.isoformat() if source.last_success_at else ""
    figures = {"source": source.name, "problem": source.problem, "last_success": last}
    return {"code": "source_dead", "figures": figures}


def _locked(alert: Alert) -> Alert:
    with scope(organisation=alert.organisation_id):
        row: Alert = Alert.objects.select_for_update().get(pk=alert.pk)
    return row


def _open(alert: Alert) -> Alert:
    row = _locked(alert)
    if row.state == AlertState.CLOSED:
        raise AlertClosed("this alert was closed meanwhile; nothing was changed. Reopen it first.")
    return row


def _refresh(alert: Alert) -> None:
    if alert.brand is not None and alert.watch_id is not None and not alert.historic:
        with scope(organisation=alert.organisation_id):
            refresh(alert.brand)
