"""What is done with a room as a whole: opened, graded, its next update set, people on and off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.alerts.models import Alert, AlertState, Level
from tocsin.callout.models import CallOut
from tocsin.clock import actions as deadlines
from tocsin.clock.models import Lane
from tocsin.crisis import keeping, lawful, tasks
from tocsin.crisis.models import Crisis, CrisisState, RoomTask
from tocsin.crisis.recording import ChangedMeanwhile, RoomClosed, opened, record, short
from tocsin.errors import TocsinError
from tocsin.plan import selectors as plans
from tocsin.plan.document.structure import Scenario
from tocsin.watch.models import Brand

__all__ = [
    "AlreadyOpen",
    "ChangedMeanwhile",
    "RoomClosed",
    "join_callout",
    "onset_of",
    "open_room",
    "set_level",
    "set_next_update",
]

UPDATE_SOON, UPDATE_DUE = "crisis.update_soon", "crisis.update_due"
WARNED_BEFORE = timedelta(minutes=15)


class AlreadyOpen(TocsinError):
    """A room for the same scenario of the same brand is open; none was opened beside it."""

    def __init__(self, words: str, crisis: Crisis) -> None:
        super().__init__(words)
        self.crisis = crisis


class NoSuchTime(TocsinError):
    """The time is over already, or the crisis began after now; nothing was changed."""


@transaction.atomic
def open_room(
    brand: Brand,
    actor: User | None,
    *,
    title: str,
    scenario: str = "",
    severity: str = "",
    level: str,
    callout: CallOut | None = None,
    onset_at: datetime | None = None,
) -> Crisis:
    """Open the room of a crisis; the protocol's tasks stand in it with their deadlines.

    Parameters
    ----------
    scenario
        Id of a scenario of the plan in force, or of the call-out's version; empty for none.
    severity
        Id of a severity of the scenario; empty for none.
    onset_at
        When it began outside, not after now; when the brand's running alert began when not given.

    Raises
    ------
    AlreadyOpen
        When a room for this scenario of this brand is open, or the call-out has its room.
    """
    now = clock.now(brand.organisation_id)
    Brand.objects.select_for_update().get(pk=brand.pk)  # of two people who open it at once, one does
    require_no_other(brand, scenario)
    _require_roomless(callout)
    plan = callout.plan if callout is not None else plans.plan_of(brand)
    version = callout.version if callout is not None else (plans.in_force(plan) if plan else None)
    found = version.document.scenario(scenario) if version is not None and scenario else None
    crisis: Crisis = Crisis.objects.create(
        organisation_id=brand.organisation_id,
        brand=brand,
        plan=plan,
        version=version if found is not None else None,
        callout=callout,
        scenario=found.id if found is not None else "",
        title=short(title.strip(), 160) or str(brand),
        severity=_severity(found, severity),
        level=Level(level).value,
        onset_at=min(onset_at or onset_of(brand, callout) or now, now),
        opened_by=actor,
        opened_at=now,
    )
    record("crisis.opened", crisis, actor, title=crisis.title, brand=brand.name, level=crisis.level)
    if found is not None and version is not None:
        tasks.copy(crisis, [*found.protocol, *lawful.tasks_of(found, version.document)])
    if actor is not None:
        keeping.come_on(crisis, actor)
    return crisis


@transaction.atomic
def join_callout(crisis: Crisis, callout: CallOut, actor: User | None) -> Crisis:
    """Let a room that stands already be that of a call-out launched later; nothing else changes."""
    row = opened(crisis)
    if row.callout_id is None:
        row.callout = callout
        row.save(update_fields=["callout"])
        record("crisis.callout_joined", row, actor, title=row.title)
    return row


@transaction.atomic
def set_level(
    crisis: Crisis, level: str, actor: User, *, severity: str | None = None, why: str = ""
) -> Crisis:
    """Change the colour of the crisis, and its severity by the plan.

    Raises
    ------
    RoomClosed
        When the room is closed.
    """
    row = opened(crisis)
    before = (row.level, row.severity)
    row.level = Level(level).value
    if severity is not None:
        row.severity = _severity(scenario_of(row), severity)
    if before == (row.level, row.severity):
        return row
    row.save(update_fields=["level", "severity"])
    record("crisis.graded", row, actor, level=row.level, severity=row.severity, why=short(why.strip(), 300))
    return row


@transaction.atomic
def set_next_update(crisis: Crisis, at: datetime | None, actor: User, *, given: bool = False) -> Crisis:
    """Say when people hear news next; the room is warned a quarter of an hour before.

    Parameters
    ----------
    at
        After now; None when no further update is owed.
    given
        Whether the update that was due has just been given.

    Raises
    ------
    NoSuchTime
        When the time is over.
    """
    row = opened(crisis)
    now = clock.now(row.organisation_id)
    if at is not None and at <= now:
        raise NoSuchTime(_("This time is over: give a later one. Nothing was changed."))
    before, row.next_update_at = row.next_update_at, at
    row.save(update_fields=["next_update_at"])
    _forget_update(row, before)
    if given:
        record("crisis.update_given", row, actor, due=_iso(before))
    if at is not None:
        watch_update(row)
    if at != before:
        record("crisis.update_set", row, actor, at=_iso(at))
    return row


def watch_update(crisis: Crisis) -> None:
    """Set the deadlines of the next update: the warning before it, and the moment itself."""
    at = crisis.next_update_at
    if at is None:
        return
    now = clock.now(crisis.organisation_id)
    for handler, due in ((UPDATE_SOON, at - WARNED_BEFORE), (UPDATE_DUE, at)):
        if due >= now:
            deadlines.set(
                handler,
                due,
                organisation=crisis.organisation,
                key=update_key(handler, crisis, at),
                payload={"crisis": crisis.pk, "at": at.isoformat()},
                lane=Lane.URGENT,
            )


def update_key(handler: str, crisis: Crisis, at: datetime) -> str:
    """Return the key of a deadline of the next update."""
    return f"{handler}:{crisis.pk}:{at.isoformat()}"


def onset_of(brand: Brand, callout: CallOut | None = None) -> datetime | None:
    """Return when what is going on began: the call-out's alert, else the oldest running one of the brand."""
    if callout is not None and callout.alert is not None:
        return callout.alert.began_at
    running = Alert.objects.filter(brand=brand, ended_at=None, historic=False, watch__isnull=False)
    oldest = running.exclude(state=AlertState.CLOSED).order_by("began_at").first()
    return oldest.began_at if oldest is not None else None


