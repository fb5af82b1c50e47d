"""What an address asks for: a room of this organisation, and something in it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.crisis import selectors
from tocsin.crisis.models import Crisis, CrisisState, RoomTask
from tocsin.errors import TocsinError


def asked_crisis(request: MemberRequest, pk: int) -> Crisis:
    """Return a room; 404 for one of another organisation."""
    crisis: Crisis = get_object_or_404(selectors.crises(request.organisation), pk=pk)
    return crisis


def asked_task(crisis: Crisis, pk: int) -> RoomTask:
    """Return a task of a room; 404 for one of another."""
    task: RoomTask = get_object_or_404(selectors.tasks(crisis), pk=pk)
    return task


def rights(request: MemberRequest, crisis: Crisis) -> dict[str, bool]:
    """Return what the reader may do in a room: nothing is written in a closed one."""
    is_open = crisis.state == CrisisState.OPEN
    return {
        "may_write": is_open and request.membership.may(Role.RESPONDER),
        "may_lead": request.membership.may(Role.LEAD),
        "is_open": is_open,
    }


def do(
    request: MemberRequest,
    crisis: Crisis,
    what: Callable[[], object],
    done: str = "",
    *,
    undo: str = "",
    at: str = "",
) -> HttpResponse:
    """Do something, say how it went, and go back to the room.

    Parameters
    ----------
    undo
        Address that takes it back.
    at
        Part of the room that one comes back to.
    """
    try:
        what()
    except TocsinError as refused:
        messages.error(request, str(refused))
    else:
        if done:
            messages.success(request, done, extra_tags=undo)
    return redirect(reverse("crisis:room", args=[crisis.pk]) + at)


def number_in(text: str | None) -> int | None:
    """Return a whole number that a form carries; None for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None
