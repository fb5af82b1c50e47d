"""What is asked about rooms and their tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet
from django_scopes import scope

from tocsin import clock
from tocsin.accounts.models import Organisation, User
from tocsin.crisis import presence
from tocsin.crisis.actions import activated_at, scenario_of
from tocsin.crisis.models import Crisis, CrisisState, RoomTask, TaskState
from tocsin.crisis.people import Doer, doer_of, doers
from tocsin.crisis.tasks import UNSETTLED, late_at
from tocsin.plan.document.structure import Document, Scenario

NOW, NEXT, LATER, SETTLED = "now", "next", "later", "settled"
GROUPS: Final = (NOW, NEXT, LATER, SETTLED)
QUARTER, AHEAD = timedelta(minutes=15), timedelta(hours=1)


@dataclass(frozen=True)
class ShownTask:
    """A task as the room shows it.

    Attributes
    ----------
    minutes
        After T+0, when it is due; None without a time.
    late
        Whether its time is over.
    waits
        Tasks before it that are still to be done: it is said, and hinders nobody.
    at_work
        Names of others who have it open just now.
    """

    row: RoomTask
    doer: Doer | None
    role_title: Mapping[str, str]
    group: str
    minutes: int | None
    late: bool
    mine: bool
    waits: Sequence[RoomTask]
    at_work: Sequence[str]

    @property
    def ticked(self) -> int:
        """Return how many of its points are ticked."""
        return sum(bool(point.get("done_at")) for point in self.row.checklist)

    @property
    def settled(self) -> bool:
        """Return whether it is done or left out."""
        return self.row.state not in UNSETTLED


@dataclass(frozen=True)
class Room:
    """A room's tasks by group, and what the plan says of it."""

    crisis: Crisis
    now: datetime
    activated_at: datetime
    document: Document | None
    scenario: Scenario | None
    tasks: Sequence[ShownTask]

    def group(self, name: str) -> list[ShownTask]:
        """Return the tasks of a group, those of the reader first, then by time."""
        return [task for task in self.tasks if task.group == name]

    @property
    def groups(self) -> list[tuple[str, list[ShownTask]]]:
        """Return the groups that have tasks, in order."""
        return [(name, found) for name in GROUPS if (found := self.group(name))]

    @property
    def late(self) -> list[ShownTask]:
        """Return the tasks whose time is over, the longest late first."""
        return [task for task in self.tasks if task.late]

    @property
    def left(self) -> int:
        """Return how many tasks are still to be done."""
        return sum(not task.settled for task in self.tasks)

    @property
    def mine(self) -> list[ShownTask]:
        """Return what the reader still has to do."""
        return [task for task in self.tasks if task.mine and not task.settled]


@dataclass(frozen=True)
class OnStrip:
    """An open crisis as every page shows it; `late` counts tasks whose time is over."""

    crisis: Crisis
    late: int
    now: datetime

    @property
    def update_late(self) -> bool:
        """Return whether people should have heard news already."""
        at = self.crisis.next_update_at
        return at is not None and at <= self.now


def crises(organisation: Organisation) -> QuerySet[Crisis]:
    """Return every room, open ones first, then the newest."""
    with scope(organisation=organisation):
        rows: QuerySet[Crisis] = Crisis.objects.filter(organisation=organisation)
    related = ("brand", "plan", "version", "callout__alert", "opened_by", "closed_by", "organisation")
    return rows.select_related(*related).order_by("-state", "-opened_at", "-pk")


def open_crises(organisation: Organisation) -> QuerySet[Crisis]:
    """Return the rooms that are at work, the newest first."""
    return crises(organisation).filter(state=CrisisState.OPEN)


def strip(organisation: Organisation) -> list[OnStrip]:
    """Return the open crises with how many tasks are late, gravest first; one query while none is open."""
    late = Count("tasks", filter=Q(tasks__late_since__isnull=False, tasks__state__in=UNSETTLED))
    with scope(organisation=organisation):
        rows = list(
            Crisis.objects.filter(organisation=organisation, state=CrisisState.OPEN)
            .select_related("brand")
            .annotate(tasks_late=late)
        )
    if not rows:
        return []
    now = clock.now(organisation)
    order = ("green", "yellow", "orange", "red")
    rows.sort(key=lambda one: (-order.index(one.level), one.opened_at))
    return [OnStrip(row, int(row.tasks_late), now) for row in rows]


def room(crisis: Crisis, reader: User | None = None) -> Room:
    """Return a room's tasks as they stand now, for whoever reads them."""
    now, began = clock.now(crisis.organisation_id), activated_at(crisis)
    document = crisis.version.document if crisis.version is not None else None
    rows = list(tasks(crisis))
    by_role = doers(crisis, {row.role for row in rows if row.state in UNSETTLED})
    at_work = presence.others(crisis, reader, now)
    waiting = {row.source: row for row in rows if row.source and row.state in UNSETTLED}

    def shown(row: RoomTask) -> ShownTask:
        doer, settled = doer_of(row, by_role), row.state not in UNSETTLED
        return ShownTask(
            row=row,
            doer=doer,
            role_title=_role_title(row, document),
            group=_group(row, now, began),
            minutes=int((row.due_at - began).total_seconds() // 60) if row.due_at is not None else None,
            late=not settled and _is_late(row, crisis, now),
            mine=reader is not None and doer is not None and doer.user == reader.pk,
            waits=[] if settled else [waiting[name] for name in row.after if name in waiting],
            at_work=at_work.get(row.pk, ()),
        )

    return Room(crisis, now, began, document, scenario_of(crisis), sorted(map(shown, rows), key=_order))


def tasks(crisis: Crisis) -> QuerySet[RoomTask]:
    """Return the tasks of a room in the order of its protocol, with their people."""
    people = ("owner__user", "taken_by", "settled_by")
    rows: QuerySet[RoomTask] = crisis.tasks.select_related(*people)
    return rows


def _is_late(row: RoomTask, crisis: Crisis, now: datetime) -> bool:
    """Tell whether a task's time is over; in a closed room nothing is late any more."""
    return crisis.closed_at is None and row.due_at is not None and late_at(row.due_at, crisis) <= now


def _role_title(row: RoomTask, document: Document | None) -> Mapping[str, str]:
    role = document.role(row.role) if document is not None else None
    return role.title if role is not None else ({"": row.role} if row.role else {})


def _group(row: RoomTask, now: datetime, began: datetime) -> str:
    """Tell what is to be done now from what comes: a quarter of an hour from now, or from T+0 if later."""
    if row.state not in UNSETTLED:
        return SETTLED
    soon = max(now, began) + QUARTER
    if row.state == TaskState.DOING or row.due_at is None or row.due_at <= soon:
        return NOW
    return NEXT if row.due_at <= soon + AHEAD else LATER


def _order(task: ShownTask) -> tuple[object, ...]:
    """Sort by group; then the reader's own, then by time; what was settled last comes first."""
    row = task.row
    if task.settled:
        return (GROUPS.index(SETTLED), 0, -(row.settled_at.timestamp() if row.settled_at else 0), row.pk)
    due = row.due_at.timestamp() if row.due_at is not None else float("inf")
    return (GROUPS.index(task.group), not task.mine, due, row.position)
