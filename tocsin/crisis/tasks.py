"""What is done with a task of a room: taken, given, done, skipped, postponed, added, its points ticked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.clock import actions as deadlines
from tocsin.clock.models import Lane
from tocsin.crisis import telling
from tocsin.crisis.commands import cleaned
from tocsin.crisis.models import Crisis, RoomTask, TaskState
from tocsin.crisis.people import contact_of
from tocsin.crisis.recording import ChangedMeanwhile, opened, record, short
from tocsin.errors import TocsinError
from tocsin.plan import words as plan_words
from tocsin.plan.document.order import cycle
from tocsin.plan.document.structure import Task
from tocsin.plan.models import Contact

DUE = "crisis.task_due"
SETTLING_IN = timedelta(minutes=5)
"""After the opening, when no task is late: people still read the call, and a reminder would disturb."""
UNSETTLED = (TaskState.TODO, TaskState.DOING)
LONGEST_WORDS, LONGEST_REASON = 500, 300


class NotSaid(TocsinError):
    """Something that must be said is missing; nothing was changed."""


def copy(crisis: Crisis, protocol: Sequence[Task]) -> list[RoomTask]:
    """Put the tasks of a protocol into a room that has just been opened, each with its deadline."""
    began = crisis.callout.launched_at if crisis.callout is not None else crisis.opened_at
    waiting = set(cycle(protocol))
    rows = [
        RoomTask(
            crisis=crisis,
            organisation_id=crisis.organisation_id,
            source=task.id,
            words=task.words,
            condition=task.condition,
            checklist=[_item(item.id, item.words) for item in task.checklist],
            after=[] if task.id in waiting else list(task.after),
            message=task.message,
            role=task.role,
            due_at=began + timedelta(minutes=task.minutes),
            position=place,
        )
        for place, task in enumerate(sorted(protocol, key=lambda task: task.minutes), 1)
    ]
    for row in RoomTask.objects.bulk_create(rows):
        watch(row, crisis)
    return rows


@transaction.atomic
def add(
    crisis: Crisis,
    words: str,
    actor: User,
    *,
    due_at: datetime | None = None,
    role: str = "",
    owner: Contact | None = None,
) -> RoomTask:
    """Add a task by hand.

    Raises
    ------
    NotSaid
        When it says nothing.
    """
    row = opened(crisis)
    said = _said(words, LONGEST_WORDS, _("Say what is to be done. Nothing was added."))
    last = row.tasks.aggregate(last=Max("position"))["last"] or 0
    task: RoomTask = RoomTask.objects.create(
        crisis=row,
        organisation_id=row.organisation_id,
        words={get_language() or "fr": said},
        role=role[:60],
        owner=owner,
        due_at=due_at,
        position=min(last + 1, 32_767),
    )
    watch(task, row)
    record("crisis.task_added", row, actor, task=task.pk, words=said, owner=owner.name if owner else "")
    return task


@transaction.atomic
def take(task: RoomTask, actor: User, *, revision: int | None = None) -> RoomTask:
    """Begin a task: the actor does it from now on.

    Raises
    ------
    ChangedMeanwhile
        When somebody else took or settled it.
    """
    crisis, row = _current(task, revision)
    if row.state == TaskState.DOING and row.taken_by_id == actor.pk:
        return row
    _require(row, UNSETTLED)
    row.owner, row.taken_by, row.state = contact_of(actor, row.organisation_id), actor, TaskState.DOING
    return _kept(crisis, row, actor, "crisis.task_taken")


@transaction.atomic
def give(task: RoomTask, contact: Contact | None, actor: User, *, revision: int | None = None) -> RoomTask:
    """Give a task to somebody, or back to whoever holds its role."""
    crisis, row = _current(task, revision)
    _require(row, UNSETTLED)
    row.owner, row.taken_by, row.state = contact, None, TaskState.TODO
    return _kept(crisis, row, actor, "crisis.task_given", owner=contact.name if contact is not None else "")


@transaction.atomic
def done(task: RoomTask, actor: User, *, revision: int | None = None) -> RoomTask:
    """Note that a task is done."""
    crisis, row = _current(task, revision)
    _require(row, UNSETTLED)
    row.state, row.reason = TaskState.DONE, ""
    return _settled(crisis, row, actor, "crisis.task_done")


@transaction.atomic
def skip(task: RoomTask, actor: User, reason: str, *, revision: int | None = None) -> RoomTask:
    """Leave a task out, saying why.

    Raises
    ------
    NotSaid
        Without a reason.
    """
    why = _said(reason, LONGEST_REASON, _("Say why it is left out: whoever reads the log will ask."))
    crisis, row = _current(task, revision)
    _require(row, UNSETTLED)
    row.state, row.reason = TaskState.SKIPPED, why
    return _settled(crisis, row, actor, "crisis.task_skipped", reason=why)


@transaction.atomic
def undo(task: RoomTask, actor: User, *, revision: int | None = None) -> RoomTask:
    """Take back that a task is begun, done or left out: it is to be done again."""
    crisis, row = _current(task, revision)
    if row.state == TaskState.TODO:
        return row
    before = row.state
    row.state, row.reason, row.settled_by, row.settled_at = TaskState.TODO, "", None, None
    row.taken_by = None
    kept = _kept(crisis, row, actor, "crisis.task_undone", was=before)
    watch(kept, crisis)
    return kept


@transaction.atomic
def postpone(
    task: RoomTask, due_at: datetime, actor: User, reason: str, *, revision: int | None = None
) -> RoomTask:
    """Give a task more time, saying why; it is no longer late.

    Raises
    ------
    NotSaid
        Without a reason, or with a time that is over.
    """
    why = _said(reason, LONGEST_REASON, _("Say why it may wait. Nothing was changed."))
    crisis, row = _current(task, revision)
    _require(row, UNSETTLED)
    if due_at <= clock.now(row.organisation_id):
        raise NotSaid(_("This time is over: give a later one. Nothing was changed."))
    if row.late_since is not None:
        telling.take_back(crisis, row)
    row.due_at, row.late_since = due_at, None
    kept = _kept(crisis, row, actor, "crisis.task_postponed", due=due_at.isoformat(), reason=why)
    watch(kept, crisis)
    return kept


@transaction.atomic
def check(task: RoomTask, item: str, actor: User, *, ticked: bool = True) -> RoomTask:
    """Tick a point of a task, or take the tick back; two people may tick two points at once.

    Raises
    ------
    ChangedMeanwhile
        When the task has no such point.
    """
    crisis, row = _current(task, None)
    found = next((point for point in row.checklist if point["id"] == item), None)
    if found is None:
        raise ChangedMeanwhile(_("This task has no such point any more. Nothing was changed."))
    if bool(found.get("done_at")) == ticked:
        return row
    found["done_by"] = str(actor) if ticked else ""
    found["done_at"] = clock.now(row.organisation_id).isoformat() if ticked else ""
    row.save(update_fields=["checklist"])
    verb = "crisis.point_ticked" if ticked else "crisis.point_unticked"
    record(verb, crisis, actor, task=row.pk, words=_title(row), point=plan_words.here(found["words"]))
    return row


def watch(task: RoomTask, crisis: Crisis) -> None:
    """Set the deadline at which a task is late; each state of the task has one of its own."""
    if task.due_at is None or task.state not in UNSETTLED or task.late_since is not None:
        return
    deadlines.set(
        DUE,
        late_at(task.due_at, crisis),
        organisation=crisis.organisation,
        key=f"{DUE}:{task.pk}:{task.revision}:{task.due_at.isoformat()}",
        payload={"task": task.pk, "due": task.due_at.isoformat()},
        lane=Lane.URGENT,
    )


def late_at(due_at: datetime, crisis: Crisis) -> datetime:
    """Return when a task that is due at a time is late: then, but never while people still settle in."""
    return max(due_at, crisis.opened_at + SETTLING_IN)


def _current(task: RoomTask, revision: int | None) -> tuple[Crisis, RoomTask]:
    """Return a task and its room as they are now, unless the task is no longer as it was seen."""
    crisis = opened(task.crisis_id)
    rows = RoomTask.objects.select_for_update(of=("self",))
    row: RoomTask = rows.select_related("owner", "taken_by", "settled_by").get(pk=task.pk)
    if revision is not None and row.revision != revision:
        raise ChangedMeanwhile(changed_words(row))
    return crisis, row


def changed_words(task: RoomTask, *, kept: bool = False) -> str:
    """Say what somebody else made of a task; unless `kept`, that nothing of the reader's change was kept."""
    who = task.settled_by or task.taken_by or task.owner or _("Somebody")
    states = {
        TaskState.TODO: _("This task was changed meanwhile."),
        TaskState.DOING: _("%(who)s is doing this task since."),
        TaskState.DONE: _("%(who)s has done this task meanwhile."),
        TaskState.SKIPPED: _("%(who)s has left this task out meanwhile."),
    }
    said = states[TaskState(task.state)] % {"who": who}
    return said if kept else f"{said} {_('Nothing of yours was kept: read it, then go on.')}"


