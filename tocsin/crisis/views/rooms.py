"""The list of rooms, a room, and what is done with it as a whole."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.crisis import actions, keeping, lines, selectors, situation
from tocsin.crisis.forms import COMMANDS, AddTaskForm, GradeForm, UpdateForm
from tocsin.crisis.models import Crisis, Watchkeeper
from tocsin.crisis.showing import slot_facts
from tocsin.crisis.views.asked import asked_crisis, do, rights
from tocsin.plan import words as plan_words
from tocsin.ui.pages import answer, target

PAGE, LINES = 30, 30
PARTS = {
    "room-situation": "crisis/_situation.html",
    "room-tasks": "crisis/_tasks.html",
    "room-log": "crisis/_log.html",
    "room-known": "crisis/_known.html",
    "room-head": "crisis/_head.html",
}


@require(Role.OBSERVER)
def listed(request: MemberRequest) -> HttpResponse:
    """List the rooms that are at work, then those that were."""
    rows = selectors.crises(request.organisation)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "late": {one.crisis.pk: one.late for one in selectors.strip(request.organisation)},
        "now": clock.now(request.organisation),
        "may_open": request.membership.may(Role.RESPONDER),
        "here": request.get_full_path(),
    }
    return answer(request, "crisis/list.html", context, {"rooms": "crisis/_list.html"})


@require(Role.OBSERVER)
def show(request: MemberRequest, pk: int) -> HttpResponse:
    """Show a room: how it stands, what is to be done, the log, and what is known."""
    crisis = asked_crisis(request, pk)
    part = target(request)
    context = around(request, crisis)
    if part in {"", "room-situation", "room-head"}:
        context |= {"seen": (seen := situation.situation(crisis))}
        context["is_on"] = any(one.user_id == request.user.pk for one in seen.on)
    if part in {"", "room-tasks", "room-situation", "room-head"}:
        context |= {"room": selectors.room(crisis, request.user)}
    if part in {"", "room-log"}:
        context |= {"lines": lines.lines(crisis, most=LINES)[::-1], "seal": lines.sealed_until(crisis)}
    if part in {"", "room-known"}:
        context |= known(crisis)
    if not part:
        context["add_form"] = AddTaskForm(organisation=request.organisation)
    return answer(request, "crisis/room.html", context, PARTS)


def around(request: MemberRequest, crisis: Crisis) -> dict[str, Any]:
    """Return what every page of a room shows."""
    scenario = actions.scenario_of(crisis)
    severities = scenario.severities if scenario is not None else ()
    severity = next((one for one in severities if one.id == crisis.severity), None)
    return {
        "crisis": crisis,
        "brand": crisis.brand,
        "scenario": scenario,
        "severity": severity,
        "now": crisis.closed_at or clock.now(request.organisation),
        "commands": COMMANDS.get(request.LANGUAGE_CODE, COMMANDS["en"]),
        "here": request.get_full_path(),
        **rights(request, crisis),
    }


def known(crisis: Crisis) -> dict[str, Any]:
    """Return what is known and what is asked in a room."""
    rows = list(crisis.facts.select_related("stated_by", "judged_by"))
    questions = list(crisis.questions.select_related("asked_by", "answered_by"))
    return {
        "facts": [row for row in rows if not row.name],
        "slot_facts": slot_facts(actions.scenario_of(crisis), rows),
        "questions": sorted(questions, key=lambda one: (bool(one.answer), one.asked_at)),
        "unanswered": sum(not one.answer for one in questions),
    }


@require(Role.RESPONDER)
def set_update(request: MemberRequest, pk: int) -> HttpResponse:
    """Say when people hear news next, and that the update that was due is given."""
    crisis = asked_crisis(request, pk)
    first = {"minutes": "60", "given": crisis.next_update_at is not None}
    form = UpdateForm(request.POST or None, initial=first)
    problem = ""
    if request.method == "POST" and form.is_valid():
        at, given = form.moment(clock.now(request.organisation)), form.cleaned_data["given"]
        if at is None and not given:
            problem = _("Choose when people hear news next. Nothing was changed.")
        else:
            words = _("The next update is set.") if at is not None else _("Noted: the update is given.")
            return do(
                request,
                crisis,
                lambda: actions.set_next_update(crisis, at, request.user, given=given),
                words,
            )
    context = {**around(request, crisis), "form": form, "problem": problem}
    return answer(request, "crisis/update.html", context)


@require(Role.LEAD)
def grade(request: MemberRequest, pk: int) -> HttpResponse:
    """Change how grave the crisis is."""
    crisis = asked_crisis(request, pk)
    scenario = actions.scenario_of(crisis)
    here = plan_words.here
    severities = (
        [(one.id, f"{here(one.title)} · {here(one.changes)}") for one in scenario.severities]
        if scenario
        else []
    )
    first = {"level": crisis.level, "severity": crisis.severity}
    form = GradeForm(request.POST or None, severities, initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        return do(
            request,
            crisis,
            lambda: actions.set_level(
                crisis, said["level"], request.user, severity=said["severity"], why=said["why"]
            ),
            _("The level of the crisis is changed."),
        )
    return answer(request, "crisis/grade.html", {**around(request, crisis), "form": form})


@require_POST
@require(Role.RESPONDER)
def come_on(request: MemberRequest, pk: int) -> HttpResponse:
    """Take the watch."""
    crisis = asked_crisis(request, pk)
    return do(request, crisis, lambda: keeping.come_on(crisis, request.user), _("You are on."))


@require_POST
@require(Role.RESPONDER)
def go_off(request: MemberRequest, pk: int, keeper: int) -> HttpResponse:
    """Note that somebody goes off."""
    crisis = asked_crisis(request, pk)
    row: Watchkeeper = get_object_or_404(crisis.watchkeepers, pk=keeper)
    done = _("%(name)s is off.") % {"name": row.name}
    return do(request, crisis, lambda: keeping.go_off(row, request.user), done)
