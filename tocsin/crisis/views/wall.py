"""The room on a wall: nothing to press, read from across the room, always up to date."""

from __future__ import annotations

from django.http import HttpResponse

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.crisis import lines, selectors, situation
from tocsin.crisis.models import Crisis, FactState
from tocsin.crisis.views.asked import asked_crisis
from tocsin.crisis.views.rooms import around
from tocsin.plan import words as plan_words
from tocsin.plan.document.structure import Scenario
from tocsin.ui.pages import answer

TASKS, DECISIONS, FACTS = 6, 4, 5


@require(Role.OBSERVER)
def show(request: MemberRequest, pk: int) -> HttpResponse:
    """Show a room in large, without anything by which people are reached."""
    crisis = asked_crisis(request, pk)
    room = selectors.room(crisis)
    due = [task for task in room.tasks if task.group == selectors.NOW and not task.late]
    context = {
        **around(request, crisis),
        "room": room,
        "seen": situation.situation(crisis),
        "shown": [*room.late, *due][:TASKS],
        "more": max(0, len(room.late) + len(due) - TASKS),
        "decisions": lines.lines(crisis, kinds=["decision"], most=DECISIONS)[::-1],
        "facts": _facts(crisis, room.scenario),
        "light": request.GET.get("theme") == "light",
    }
    return answer(request, "crisis/wall.html", context, {"wall": "crisis/_wall.html"})


def _facts(crisis: Crisis, scenario: Scenario | None) -> list[tuple[str, str]]:
    """Return what is confirmed, each with the name that the plan gives it, the last confirmed first."""
    names = {one.id: plan_words.here(one.name) for one in scenario.facts} if scenario is not None else {}
    rows = crisis.facts.filter(state=FactState.CONFIRMED).order_by("-judged_at", "-pk")[:FACTS]
    return [(names.get(row.name, ""), row.text) for row in rows]