def _require(task: RoomTask, states: Sequence[str]) -> None:
    if task.state not in states:
        raise ChangedMeanwhile(changed_words(task))


def _settled(crisis: Crisis, row: RoomTask, actor: User, verb: str, **data: object) -> RoomTask:
    row.settled_by, row.settled_at = actor, clock.now(row.organisation_id)
    late = row.late_since is not None
    if late:
        telling.take_back(crisis, row)
    return _kept(crisis, row, actor, verb, late=late, **data)


def _kept(crisis: Crisis, row: RoomTask, actor: User, verb: str, **data: object) -> RoomTask:
    row.revision += 1
    row.save()
    record(verb, crisis, actor, task=row.pk, words=_title(row), **data)
    return row


def _title(task: RoomTask) -> str:
    return short(plan_words.here(task.words), 200)


def _said(words: str, longest: int, missing: str) -> str:
    text = cleaned(words)
    if not text:
        raise NotSaid(missing)
    if len(text) > longest:
        raise NotSaid(
            _("These words are too long: %(most)d characters at most. Nothing was changed.")
            % {"most": longest}
        )
    return text


def _item(name: str, words: Mapping[str, str]) -> dict[str, object]:
    return {"id": name or secrets.token_hex(4), "words": dict(words), "done_by": "", "done_at": ""}
