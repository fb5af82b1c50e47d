"""Who has a task open on their screen just now, so that two people on one task see each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.crisis.models import AtWork, Crisis, RoomTask

FORGOTTEN = timedelta(seconds=60)


def sign(task: RoomTask, user: User) -> list[str]:
    """Note that somebody has a task open; return the names of the others who have."""
    now = clock.now(task.organisation_id)
    AtWork.objects.update_or_create(
        task=task, user=user, defaults={"organisation_id": task.organisation_id, "seen_at": now}
    )
    rows = AtWork.objects.filter(task=task, seen_at__gt=now - FORGOTTEN).exclude(user=user)
    return [str(row.user) for row in rows.select_related("user").order_by("user__name")]


def leave(task: RoomTask, user: User) -> None:
    """Note that somebody has closed a task."""
    AtWork.objects.filter(task=task, user=user).delete()


def others(crisis: Crisis, reader: User | None, now: datetime) -> Mapping[int, Sequence[str]]:
    """Return who has which task of a room open, other than the reader, by the task's key."""
    rows = AtWork.objects.filter(task__crisis=crisis, seen_at__gt=now - FORGOTTEN)
    if reader is not None:
        rows = rows.exclude(user=reader)
    found: dict[int, list[str]] = {}
    for row in rows.select_related("user").order_by("user__name"):
        found.setdefault(row.task_id, []).append(str(row.user))
    return found
