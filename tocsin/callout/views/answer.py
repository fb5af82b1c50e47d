"""The page on which somebody who is called answers with one tap, without signing in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from django_scopes import scope

from tocsin import clock
from tocsin.accounts.models import Membership
from tocsin.alerts.models import Level
from tocsin.callout import actions, links, people
from tocsin.callout.boarding import role_title
from tocsin.callout.context import roles_of
from tocsin.callout.models import Call, CallOutState, CallState
from tocsin.gate.links import LinkExpired, LinkForged
from tocsin.plan import calling
from tocsin.plan.document.structure import said

LATER_MINUTES: Final = 20
_MOST_DIGITS: Final = 3


# The token is the authority: mail and message apps open links in browsers that keep no cookie.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show who calls and for what, and take the answer that is posted; opening the page changes nothing."""
    try:
        call = links.call_of(token)
    except LinkExpired:
        return _no_use(request, _("This link has run out."), 410)
    except LinkForged:
        return _no_use(request, _("This link is not whole."), 404)
    if call is None:
        return _no_use(request, _("This call is no longer kept."), 410)
    organisation = call.organisation
    language = people.language_of(call.contact, call.user, organisation)
    with (
        scope(organisation=organisation),
        translation.override(language),
        timezone.override(_zone_of(call)),
    ):
        if request.method == "POST":
            return _take(request, call)
        return render(request, "callout/answer.html", _context(request, call, language))


def _take(request: HttpRequest, call: Call) -> HttpResponse:
    minutes = request.POST.get("minutes", str(LATER_MINUTES))
    known = minutes.isdecimal() and minutes.isascii() and len(minutes) <= _MOST_DIGITS
    try:
        actions.answer(call, request.POST.get("answer", ""), minutes=int(minutes) if known else 0)
    except actions.NotAnAnswer as problem:
        context = _context(request, call, translation.get_language() or "fr") | {"problem": str(problem)}
        return render(request, "callout/answer.html", context, status=400)
    return redirect(request.path, permanent=False)


def _context(request: HttpRequest, call: Call, language: str) -> dict[str, Any]:
    callout = call.callout
    user = call.user or (call.contact.user if call.contact is not None else None)
    tapped = request.GET.get("a", "")
    return {
        "call": call,
        "callout": callout,
        "brand": callout.brand.name,
        "scenario": said(callout.title, language) or callout.scenario,
        "level": Level(callout.level).label,
        "who": str(callout.launched_by) if callout.launched_by is not None else callout.organisation.name,
        "roles": [role_title(role, language) for role in roles_of(call.joins or call)],
        "over": callout.state != CallOutState.RUNNING,
        "false_alarm": callout.state == CallOutState.FALSE_ALARM,
        "overdue": _overdue(call),
        "answers": _answers(call, tapped),
        "is_member": user is not None and user.is_active and _is_member(call, user.pk),
    }


def _answers(call: Call, tapped: str) -> list[Mapping[str, Any]]:
    """Return the answers in the order of the page: the tapped one first, which is posted by itself."""
    here = call.state in (CallState.LATER, CallState.COMING)
    every: list[dict[str, Any]] = [
        {"value": "coming", "words": _("I’m here") if call.state == CallState.LATER else _("I’m on it")},
        {
            "value": "later",
            "words": _("In another 20 minutes") if here else _("In 20 minutes"),
            "minutes": LATER_MINUTES,
        },
        {"value": "unable", "words": _("I can’t")},
    ]
    for one in every:
        one["given"] = call.state == one["value"]
        # who is overdue and taps for more time says something new, though the answer is the same
        again = one["value"] == "later" and _overdue(call)
        one["tapped"] = one["value"] == tapped and (again or not one["given"])
    open_ = [one for one in every if not (one["given"] and one["value"] != "later")]
    return sorted(open_, key=lambda one: not one["tapped"])


def _overdue(call: Call) -> bool:
    now = clock.now(call.organisation)
    return call.state == CallState.LATER and call.due_at is not None and call.due_at < now


def _is_member(call: Call, user: int) -> bool:
    return Membership.objects.filter(user=user, organisation=call.organisation_id).exists()


def _zone_of(call: Call) -> str:
    if call.contact is None:
        return call.organisation.time_zone
    return str(calling.zone_of(call.contact))


def _no_use(request: HttpRequest, words: str, status: int) -> HttpResponse:
    return render(request, "callout/answer_gone.html", {"words": words}, status=status)
