"""The list of call-outs, and how long an answer is waited for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.callout import actions, selectors
from tocsin.callout.forms import DelaysForm
from tocsin.callout.models import CallOutState
from tocsin.callout.standing import standings
from tocsin.ui.pages import answer

PARTS = {"callouts": "callout/_list.html"}
PAGE = 20


@require(Role.OBSERVER)
def listed(request: MemberRequest) -> HttpResponse:
    """List the call-outs: the running ones first, then the past with how long everything took."""
    form = DelaysForm(instance=selectors.delays(request.organisation))
    return answer(request, "callout/list.html", _context(request, form), PARTS)


@require(Role.LEAD)
def delays(request: MemberRequest) -> HttpResponse:
    """Change how long an answer is waited for."""
    if request.method != "POST":
        return redirect("callout:list")
    form = DelaysForm(request.POST, instance=selectors.delays(request.organisation))
    if not form.is_valid():
        return answer(request, "callout/list.html", _context(request, form), PARTS)
    actions.set_delays(request.organisation, request.user, **form.cleaned_data)
    messages.success(request, _("The delays are changed; they hold from the next call on."))
    return redirect("callout:list")


def _context(request: MemberRequest, form: DelaysForm) -> dict[str, Any]:
    past = selectors.callouts(request.organisation).exclude(state=CallOutState.RUNNING)
    page = Paginator(past, PAGE).get_page(request.GET.get("page"))
    return {
        "running": standings(selectors.running(request.organisation)),
        "page": page,
        "past": standings(page),
        "now": clock.now(request.organisation),
        "here": request.get_full_path(),
        "delays": selectors.delays(request.organisation),
        "delays_form": form if request.membership.may(Role.LEAD) else None,
        "may_act": request.membership.may(Role.RESPONDER),
    }
