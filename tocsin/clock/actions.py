"""Setting and cancelling deadlines, changing an organisation's time, giving signs of life."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from django.db import transaction
from django_scopes import scopes_disabled

from tocsin.accounts.models import Organisation
from tocsin.clock import handlers
from tocsin.clock.models import Deadline, DeadlineState, Heartbeat, Lane, OrganisationTime
from tocsin.clock.time import house_now, organisation_now

STARTED_AT = house_now()


@transaction.atomic
def set(  # noqa: A001 - reads as clock.actions.set
    handler: str,
    due_at: datetime,
    *,
    key: str,
    organisation: Organisation | None = None,
    payload: dict[str, object] | None = None,
    lane: str = Lane.NORMAL,
) -> Deadline:
    """Set a deadline, once by key, within the caller's transaction.

    A deadline that still waits, failed or was cancelled takes the new time and payload; one that is being
    handled, or was, stays as it is.

    Parameters
    ----------
    due_at
        When, in the organisation's time.
    key
        What makes it the same deadline, such as ``alerts.wake:12:2026-11-22T14:00``.

    Raises
    ------
    UnknownHandler
        When no app registered the handler.
    """
    handlers.get(handler)
    values = {
        "handler": handler,
        "due_at": due_at,
        "organisation": organisation,
        "payload": payload or {},
        "lane": lane,
    }
    with scopes_disabled():
        deadline, made = Deadline.objects.get_or_create(key=key, defaults=values)
        if made:
            return deadline
        again = [DeadlineState.WAITING, DeadlineState.FAILED, DeadlineState.CANCELLED]
        Deadline.objects.filter(pk=deadline.pk, state__in=again).update(
            **values, state=DeadlineState.WAITING, attempts=0, problem="", settled_at=None
        )
        deadline.refresh_from_db()
    return deadline


def cancel(key: str) -> bool:
    """Cancel a deadline that still waits; return whether it did."""
    with scopes_disabled():
        changed = Deadline.objects.filter(key=key, state=DeadlineState.WAITING).update(
            state=DeadlineState.CANCELLED, settled_at=house_now()
        )
    return bool(changed)


def install_recurring() -> None:
    """Make the row of every recurring handler that has none, and follow a changed rhythm."""
    with scopes_disabled():
        for handler in handlers.recurring():
            assert handler.every is not None
            seconds = int(handler.every.total_seconds())
            values = {"handler": handler.name, "lane": handler.lane, "every_seconds": seconds}
            Deadline.objects.get_or_create(
                key=f"every:{handler.name}", defaults={**values, "due_at": house_now()}
            )
            Deadline.objects.filter(key=f"every:{handler.name}").exclude(every_seconds=seconds).update(
                **values
            )


def set_time(
    organisation: Organisation, origin: datetime, *, speed: float = 1.0, paused: bool = False
) -> None:
    """Give an organisation its own time, which is `origin` now."""
    with scopes_disabled():
        OrganisationTime.objects.update_or_create(
            organisation=organisation,
            defaults={"origin": origin, "anchored_at": house_now(), "speed": speed, "paused": paused},
        )


@transaction.atomic
def pause(organisation: Organisation) -> None:
    """Stop an organisation's time where it is; none of its deadlines falls due until it resumes."""
    with scopes_disabled():
        own = OrganisationTime.objects.select_for_update().filter(pk=organisation.pk).first()
    set_time(organisation, organisation_now(organisation), speed=own.speed if own else 1.0, paused=True)


@transaction.atomic
def resume(organisation: Organisation) -> None:
    """Let an organisation's time run again from where it stopped."""
    with scopes_disabled():
        own = OrganisationTime.objects.select_for_update().filter(pk=organisation.pk).first()
    if own is not None and own.paused:
        set_time(organisation, own.origin, speed=own.speed)


def beat(process: str) -> None:
    """Give a sign of life of this process: ``web``, ``river`` or ``clock``; about every ten seconds."""
    Heartbeat.objects.update_or_create(
        process=process,
        host=socket.gethostname(),
        pid=os.getpid(),
        defaults={"seen_at": house_now()},
        create_defaults={"seen_at": house_now(), "started_at": STARTED_AT},
    )


def rest(process: str) -> None:
    """Say that this process stops on purpose, so that nobody takes it for dead."""
    Heartbeat.objects.filter(process=process, host=socket.gethostname(), pid=os.getpid()).delete()


def forget_silent(older_than: timedelta = timedelta(days=1)) -> int:
    """Forget processes that gave no sign of life for long: what happened to them is no news any more."""
    return Heartbeat.objects.filter(seen_at__lt=house_now() - older_than).delete()[0]


def forget_settled(older_than: timedelta = timedelta(days=30), slice_of: int = 1000) -> int:
    """Delete deadlines settled long ago, in small slices; return how many."""
    gone = 0
    settled = [DeadlineState.DONE, DeadlineState.CANCELLED]
    with scopes_disabled():
        rows = Deadline.objects.filter(state__in=settled, settled_at__lt=house_now() - older_than)
        while places := list(rows.values_list("pk", flat=True)[:slice_of]):
            gone += Deadline.objects.filter(pk__in=places).delete()[0]
    return gone
