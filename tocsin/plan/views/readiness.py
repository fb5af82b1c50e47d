"""How ready a plan is, why, and what mends it."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import get_language

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.plan import selectors
from tocsin.plan.document.structure import Document
from tocsin.plan.readiness_words import kinds, summary
from tocsin.plan.views.asked import asked_plan
from tocsin.ui.pages import answer


@require(Role.OBSERVER)
def show(request: MemberRequest, slug: str) -> HttpResponse:
    """Show the score of a plan with every reason, each beside what mends it."""
    plan = asked_plan(slug)
    version = selectors.in_force(plan) or selectors.written(plan)
    found = selectors.readiness_of(plan)
    document = version.document if version is not None else Document()
    may_change = request.membership.may(Role.RESPONDER)
    context = {
        "plan": plan,
        "version": version,
        "readiness": found,
        "summary": summary(found),
        "kinds": kinds(found, document, slug, get_language() or "fr", may_change=may_change),
        "in_force": version is not None and version.number is not None,
    }
    return answer(request, "plan/readiness.html", context)
