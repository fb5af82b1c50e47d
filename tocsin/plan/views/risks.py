"""The risk map of a plan: looked at by everyone, changed on its draft."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from msgspec.structs import replace

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.errors import TocsinError
from tocsin.plan import actions, risks, selectors
from tocsin.plan.document.structure import Document, Risk
from tocsin.plan.forms_risks import RiskForm
from tocsin.plan.models import Plan, Version
from tocsin.plan.views.asked import asked_plan
from tocsin.ui.pages import answer


@require(Role.OBSERVER)
def show(request: MemberRequest, slug: str) -> HttpResponse:
    """Show what could happen: the draft to who may change it, else the version in force."""
    plan = asked_plan(slug)
    return _page(request, plan)


@require(Role.RESPONDER)
@require_POST
def change(request: MemberRequest, slug: str, name: str = "") -> HttpResponse:
    """Change a risk on the draft, or add one when none is named."""
    plan = asked_plan(slug)
    before = _shown(request, plan)
    document = before.document
    risk = next((each for each in document.risks if each.id == name), None)
    if risk is None and name:
        messages.error(request, _("This risk is no longer in the draft: somebody removed it meanwhile."))
        return redirect("plan:risks", slug=slug)
    language = _language(document)
    form = RiskForm(request.POST, document=document, language=language, auto_id=f"{name or 'new'}-%s")
    if not form.is_valid():
        return _page(request, plan, wrong=(name, form))
    values = form.cleaned_data
    risk = risk or Risk(id=risks.new_name(document, values["title"]), title={})
    changed = replace(
        risk,
        title={**risk.title, language: values["title"]},
        likelihood=values["likelihood"],
        impact=values["impact"],
        scenario=values["scenario"],
    )
    return _save(request, plan, changed, _("Saved on the draft: it holds once approved."))


@require(Role.RESPONDER)
@require_POST
def remove(request: MemberRequest, slug: str, name: str) -> HttpResponse:
    """Take a risk off the draft."""
    return _save(request, asked_plan(slug), name, _("The risk is off the draft."))


def _page(request: MemberRequest, plan: Plan, wrong: tuple[str, RiskForm] | None = None) -> HttpResponse:
    version = _shown(request, plan)
    document = version.document
    may_change = request.membership.may(Role.RESPONDER)
    language = _language(document)
    told = risks.seen(plan.brand, document.scenarios, clock.now(plan.organisation_id))
    listed = [
        {
            "risk": risk,
            "scenario": document.scenario(risk.scenario),
            "seen": told.get(risk.scenario),
            "form": _form(risk, document, language, wrong) if may_change else None,
        }
        for risk in risks.by_weight(document.risks)
    ]
    new = RiskForm(document=document, language=language, auto_id="new-%s")
    context = {
        "plan": plan,
        "version": version,
        "matrix": risks.matrix(document.risks),
        "listed": listed,
        "new_form": wrong[1] if wrong and not wrong[0] else new,
        "wrong": wrong[0] if wrong else "",
        "revision": version.revision if version.number is None else 0,
        "may_change": may_change,
    }
    return answer(request, "plan/risks.html", context)


def _form(risk: Risk, document: Document, language: str, wrong: tuple[str, RiskForm] | None) -> RiskForm:
    if wrong and wrong[0] == risk.id:
        return wrong[1]
    return RiskForm.of(risk, document, language)


def _shown(request: MemberRequest, plan: Plan) -> Version:
    in_force, written = selectors.in_force(plan), selectors.written(plan)
    version = (written or in_force) if request.membership.may(Role.RESPONDER) else (in_force or written)
    if version is None:
        raise Http404
    return version


def _save(request: MemberRequest, plan: Plan, what: Risk | str, done: str) -> HttpResponse:
    """Let the draft say a risk, or no longer say the one of a name."""
    asked = request.POST.get("revision", "")
    known = int(asked) if asked.isdecimal() and len(asked) < 10 else 0
    opened = selectors.written(plan) is None
    name = what if isinstance(what, str) else what.id
    words = _("risk: %(name)s") % {"name": name}
    try:
        draft = actions.draft_of(plan, request.user)
        said = _with(draft.document, what)
        actions.change(draft, said, request.user, revision=draft.revision if opened else known, what=words)
    except TocsinError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    place = "" if isinstance(what, str) else f"#risk-{name}"
    return redirect(reverse("plan:risks", args=[plan.brand.slug]) + place)


def _with(document: Document, what: Risk | str) -> Document:
    return risks.without_risk(document, what) if isinstance(what, str) else risks.with_risk(document, what)


def _language(document: Document) -> str:
    """Return the language in which the page writes: the reader's, if the plan is in it."""
    own = get_language() or "fr"
    return own if own in document.languages else document.languages[0]
