"""What is done from the board: an answer noted, somebody called, the level raised, the end told."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.callout import actions, boarding
from tocsin.callout.models import Call, CallState
from tocsin.callout.views.asked import asked_callout, asked_role, number
from tocsin.errors import TocsinError
from tocsin.plan import roster, selectors_people
from tocsin.plan.models import Contact
from tocsin.ui.pages import answer

PARTS = {"people": "callout/_people.html"}
SHOWN = 30
LONGEST_WAY = 24 * 60  # minutes


@require(Role.RESPONDER)
@require_POST
def answer_for(request: MemberRequest, pk: int, call: int) -> HttpResponse:
    """Note what somebody said by phone or in passing."""
    callout = asked_callout(request, pk)
    found: Call = get_object_or_404(
        Call.objects.filter(callout=callout).exclude(state=CallState.WAITING), pk=call
    )
    said, minutes = _said(request.POST.get("answer", ""))

    def note() -> str:
        actions.answer(found, said, minutes=minutes, by=request.user)
        return _("Noted for %(name)s.") % {"name": found.name}

    return _done(request, pk, note)


@require(Role.RESPONDER)
@require_POST
def call_next(request: MemberRequest, pk: int, role: int) -> HttpResponse:
    """Call the next person of a role without waiting for the first."""
    asked = asked_role(asked_callout(request, pk), role)

    def call() -> str:
        actions.call_next(asked, actor=request.user)
        return _("The next person is being called.")

    return _done(request, pk, call)


@require(Role.RESPONDER)
def people(request: MemberRequest, pk: int, role: int) -> HttpResponse:
    """Find somebody whom the plan does not name for a role, and call them."""
    callout = asked_callout(request, pk)
    asked = asked_role(callout, role)
    words = request.GET.get("q", "")[:200]
    every = selectors_people.shown(request.organisation, (get_language() or "fr")[:2])
    found = roster.fitting(every, words)
    called = set(asked.calls.exclude(state=CallState.WAITING).values_list("contact_id", flat=True))
    context = {
        "callout": callout,
        "brand": callout.brand,
        "role": asked,
        "title": boarding.role_title(asked),
        "words": words,
        "found": found[:SHOWN],
        "more": len(found) > SHOWN,
        "called": called,
    }
    return answer(request, "callout/people.html", context, PARTS)


@require(Role.RESPONDER)
@require_POST
def call_person(request: MemberRequest, pk: int, role: int) -> HttpResponse:
    """Call a contact for a role by hand."""
    asked = asked_role(asked_callout(request, pk), role)
    contact = get_object_or_404(Contact, pk=number(request.POST.get("contact", "")) or 0)

    def call() -> str:
        actions.call_person(asked, contact, request.user)
        return _("%(name)s is being called.") % {"name": contact.name}

    return _done(request, pk, call)


@require(Role.RESPONDER)
@require_POST
def raise_level(request: MemberRequest, pk: int) -> HttpResponse:
    """Go on at red: everybody by all their ways, at any hour."""
    callout = asked_callout(request, pk)

    def go_red() -> str:
        actions.raise_level(callout, request.user)
        return _("The call-out goes on at red.")

    return _done(request, pk, go_red)


@require(Role.RESPONDER)
@require_POST
def stand_down(request: MemberRequest, pk: int) -> HttpResponse:
    """Tell everybody who was called that it is over, or that it was a false alarm."""
    callout = asked_callout(request, pk)
    false_alarm = bool(request.POST.get("false_alarm"))
    note = request.POST.get("note", "")[:500]

    def end() -> str:
        actions.stand_down(callout, request.user, false_alarm=false_alarm, note=note)
        if false_alarm:
            return _("Everybody who had been called is told that it was a false alarm.")
        return _("Everybody who had been called is told that it is over.")

    return _done(request, pk, end)


def _said(text: str) -> tuple[str, int]:
    """Return the answer that a button stands for, and in how many minutes they come.

    Raises
    ------
    Http404
        When it is none of them.
    """
    answer_, _dash, minutes = text.partition("-")
    if answer_ not in {CallState.COMING, CallState.LATER, CallState.UNABLE}:
        raise Http404
    return answer_, min(number(minutes) or 20, LONGEST_WAY)


def _done(request: MemberRequest, pk: int, act: Callable[[], str]) -> HttpResponse:
    """Do something and go back to the board, with what was done or why it was not."""
    try:
        messages.success(request, act())
    except TocsinError as refused:
        messages.error(request, str(refused))
    return redirect("callout:board", pk=pk)
