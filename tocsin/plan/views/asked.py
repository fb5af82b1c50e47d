"""What an address asks for: a brand's plan, and the version of it that is meant."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from tocsin.plan import selectors
from tocsin.plan.models import Plan, Version
from tocsin.watch.models import Brand


def asked_plan(slug: str) -> Plan:
    """Return the plan of the brand of this short name.

    Raises
    ------
    Http404
        When there is no such brand, or it has no plan yet.
    """
    plan = selectors.plan_of(get_object_or_404(Brand, slug=slug))
    if plan is None:
        raise Http404
    return plan


def asked_version(request: HttpRequest, plan: Plan, usual: Version | None = None) -> Version:
    """Return the version that ``?version=`` names; else the one in force, or what is written while none is.

    Parameters
    ----------
    usual
        The version to return when none is named, where a page knows it already or means another.

    Raises
    ------
    Http404
        When the plan has no such version.
    """
    named = request.GET.get("version", "")
    if named:
        if not named.isdecimal() or len(named) > 18:
            raise Http404
        people = ("plan__brand", "approved_by", "author")
        return get_object_or_404(plan.versions.select_related(*people), pk=int(named))
    version = usual or selectors.in_force(plan) or selectors.written(plan)
    if version is None:
        raise Http404
    return version
