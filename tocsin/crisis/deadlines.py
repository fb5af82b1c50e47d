"""What the clock does for rooms: tasks become late, updates fall due."""

from __future__ import annotations

from datetime import datetime

from tocsin import clock
from tocsin.clock.handlers import register
from tocsin.clock.models import Deadline
from tocsin.crisis import actions, tasks, telling
from tocsin.crisis.models import Crisis, CrisisState, RoomTask
from tocsin.crisis.people import doer_of, doers
from tocsin.crisis.recording import record, short
from tocsin.plan import words


@register(tasks.DUE, lane="urgent")
def task_due(deadline: Deadline) -> None:
    """Note that a task is late, once, and tell who does it and who leads."""
    rows = RoomTask.objects.select_for_update(of=("self",)).select_related(
        "crisis__organisation", "crisis__brand", "crisis__plan", "owner__user", "taken_by"
    )
    task = rows.filter(pk=deadline.payload["task"], state__in=tasks.UNSETTLED, late_since=None).first()
    if task is None or task.crisis.state != CrisisState.OPEN or task.due_at is None:
        return
    now = clock.now(task.organisation_id)
    if tasks.late_at(task.due_at, task.crisis) > now:
        return  # it was given more time; the new deadline stands for itself
    task.late_since = now
    task.save(update_fields=["late_since"])
    doer = doer_of(task, doers(task.crisis, [task.role]))
    about = short(words.here(task.words), 200)
    record("crisis.task_late", task.crisis, None, task=task.pk, words=about, owner=doer.name if doer else "")
    telling.task_late(task.crisis, task, doer)


@register(actions.UPDATE_SOON, lane="urgent")
def update_soon(deadline: Deadline) -> None:
    """Warn the room that people are to hear news in a quarter of an hour."""
    crisis, at = _awaited(deadline)
    if crisis is not None:
        telling.update_soon(crisis, at)


@register(actions.UPDATE_DUE, lane="urgent")
def update_due(deadline: Deadline) -> None:
    """Note that people should have heard news by now."""
    crisis, at = _awaited(deadline)
    if crisis is not None:
        record("crisis.update_missed", crisis, None, at=at.isoformat())


def _awaited(deadline: Deadline) -> tuple[Crisis | None, datetime]:
    """Return the open room whose next update is still the one that the deadline is about."""
    at = datetime.fromisoformat(str(deadline.payload["at"]))
    rows = Crisis.objects.select_related("organisation", "brand", "plan")
    crisis = rows.filter(pk=deadline.payload["crisis"], state=CrisisState.OPEN, next_update_at=at).first()
    return crisis, at