def scenario_of(crisis: Crisis) -> Scenario | None:
    """Return the scenario that the room follows, as its version of the plan says it; None without one."""
    if crisis.version is None or not crisis.scenario:
        return None
    return crisis.version.document.scenario(crisis.scenario)


def activated_at(crisis: Crisis) -> datetime:
    """Return T+0: when the team was called out, or the room opened without a call-out."""
    return crisis.callout.launched_at if crisis.callout is not None else crisis.opened_at


def unsettled(crisis: Crisis) -> Sequence[RoomTask]:
    """Return the tasks that are still to be done."""
    return list(crisis.tasks.filter(state__in=tasks.UNSETTLED))


def require_no_other(brand: Brand, scenario: str) -> None:
    """Raise `AlreadyOpen` when a room for this scenario of this brand is open."""
    if not scenario:
        return
    other = Crisis.objects.filter(brand=brand, scenario=scenario, state=CrisisState.OPEN).first()
    if other is not None:
        words = _("The room “%(title)s” is open for this scenario. Nothing was opened beside it.")
        raise AlreadyOpen(words % {"title": other.title}, other)


def _require_roomless(callout: CallOut | None) -> None:
    """Raise `AlreadyOpen` when a call-out has its room: two people press at once, or one presses twice."""
    room = Crisis.objects.filter(callout=callout).first() if callout is not None else None
    if room is not None:
        words = _("This call-out has its room already: “%(title)s”. Nothing was opened beside it.")
        raise AlreadyOpen(words % {"title": room.title}, room)


def _severity(scenario: Scenario | None, severity: str) -> str:
    known = {one.id for one in scenario.severities} if scenario is not None else set()
    return severity if severity in known else ""


def _forget_update(crisis: Crisis, before: datetime | None) -> None:
    if before is not None:
        for handler in (UPDATE_SOON, UPDATE_DUE):
            deadlines.cancel(update_key(handler, crisis, before))


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""
