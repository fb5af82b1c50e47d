"""The log of a room: the whole of it, a line typed, a line corrected."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.crisis import lines, log
from tocsin.crisis.forms import CorrectForm, LogForm
from tocsin.crisis.models import Crisis
from tocsin.crisis.showing import kinds
from tocsin.crisis.views.asked import asked_crisis, number_in
from tocsin.crisis.views.rooms import LINES, around
from tocsin.errors import TocsinError
from tocsin.ui.pages import answer, target

PAGE = 100


@require(Role.OBSERVER)
def show(request: MemberRequest, pk: int) -> HttpResponse:
    """Show the log, all of it or what is looked for, the newest line first."""
    crisis = asked_crisis(request, pk)
    form = LogForm(request.GET, kinds())
    form.is_valid()
    kind, words = form.cleaned_data.get("kind", ""), form.cleaned_data.get("q", "")
    before = number_in(request.GET.get("before")) or 0
    found = lines.lines(crisis, kinds=[kind] if kind else (), words=words, before=before, most=PAGE + 1)
    more = len(found) > PAGE
    shown = found[-PAGE:][::-1]
    context = {
        **around(request, crisis),
        "lines": shown,
        "older": shown[-1].sequence if more else 0,
        "seal": lines.sealed_until(crisis),
        "form": form,
        "sieved": bool(kind or words or before),
        "whole_log": True,
    }
    return answer(request, "crisis/log.html", context, {"room-log": "crisis/_log.html"})


@require_POST
@require(Role.RESPONDER)
def write(request: MemberRequest, pk: int) -> HttpResponse:
    """Add a line; what cannot be added stays in the field, with why."""
    crisis = asked_crisis(request, pk)
    line = request.POST.get("line", "")
    try:
        log.write(crisis, request.user, line)
    except TocsinError as refused:
        return _refused(request, crisis, line, str(refused))
    if target(request) != "room-log":
        return redirect(_back(request, crisis))
    context = {
        **around(request, crisis),
        "lines": lines.lines(crisis, most=LINES)[::-1],
        "seal": lines.sealed_until(crisis),
        "here": reverse("crisis:room", args=[crisis.pk]),
        "fresh": True,
    }
    return answer(request, "crisis/_log.html", context, {"room-log": "crisis/_written.html"})


def _refused(request: MemberRequest, crisis: Crisis, line: str, problem: str) -> HttpResponse:
    context = {**around(request, crisis), "typed": line, "problem": problem}
    if target(request) == "room-log":
        response = answer(request, "crisis/_line.html", context)
        response["HX-Retarget"], response["HX-Reswap"] = "#room-line", "outerHTML"
        return response
    return answer(request, "crisis/line.html", context)


@require(Role.RESPONDER)
def correct(request: MemberRequest, pk: int, sequence: int) -> HttpResponse:
    """Say what is right about a line; both stay in the log."""
    crisis = asked_crisis(request, pk)
    line = next(iter(lines.lines(crisis, after=sequence - 1, before=sequence + 1)), None)
    if line is None:
        raise Http404
    form = CorrectForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            log.correct(crisis, line.entry, request.user, form.cleaned_data["text"])
        except TocsinError as refused:
            problem = str(refused)
        else:
            messages.success(request, _("The correction stands under the line."))
            return redirect("crisis:log", pk=crisis.pk)
    context = {**around(request, crisis), "line": line, "form": form, "problem": problem}
    return answer(request, "crisis/correct.html", context)


def _back(request: MemberRequest, crisis: Crisis) -> str:
    """Return to the page on which the line was typed."""
    name = "crisis:log" if request.POST.get("from") == "log" else "crisis:room"
    return reverse(name, args=[crisis.pk])
