"""Rest: what is counted of abusive posts, who is told to pause, and what a person sees of her own."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.crisis import resting
from tocsin.ui.pages import answer


@require(Role.OBSERVER)
def show(request: MemberRequest) -> HttpResponse:
    """Show one's own counts; who leads sees who is told to rest, and nothing more."""
    hour, kept = resting.counted(request.user, request.organisation)
    lead = request.membership.may(Role.LEAD)
    context = {
        "hour": hour,
        "kept": kept,
        "advice": resting.advice(request.user, request.organisation),
        "told": resting.told(request.organisation) if lead else None,
        "revealed": resting.REVEALED,
        "exposed": int(resting.EXPOSED.total_seconds() // 3600),
        "watch": int(resting.ON_WATCH.total_seconds() // 3600),
        "days": resting.KEPT.days,
    }
    return answer(request, "crisis/rest/rest.html", context)


@require_POST
@require(Role.OBSERVER)
def revealed(request: MemberRequest) -> HttpResponse:
    """Count that somebody had a blurred post shown; observers are not at work, and are not counted."""
    place = request.POST.get("post", "")
    if place.isascii() and place.isdecimal() and len(place) < 20 and request.membership.may(Role.RESPONDER):
        resting.revealed(request.organisation, request.user, min(int(place), (1 << 63) - 1))
    return HttpResponse(status=204)
