"""A brand's plan: begun, and looked at: as a whole, scenario by scenario, version by version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role, User
from tocsin.accounts.requests import MemberRequest
from tocsin.errors import TocsinError
from tocsin.plan import actions, library, selectors
from tocsin.plan.compared import compared
from tocsin.plan.document.checking import faults
from tocsin.plan.document.duties import READ_ON
from tocsin.plan.document.responsibility import DENIAL
from tocsin.plan.document.structure import Document
from tocsin.plan.forms import BeginForm
from tocsin.plan.models import Plan, Version, VersionState
from tocsin.plan.overview import overview
from tocsin.plan.showing import cards, shown
from tocsin.plan.views.asked import asked_plan, asked_version
from tocsin.ui.pages import answer
from tocsin.watch.models import Brand


@require(Role.OBSERVER)
def listed(request: MemberRequest) -> HttpResponse:
    """List every brand with its plan, or the step that leads to one."""
    context = {"rows": overview(request.organisation), "may_lead": request.membership.may(Role.LEAD)}
    return answer(request, "plan/list.html", context)


@require(Role.LEAD)
def begin(request: MemberRequest, slug: str) -> HttpResponse:
    """Begin a brand's plan with scenarios of the library."""
    brand = get_object_or_404(Brand, slug=slug)
    plan = selectors.plan_of(brand)
    if plan is not None and plan.versions.exists():
        return redirect("plan:show", slug=slug)
    scenarios = library.scenarios()
    chosen = [] if request.GET.get("none") else [scenario.id for scenario in scenarios]
    first = {"languages": [request.organisation.language], "scenarios": chosen}
    form = BeginForm(request.POST or None, language=get_language() or "fr", initial=first)
    if request.method == "POST" and form.is_valid():
        return _begun(request, brand, form)
    picked = form["scenarios"].value() or ()
    languages = form["languages"].value() or ()
    context = {"brand": brand, "form": form, "scenarios": scenarios, "picked": picked, "languages": languages}
    return answer(request, "plan/begin.html", context)


def _begun(request: MemberRequest, brand: Brand, form: BeginForm) -> HttpResponse:
    try:
        actions.begin(brand, request.user, form.cleaned_data["scenarios"], form.cleaned_data["languages"])
    except TocsinError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, _("The draft is there. Say who holds each role, adapt the words, then propose it.")
        )
    return redirect("plan:show", slug=brand.slug)


@require(Role.OBSERVER)
def show(request: MemberRequest, slug: str) -> HttpResponse:
    """Show a plan: its scenarios, its people, how ready it is, and what is being written."""
    plan = asked_plan(slug)
    in_force, written = selectors.in_force(plan), selectors.written(plan)
    if in_force is None and written is None:
        return (
            redirect("plan:begin", slug=slug) if request.membership.may(Role.LEAD) else redirect("plan:list")
        )
    version = asked_version(request, plan, in_force or written)
    document = version.document
    found = faults(document)
    readers = selectors.readers(version) if version.state != VersionState.SUPERSEDED else []
    context = {
        "plan": plan,
        "brand": plan.brand,
        "version": version,
        "document": document,
        "in_force": in_force,
        "written": written,
        "cards": cards(document, found),
        "faults": found,
        "blocking": [fault for fault in found if fault.blocks],
        "readers": readers,
        "has_read": any(user.pk == request.user.pk and read_at for user, read_at in readers),
        **_standing(plan, in_force or written, version, readers),
        **_signing(request, written),
        **_rights(request),
    }
    return answer(request, "plan/show.html", context)


@require(Role.OBSERVER)
def scenario(request: MemberRequest, slug: str, name: str) -> HttpResponse:
    """Show a scenario: what is done in the first quarter of an hour, then the rest."""
    plan = asked_plan(slug)
    version = asked_version(request, plan)
    document = version.document
    found = document.scenario(name)
    if found is None:
        messages.warning(request, _("This version of the plan has no such scenario."))
        return redirect("plan:show", slug=slug)
    context = {
        "plan": plan,
        "brand": plan.brand,
        "version": version,
        "document": document,
        "scenario": found,
        "shown": shown(document, found),
        "denial": DENIAL,
        "law_read_on": READ_ON,
        "team": selectors.team(plan),
        "faults": [fault for fault in faults(document) if fault.scenario == name],
        **_rights(request),
    }
    return answer(request, "plan/scenario.html", context)


@require(Role.OBSERVER)
def versions(request: MemberRequest, slug: str) -> HttpResponse:
    """List the versions of a plan, and what one changed in the one before it."""
    plan = asked_plan(slug)
    version = asked_version(request, plan, selectors.written(plan))
    before = selectors.version_before(version)
    context = {
        "plan": plan,
        "brand": plan.brand,
        "versions": selectors.versions(plan),
        "version": version,
        "before": before,
        "groups": compared(before.document if before else Document(), version.document),
    }
    return answer(request, "plan/versions.html", context)


def _standing(
    plan: Plan, shown_first: Version | None, version: Version, readers: Sequence[tuple[User, datetime | None]]
) -> dict[str, object]:
    """Return how ready the plan is and who holds its roles, whichever version is looked at."""
    team = selectors.team(plan)
    people = readers if shown_first == version or shown_first is None else selectors.readers(shown_first)
    due = selectors.review_due(version)
    return {
        "team": team,
        "readiness": selectors.readiness_with(plan, shown_first, team, people),
        "review_due": due,
        "review_late": due is not None and due <= clock.now(plan.organisation_id),
    }


def _signing(request: MemberRequest, written: Version | None) -> dict[str, bool]:
    """Return whether the member may approve what is proposed, and why not when it is their own."""
    if written is None or written.state != VersionState.PROPOSED:
        return {"may_sign": False, "own_words": False}
    able = selectors.approvers(written.organisation_id)
    own = written.proposed_by_id == request.user.pk and len(able) > 1
    return {"may_sign": request.user.pk in able and not own, "own_words": own}


def _rights(request: MemberRequest) -> dict[str, bool]:
    return {
        "may_change": request.membership.may(Role.RESPONDER),
        "may_approve": request.membership.may(Role.APPROVER),
        "may_lead": request.membership.may(Role.LEAD),
    }
