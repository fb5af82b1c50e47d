"""A room is closed, and taken up again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.crisis import closing, telling
from tocsin.crisis.forms import CloseForm
from tocsin.crisis.models import CrisisState
from tocsin.crisis.views.asked import asked_crisis, do
from tocsin.crisis.views.rooms import around
from tocsin.errors import TocsinError
from tocsin.gate.notices import render
from tocsin.ui.pages import answer


@require(Role.OBSERVER)
def show(request: MemberRequest, pk: int) -> HttpResponse:
    """Show what is to be so before the room is closed, who would be told what, and close it."""
    crisis = asked_crisis(request, pk)
    if crisis.state != CrisisState.OPEN:
        return redirect("crisis:room", pk=pk)
    form = CloseForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            closing.close(crisis, request.user, said["note"], reason=said["reason"], tell=said["tell"])
        except TocsinError as refused:
            problem = str(refused)
        else:
            back = reverse("crisis:reopen", args=[crisis.pk])
            messages.success(request, _("The room is closed. It can be read by everybody."), extra_tags=back)
            return redirect("crisis:room", pk=pk)
    found = closing.criteria(crisis)
    context = {
        **around(request, crisis),
        "criteria": found,
        "unmet": [one for one in found if not one.met],
        "told": telling.called_or_on(crisis),
        "notice": render("crisis.stood_down", request.LANGUAGE_CODE, telling.preview(crisis)),
        "form": form,
        "problem": problem,
        "here": request.get_full_path(),
    }
    return answer(request, "crisis/close.html", context, {"room-ends": "crisis/_ends.html"})


@require_POST
@require(Role.RESPONDER)
def meet(request: MemberRequest, pk: int) -> HttpResponse:
    """Tick something by which the scenario ends, or take the tick back."""
    crisis = asked_crisis(request, pk)
    end, met = request.POST.get("end", ""), request.POST.get("met") == "1"
    try:
        closing.meet(crisis, end, request.user, met=met)
    except TocsinError as refused:
        messages.error(request, str(refused))
    return redirect("crisis:close", pk=pk)


@require_POST
@require(Role.LEAD)
def reopen(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a closed room up again."""
    crisis = asked_crisis(request, pk)
    words = _("The room is open again. What was to be done is to be done.")
    return do(request, crisis, lambda: closing.reopen(crisis, request.user), words)
