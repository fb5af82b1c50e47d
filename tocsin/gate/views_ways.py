"""Trying a way out from the settings, and following what becomes of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.gate import trials


@require_POST
@require(Role.LEAD)
def try_out(request: MemberRequest, channel: str) -> HttpResponse:
    """Send a trial, which the page then follows."""
    if channel not in trials.CHANNELS:
        raise Http404
    try:
        trials.begin(request.organisation, request.user, channel, request.POST.get("address", "")[:255])
    except trials.NothingToTry as problem:
        messages.error(request, str(problem))
    return redirect("gate:messages")
