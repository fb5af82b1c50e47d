"""Running one leased deadline to its end: done, later, or failed."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from datetime import timedelta

from django.db import transaction
from django_scopes import scope, scopes_disabled

from tocsin.clock import handlers
from tocsin.clock.models import Deadline, DeadlineState
from tocsin.clock.time import house_now, organisation_now
from tocsin.errors import TocsinError

log = logging.getLogger(__name__)


class LeaseLost(TocsinError):
    """Another clock took the deadline over: what this one did in the database is undone."""


def settle(deadline: Deadline) -> None:
    """Run the handler of a leased deadline; its effects and "done" are one transaction."""
    try:
        handler = handlers.get(deadline.handler)
        with _scope_of(deadline):
            _run(handler, deadline)
    except LeaseLost:
        log.warning("the lease of %s was lost; another clock has it", deadline)
    except handlers.Later as later:
        _postpone(deadline, later.delay, str(later), attempts=deadline.attempts - 1)
    except handlers.Hopeless as error:
        _give_up(deadline, str(error))
    except Exception as error:
        log.exception("the deadline %s went wrong", deadline)
        _retry(deadline, f"{type(error).__name__}: {error}")


def _run(handler: handlers.Handler, deadline: Deadline) -> None:
    finish = handler.run(deadline) if handler.outside else None
    with transaction.atomic():
        if not handler.outside:
            finish = handler.run(deadline)
        if finish is not None:
            finish()
        _done(deadline)


def _done(deadline: Deadline) -> None:
    values: dict[str, object] = {"state": DeadlineState.DONE, "settled_at": house_now(), "problem": ""}
    if deadline.every_seconds:
        values |= {"state": DeadlineState.WAITING, "attempts": 0, "due_at": _next_turn(deadline)}
    _change(deadline, **values)


def _next_turn(deadline: Deadline) -> object:
    """Keep the rhythm, but don't make up for turns missed while no clock ran."""
    assert deadline.every_seconds
    rhythm = timedelta(seconds=deadline.every_seconds)
    missed = max(0, int((organisation_now(deadline.organisation_id) - deadline.due_at) / rhythm))
    return deadline.due_at + rhythm * (missed + 1)


def _retry(deadline: Deadline, problem: str) -> None:
    try:
        limit = handlers.get(deadline.handler).attempts
    except handlers.UnknownHandler:
        limit = 8  # the app may come back with the next version
    if deadline.attempts < limit:
        _postpone(deadline, handlers.retry_delay(deadline.attempts), problem, attempts=deadline.attempts)
    else:
        _give_up(deadline, problem)


def _postpone(deadline: Deadline, delay: timedelta, problem: str, *, attempts: int) -> None:
    due_at = organisation_now(deadline.organisation_id) + delay
    _try_change(
        deadline, state=DeadlineState.WAITING, due_at=due_at, attempts=max(attempts, 0), problem=problem[:500]
    )


def _give_up(deadline: Deadline, problem: str) -> None:
    values: dict[str, object] = {"state": DeadlineState.FAILED, "settled_at": house_now()}
    if deadline.every_seconds:  # a recurring job is tried again at its next turn, with its problem on show
        values = {"state": DeadlineState.WAITING, "attempts": 0, "due_at": _next_turn(deadline)}
    _try_change(deadline, problem=problem[:500], **values)


def _change(deadline: Deadline, **values: object) -> None:
    with scopes_disabled():
        mine = Deadline.objects.filter(
            pk=deadline.pk,
            state=DeadlineState.LEASED,
            leased_by=deadline.leased_by,
            attempts=deadline.attempts,
        )
        changed = mine.update(leased_by="", leased_until=None, **values)
    if changed != 1:
        raise LeaseLost("another clock took this deadline over; what was done here is undone")


def _try_change(deadline: Deadline, **values: object) -> None:
    try:
        _change(deadline, **values)
    except LeaseLost:
        log.warning("the lease of %s was lost; another clock has it", deadline)


def _scope_of(deadline: Deadline) -> AbstractContextManager[None]:
    if deadline.organisation_id is None:
        context: AbstractContextManager[None] = scopes_disabled()
    else:
        context = scope(organisation=deadline.organisation_id)
    return context
