"""The banners that hold on every page: what is frozen, who is told to rest."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest

from tocsin.accounts.models import Role
from tocsin.crisis import frozen, resting

register = template.Library()


@register.inclusion_tag("crisis/_banners.html", takes_context=True)
def crisis_banners(context: dict[str, Any]) -> dict[str, Any]:
    """Show the freezes that last, and who is told to rest: the reader, and others to who leads."""
    request = context.get("request")
    organisation = getattr(request, "organisation", None)
    membership = getattr(request, "membership", None)
    if request is None or organisation is None or membership is None:
        return {}
    values: dict[str, Any] = {"freezes": frozen.current(organisation)}
    if not membership.may(Role.RESPONDER):
        return values
    if membership.may(Role.LEAD):
        advised = resting.told(organisation)
        values["advice"] = next((one for one in advised if one.user == request.user), None)
        if _in_a_room(request):
            values["told"] = [one for one in advised if one.user != request.user]
    else:
        values["advice"] = resting.advice(request.user, organisation)
    return values


def _in_a_room(request: HttpRequest) -> bool:
    """Return whether the page is about a crisis: elsewhere a lead is told of nobody but herself."""
    match = request.resolver_match
    return match is not None and match.app_name == "crisis"
