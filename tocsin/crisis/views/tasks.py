"""A task on its page, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.crisis import presence, selectors, tasks
from tocsin.crisis.forms import AddTaskForm, GiveForm, PostponeForm, SkipForm
from tocsin.crisis.models import Crisis, RoomTask
from tocsin.crisis.showing import message_of
from tocsin.crisis.views.asked import asked_crisis, asked_task, do, number_in
from tocsin.crisis.views.rooms import around
from tocsin.errors import TocsinError
from tocsin.plan import words as plan_words
from tocsin.ui.pages import answer

Verb = Callable[[RoomTask, int | None], object]


@require(Role.OBSERVER)
def show(request: MemberRequest, pk: int, task: int) -> HttpResponse:
    """Show a task: its points, its message with the facts filled in, and what can be done with it."""
    crisis = asked_crisis(request, pk)
    return _page(request, crisis, asked_task(crisis, task))


def _page(
    request: MemberRequest,
    crisis: Crisis,
    row: RoomTask,
    forms: Mapping[str, Form] | None = None,
    problem: str = "",
) -> HttpResponse:
    room = selectors.room(crisis, request.user)
    shown = next(one for one in room.tasks if one.row.pk == row.pk)
    context: dict[str, Any] = {
        **around(request, crisis),
        "room": room,
        "task": shown,
        "title": plan_words.here(row.words),
        "taken": message_of(crisis, room.scenario, row.message) if row.message else None,
        "problem": problem,
        "give_form": GiveForm(organisation=request.organisation, initial={"owner": row.owner_id}),
        "skip_form": SkipForm(),
        "postpone_form": PostponeForm(),
        "at_work": shown.at_work,
        "seen": row.revision,
        **(forms or {}),
    }
    return answer(request, "crisis/task.html", context, {"task-points": "crisis/_points.html"})


@require_POST
@require(Role.OBSERVER)
def at_work(request: MemberRequest, pk: int, task: int) -> HttpResponse:
    """Take the sign that somebody has the task open; say who else has, and whether it changed since."""
    crisis = asked_crisis(request, pk)
    row = asked_task(crisis, task)
    seen = number_in(request.GET.get("seen"))
    context = {
        "crisis": crisis,
        "row": row,
        "seen": seen,
        "at_work": presence.sign(row, request.user),
        "changed": tasks.changed_words(row, kept=True) if seen not in {None, row.revision} else "",
    }
    return answer(request, "crisis/_at_work.html", context)


@require_POST
@require(Role.RESPONDER)
def add(request: MemberRequest, pk: int) -> HttpResponse:
    """Add a task by hand."""
    crisis = asked_crisis(request, pk)
    form = AddTaskForm(request.POST, organisation=request.organisation)
    if not form.is_valid():
        for problem in form.errors.values():
            messages.error(request, str(problem[0]))
        return redirect("crisis:room", pk=pk)
    said = form.cleaned_data
    due = _after(request, said["minutes"]) if said["minutes"] else None
    return do(
        request,
        crisis,
        lambda: tasks.add(crisis, said["words"], request.user, due_at=due, owner=said["owner"]),
        _("The task is added."),
        at="#room-tasks",
    )


@require_POST
@require(Role.RESPONDER)
def take(request: MemberRequest, pk: int, task: int) -> HttpResponse:
    """Begin a task."""
    return _plainly(request, pk, task, tasks.take, _("It is yours."))


@require_POST
@require(Role.RESPONDER)
def done(request: MemberRequest, pk: int, task: int) -> HttpResponse:
    """Note that a task is done."""
    return _plainly(request, pk, task, tasks.done, _("Done."))


@require_POST
@require(Role.RESPONDER)
def undo(request: MemberRequest, pk: int, task: int) -> HttpResponse:
    """Take back what was made of a task."""
    crisis = asked_crisis(request, pk)
    row = asked_task(crisis, task)
    words = _("The task is to be done again.")
    return do(request, crisis, lambda: tasks.undo(row, request.user), words, at=f"#task-{row.pk}")


@require_POST
@require(Role.RESPONDER)
def give(request: MemberRequest, pk: int, task: int) -> HttpResponse:
    """Give a task to somebody."""
    form = GiveForm(request.POST, organisation=request.organisation)

    def verb(row: RoomTask, seen: int | None) -> object:
        return tasks.give(row, form.cleaned_data["owner"], request.user, revision=seen)

    return _by_form(request, (pk, task), "give_form", form, verb)


@require_POST
@require(Role.RESPONDER)
def skip(request: MemberRequest, pk: int, task: int) -> HttpResponse:
    """Leave a task out, with a reason."""
    form = SkipForm(request.POST)

    def verb(row: RoomTask, seen: int | None) -> object:
        return tasks.skip(row, request.user, form.cleaned_data["reason"], revision=seen)

    return _by_form(request, (pk, task), "skip_form", form, verb)


@require_POST
@require(Role.RESPONDER)
def postpone(request: MemberRequest, pk: int, task: int) -> HttpResponse:
    """Give a task more time, with a reason."""
    form = PostponeForm(request.POST)

    def verb(row: RoomTask, seen: int | None) -> object:
        due, reason = _after(request, form.cleaned_data["minutes"]), form.cleaned_data["reason"]
        return tasks.postpone(row, due, request.user, reason, revision=seen)

    return _by_form(request, (pk, task), "postpone_form", form, verb)


@require_POST
@require(Role.RESPONDER)
def check(request: MemberRequest, pk: int, task: int) -> HttpResponse:
    """Tick a point of a task, or take the tick back."""
    crisis = asked_crisis(request, pk)
    row = asked_task(crisis, task)
    point, ticked = request.POST.get("point", ""), request.POST.get("ticked") == "1"
    try:
        tasks.check(row, point, request.user, ticked=ticked)
    except TocsinError as refused:
        messages.error(request, str(refused))
    if request.headers.get("HX-Request") == "true":
        return _page(request, crisis, asked_task(crisis, task))
    return redirect(_address(crisis, row))


def _plainly(
    request: MemberRequest, pk: int, task: int, verb: Callable[..., object], words: str
) -> HttpResponse:
    """Do what needs no words; it can be undone."""
    crisis = asked_crisis(request, pk)
    row = asked_task(crisis, task)
    seen = number_in(request.POST.get("seen"))
    back = reverse("crisis:undo-task", args=[crisis.pk, row.pk])
    return do(
        request,
        crisis,
        lambda: verb(row, request.user, revision=seen),
        words,
        undo=back,
        at=f"#task-{row.pk}",
    )


def _by_form(
    request: MemberRequest, place: tuple[int, int], name: str, form: Form, verb: Verb
) -> HttpResponse:
    """Do what needs words; when it cannot be done, the words stay in the form, beside why."""
    crisis = asked_crisis(request, place[0])
    row = asked_task(crisis, place[1])
    if not form.is_valid():
        return _page(request, crisis, row, {name: form})
    try:
        verb(row, number_in(request.POST.get("seen")))
    except TocsinError as refused:
        return _page(request, crisis, asked_task(crisis, row.pk), {name: form}, str(refused))
    back = reverse("crisis:undo-task", args=[crisis.pk, row.pk]) if name == "skip_form" else ""
    messages.success(request, _("Noted."), extra_tags=back)
    return redirect(reverse("crisis:room", args=[crisis.pk]) + f"#task-{row.pk}")


def _after(request: MemberRequest, minutes: str) -> datetime:
    return clock.now(request.organisation) + timedelta(minutes=int(minutes))


def _address(crisis: Crisis, row: RoomTask) -> str:
    return reverse("crisis:task", args=[crisis.pk, row.pk])
