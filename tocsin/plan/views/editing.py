"""The draft of a plan, changed part by part in one language; nothing that was typed is lost."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from msgspec.structs import replace

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.errors import TocsinError
from tocsin.plan import composing, library
from tocsin.plan.document.checking import faults
from tocsin.plan.document.order import cycle, ring_words
from tocsin.plan.document.structure import Document, Scenario, said
from tocsin.plan.forms_editing import EmptyScenarioForm, LanguagesForm, RowSet
from tocsin.plan.parts import PARTS, ROLES
from tocsin.plan.telling import remedy
from tocsin.plan.views.asked import asked_plan
from tocsin.plan.views.drafting import Written, keep, language_of, written
from tocsin.plan.views.part_page import PartPage, common, wording
from tocsin.ui.pages import answer


@require(Role.RESPONDER)
def draft(request: MemberRequest, slug: str) -> HttpResponse:
    """Show what is written: its scenarios with what is still to be mended, and what can be added."""
    now = written(asked_plan(slug))
    found = faults(now.document)
    scenarios = [
        {
            "scenario": scenario,
            "faults": [fault for fault in found if fault.scenario == scenario.id],
            "blocking": sum(fault.blocks for fault in found if fault.scenario == scenario.id),
        }
        for scenario in now.document.scenarios
    ]
    known = {scenario.id for scenario in now.document.scenarios}
    context = {
        **common(request, now),
        "scenarios": scenarios,
        "faults": [remedy(fault) for fault in found if not fault.scenario],
        "library": [scenario for scenario in library.scenarios() if scenario.id not in known],
        "empty_form": EmptyScenarioForm(),
        "languages_form": LanguagesForm(initial={"languages": now.languages}),
    }
    return answer(request, "plan/editing/draft.html", context)


@require(Role.RESPONDER)
@require_POST
def add(request: MemberRequest, slug: str) -> HttpResponse:
    """Add a scenario to the draft: one of the library, or an empty one."""
    now = written(asked_plan(slug))
    language = language_of(request, now)
    try:
        if "library" in request.POST:
            name = request.POST["library"]
            document = composing.with_library(now.document, name)
        else:
            form = EmptyScenarioForm(request.POST)
            if not form.is_valid():
                messages.error(request, _("Give the scenario a title."))
                return redirect("plan:edit", slug=slug)
            document, name = composing.with_empty(now.document, form.cleaned_data["title"], language)
    except KeyError:
        raise Http404 from None
    title = said(next(one.title for one in document.scenarios if one.id == name), language)
    what = _("added the scenario “%(title)s”") % {"title": title}
    if not _kept(request, now, document, what):
        return redirect("plan:edit", slug=slug)
    messages.success(request, _("The scenario is in the draft."))
    return redirect("plan:edit-part", slug=slug, name=name, part="scenario")


@require(Role.RESPONDER)
@require_POST
def remove(request: MemberRequest, slug: str, name: str) -> HttpResponse:
    """Take a scenario out of the draft; what is in force keeps it until the draft is approved."""
    now = written(asked_plan(slug))
    scenario = _scenario(now, name)
    title = said(scenario.title, language_of(request, now))
    document = composing.without_scenario(now.document, name)
    if _kept(request, now, document, _("removed the scenario “%(title)s”") % {"title": title}):
        messages.success(request, _("“%(title)s” is no longer in the draft.") % {"title": title})
    return redirect("plan:edit", slug=slug)


@require(Role.RESPONDER)
@require_POST
def languages(request: MemberRequest, slug: str) -> HttpResponse:
    """Choose the languages of the plan; words of one that is left out stay, unseen."""
    now = written(asked_plan(slug))
    form = LanguagesForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose at least one language."))
        return redirect("plan:edit", slug=slug)
    document = replace(now.document, languages=tuple(form.cleaned_data["languages"]))
    if _kept(request, now, document, _("changed the languages")):
        messages.success(request, _("The languages of the plan are changed."))
    return redirect("plan:edit", slug=slug)


@require(Role.RESPONDER)
def edit(request: MemberRequest, slug: str, name: str, part: str = "scenario") -> HttpResponse:
    """Change a part of a scenario in one language."""
    chosen = PARTS.get(part)
    if chosen is None:
        raise Http404
    now = written(asked_plan(slug))
    scenario = _scenario(now, name)
    page = PartPage(request, now, chosen, scenario)
    if request.method == "POST" and page.form.is_valid():
        after = chosen.change(scenario, page.language, page.said())
        if part == "protocol" and not _can_begin(page.form, after, page.language):
            return answer(request, "plan/editing/scenario.html", {**page.context(), "parts": PARTS.values()})
        others = tuple(after if one.id == name else one for one in now.document.scenarios)
        title = said(after.title, page.language)
        saved = page.save(replace(now.document, scenarios=others), f"{title} – {chosen.title}")
        if saved is not None:
            return saved
    return answer(request, "plan/editing/scenario.html", {**page.context(), "parts": PARTS.values()})


@require(Role.RESPONDER)
def roles(request: MemberRequest, slug: str) -> HttpResponse:
    """Add, rename and remove roles of the plan."""
    now = written(asked_plan(slug))
    page = PartPage(request, now, ROLES, None)
    if request.method == "POST" and page.form.is_valid() and _may_go(page.form, now.document, page.language):
        saved = page.save(ROLES.change(now.document, page.language, page.said()), str(ROLES.title))
        if saved is not None:
            return saved
    return answer(request, "plan/editing/roles.html", page.context())


@require(Role.RESPONDER)
@require_POST
def check(request: MemberRequest, slug: str, name: str) -> HttpResponse:
    """Say what is weak in the words of a message, and which of its slots no fact fills, as they are typed."""
    now = written(asked_plan(slug))
    scenario = _scenario(now, name)
    row = request.GET.get("row", "")[:20]
    typed = request.POST.get(f"{row}-words", "")[:20_000]
    subject = request.POST.get(f"{row}-subject", "")[:300]
    context = {
        "row": row if row.startswith("form-") and row[5:].isdecimal() else "form-0",
        "checked": wording(scenario, subject, typed, language_of(request, now)),
    }
    return answer(request, "plan/editing/_check.html", context)


def _can_begin(rows: RowSet, scenario: Scenario, language: str) -> bool:
    """Return whether no tasks wait for each other, saying it beside one of them where they do."""
    ring = cycle(scenario.protocol)
    if not ring:
        return True
    words = _(
        "Tasks wait for each other, so that none can begin: %(tasks)s. Change what one of them waits for."
    )
    told = next((row for row in rows.forms if row.part_id in ring), rows.forms[0])
    told.add_error("after", words % {"tasks": ring_words(scenario, ring, language)})
    return False


def _may_go(form: RowSet, document: Document, language: str) -> bool:
    sound = True
    for row in form.forms:
        users = composing.used_by(document, row.part_id) if row.part_id else []
        if row.cleaned_data.get("remove") and users:
            names = ", ".join(said(scenario.title, language) for scenario in users)
            row.add_error("title", _("This role is still needed in: %(names)s.") % {"names": names})
            sound = False
    return sound


def _kept(request: MemberRequest, now: Written, document: Document, what: str) -> bool:
    mark = request.POST.get("mark", "")
    try:
        keep(now, document, request.user, mark=mark, what=what)
    except TocsinError as refused:
        messages.error(request, str(refused))
        return False
    return True


def _scenario(now: Written, name: str) -> Scenario:
    found = now.document.scenario(name)
    if found is None:
        raise Http404
    return found
