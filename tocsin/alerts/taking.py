"""Turning what the river raised into alerts, journal entries and notices: once by key, in one transaction."""

from __future__ import annotations

from django.db import transaction
from django_scopes import scopes_disabled

from tocsin import clock
from tocsin.alerts import raised as river
from tocsin.alerts.models import Alert, AlertState, Position, Taken
from tocsin.alerts.notifying import notify
from tocsin.alerts.ranks import higher
from tocsin.alerts.recording import end, record
from tocsin.alerts.spelling import spelt
from tocsin.alerts.vigilance import refresh
from tocsin.clock.time import house_now
from tocsin.watch.models import Watch

AT_A_TIME = 20  # so that the pages never wait long for this transaction
NAME = "raised"


def take_raised() -> int:
    """Turn every row raised since the last time into alerts; return how many rows were taken.

    Safe to be called by several processes at once, and again after a crash.
    """
    taken = 0
    while keys := _new_keys():
        taken += _take_some(keys[:AT_A_TIME])
    return taken


def _new_keys() -> list[str]:
    position = Position.objects.filter(pk=NAME).values_list("sequence", flat=True).first() or 0
    keys = river.keys_after(river.first_to_read(position))
    known = set(Taken.objects.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    return [key for key in keys if key not in known]


@transaction.atomic
def _take_some(keys: list[str]) -> int:
    Position.objects.get_or_create(pk=NAME)
    position = Position.objects.select_for_update().get(pk=NAME)
    known = set(Taken.objects.filter(pk__in=keys).values_list("pk", flat=True))
    rows = [row for row in river.read(keys) if row.key not in known]
    with scopes_disabled():
        for row in rows:
            _take(row)
    Taken.objects.bulk_create([Taken(key=row.key, taken_at=house_now()) for row in rows])
    Position.objects.filter(pk=NAME).update(
        sequence=max([position.sequence, *(row.sequence for row in rows)])
    )
    return len(rows)


def _take(row: river.Raised) -> None:
    watch = Watch.objects.select_related("brand", "organisation").filter(pk=row.watch).first()
    if watch is None:
        return  # deleted since: there is nobody left to tell
    alert = _current(row)
    if row.change == "end":
        if alert is not None:
            end(alert, row.found_at)
    elif alert is None or row.change == "begin":
        _begin(row, watch)
    else:
        _escalate(alert, row)
    if not row.historic:
        refresh(watch.brand)


def _current(row: river.Raised) -> Alert | None:
    """Return the alert that a change belongs to: the watch's running one, of the same beginning if told."""
    running = Alert.objects.filter(watch=row.watch, ended_at=None)
    if row.change != "end":
        running = running.exclude(state=AlertState.CLOSED)  # what grows after being closed is a new alert
    alert: Alert | None = running.filter(began_at=row.began_at).order_by("-pk").first()
    return alert or running.filter(historic=row.historic).order_by("-began_at").first()


def _begin(row: river.Raised, watch: Watch) -> None:
    alert = Alert.objects.create(
        organisation=watch.organisation,
        brand=watch.brand,
        watch=watch,
        key=row.key,
        level=row.level,
        highest_level=row.level,
        began_at=row.began_at,
        raised_at=row.found_at if row.historic else clock.now(watch.organisation),
        reasons=spelt(row, watch.organisation_id) or [],
        evidence=_evidence(row),
        score=row.score,
        historic=row.historic,
    )
    record("alerts.raised", alert, None, occurred_at=alert.raised_at)
    if not row.historic:
        notify(alert, "raised")


def _escalate(alert: Alert, row: river.Raised) -> None:
    alert.level = row.level
    alert.highest_level = higher(alert.highest_level, row.level)
    alert.reasons = alert.reasons if (told := spelt(row, alert.organisation_id)) is None else told
    alert.evidence = _evidence(row)
    alert.score = row.score
    if alert.state == AlertState.SNOOZED:
        alert.state, alert.snoozed_until = AlertState.OPEN, None
    alert.save()
    record("alerts.escalated", alert, None, occurred_at=row.found_at if row.historic else None)
    if not row.historic:
        notify(alert, "escalated")


def _evidence(row: river.Raised) -> dict[str, object]:
    return {name: value for name, value in row.data.items() if name != "reasons"}
