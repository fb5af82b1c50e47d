"""A brand's plan: begun, looked at, proposed, approved, sent back, read."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.errors import TocsinError
from tocsin.plan import actions, library, selectors
from tocsin.plan.document.checking import faults
from tocsin.plan.document.difference import differences
from tocsin.plan.document.order import phases
from tocsin.plan.document.structure import Document
from tocsin.plan.forms import BeginForm, ProposeForm, SendBackForm
from tocsin.plan.models import Version
from tocsin.plan.views.asked import asked_plan, asked_version
from tocsin.ui.pages import answer
from tocsin.watch.models import Brand


@require(Role.OBSERVER)
def listed(request: MemberRequest) -> HttpResponse:
    """List every brand with its plan, or the step that leads to one."""
    rows = [
        {
            "brand": brand,
            "plan": plan,
            "in_force": selectors.in_force(plan) if plan else None,
            "written": selectors.written(plan) if plan else None,
            "readiness": selectors.readiness_of(plan) if plan else None,
        }
        for brand, plan in selectors.brands_and_plans(request.organisation)
    ]
    return answer(request, "plan/list.html", {"rows": rows, "may_lead": request.membership.may(Role.LEAD)})


@require(Role.LEAD)
def begin(request: MemberRequest, slug: str) -> HttpResponse:
    """Begin a brand's plan with scenarios of the library."""
    brand = get_object_or_404(Brand, slug=slug)
    if selectors.plan_of(brand) is not None:
        return redirect("plan:show", slug=slug)
    language = get_language() or "fr"
    first = {"languages": [request.organisation.language]}
    form = BeginForm(request.POST or None, language=language, initial=first)
    if request.method == "POST" and form.is_valid():
        actions.begin(brand, request.user, form.cleaned_data["scenarios"], form.cleaned_data["languages"])
        messages.success(
            request, _("The draft is there. Say who holds each role, adapt the words, then propose it.")
        )
        return redirect("plan:show", slug=slug)
    context = {"brand": brand, "form": form, "scenarios": library.scenarios()}
    return answer(request, "plan/begin.html", context)


@require(Role.OBSERVER)
def show(request: MemberRequest, slug: str) -> HttpResponse:
    """Show a plan: its scenarios, its people, how ready it is, and what is being written."""
    plan = asked_plan(slug)
    version = asked_version(request, plan)
    document = version.document
    context = {
        "plan": plan,
        "version": version,
        "document": document,
        "in_force": selectors.in_force(plan),
        "written": selectors.written(plan),
        "readiness": selectors.readiness_of(plan),
        "team": selectors.team(plan),
        "readers": selectors.readers(version) if version.number else [],
        "faults": faults(document),
        "has_read": version.readings.filter(user=request.user).exists(),
        "review_due": selectors.review_due(version),
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
        return redirect("plan:show", slug=slug)
    context = {
        "plan": plan,
        "version": version,
        "document": document,
        "scenario": found,
        "phases": phases(found.protocol),
        "team": selectors.team(plan),
        "faults": [fault for fault in faults(document) if fault.scenario == name],
        **_rights(request),
    }
    return answer(request, "plan/scenario.html", context)


@require(Role.OBSERVER)
def versions(request: MemberRequest, slug: str) -> HttpResponse:
    """List the versions of a plan, and what one changed in the one before it."""
    plan = asked_plan(slug)
    version = asked_version(request, plan)
    before = selectors.version_before(version)
    context = {
        "plan": plan,
        "versions": selectors.versions(plan),
        "version": version,
        "before": before,
        "changes": differences(before.document if before else Document(), version.document),
    }
    return answer(request, "plan/versions.html", context)


@require(Role.RESPONDER)
@require_POST
def propose(request: MemberRequest, slug: str) -> HttpResponse:
    """Ask for the approval of what is written."""
    form = ProposeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what changes: who approves reads it first."))
        return redirect("plan:show", slug=slug)
    summary = form.cleaned_data["summary"]
    done = _("The version is proposed. An approver reads and approves it.")
    return _do(request, slug, lambda draft: actions.propose(draft, request.user, summary), done)


@require(Role.APPROVER)
@require_POST
def approve(request: MemberRequest, slug: str) -> HttpResponse:
    """Bring what is proposed into force."""
    revision = request.POST.get("revision", "")
    asked = int(revision) if revision.isdecimal() and len(revision) < 10 else 0
    done = _("The version is in force. Ask everyone to read it.")
    return _do(request, slug, lambda draft: actions.approve(draft, request.user, revision=asked), done)


@require(Role.APPROVER)
@require_POST
def send_back(request: MemberRequest, slug: str) -> HttpResponse:
    """Return what is proposed to its authors."""
    form = SendBackForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what is to be mended."))
        return redirect("plan:show", slug=slug)
    why = form.cleaned_data["why"]
    done = _("The version is back with its authors, with your words.")
    return _do(request, slug, lambda draft: actions.send_back(draft, request.user, why), done)


@require(Role.LEAD)
@require_POST
def discard(request: MemberRequest, slug: str) -> HttpResponse:
    """Throw the draft away."""
    return _do(request, slug, lambda draft: actions.discard(draft, request.user), _("The draft is gone."))


@require(Role.OBSERVER)
@require_POST
def read(request: MemberRequest, slug: str) -> HttpResponse:
    """Note that the member has read the version in force."""
    version = selectors.in_force(asked_plan(slug))
    if version is not None:
        actions.read(version, request.user)
        messages.success(request, _("Noted: you have read the version in force."))
    return redirect("plan:show", slug=slug)


@require(Role.LEAD)
@require_POST
def reviewed(request: MemberRequest, slug: str) -> HttpResponse:
    """Note that the version in force was gone through and holds."""
    version = selectors.in_force(asked_plan(slug))
    if version is not None:
        actions.reviewed(version, request.user)
        messages.success(request, _("Noted: the plan was gone through and holds."))
    return redirect("plan:show", slug=slug)


def _do(request: MemberRequest, slug: str, what: Callable[[Version], object], done: str) -> HttpResponse:
    draft = selectors.written(asked_plan(slug))
    if draft is None:
        messages.error(request, _("Nothing is being written any more: it was approved or thrown away."))
        return redirect("plan:show", slug=slug)
    try:
        what(draft)
    except TocsinError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("plan:show", slug=slug)


def _rights(request: MemberRequest) -> dict[str, bool]:
    return {
        "may_change": request.membership.may(Role.RESPONDER),
        "may_approve": request.membership.may(Role.APPROVER),
        "may_lead": request.membership.may(Role.LEAD),
    }
