"""What is written down about an alert, and how it ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.alerts.models import Alert
from tocsin.clock import actions as deadlines
from tocsin.journal import actions as journal

CLOSED_AFTER = timedelta(hours=24)


def record(
    verb: str, alert: Alert, actor: User | None, *, occurred_at: datetime | None = None, **data: object
) -> None:
    """Record a verb about an alert."""
    journal.record(
        verb,
        actor=actor,
        organisation=alert.organisation_id,
        target=f"alerts.alert:{alert.pk}",
        data={"name": name_of(alert), "level": alert.level, **data},
        occurred_at=occurred_at,
    )


def name_of(alert: Alert) -> str:
    """Return what the alert is about: its watch, or its source."""
    return str(alert.watch or alert.source or "")


def end(alert: Alert, ended_at: datetime) -> None:
    """Note that what an alert tells of is over; a day later it is closed if nobody did."""
    alert.ended_at = max(ended_at, alert.began_at)
    alert.save()
    record("alerts.ended", alert, None, occurred_at=alert.ended_at if alert.historic else None)
    if not alert.historic:
        deadlines.set(
            "alerts.close_over",
            clock.now(alert.organisation_id) + CLOSED_AFTER,
            organisation=alert.organisation,
            key=f"alerts.close_over:{alert.pk}",
            payload={"alert": alert.pk},
        )
