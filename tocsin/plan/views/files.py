"""A plan, or a scenario of it, as files: taken out of a version, and brought into the draft."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.errors import TocsinError
from tocsin.plan import exchange
from tocsin.plan.compared import compared
from tocsin.plan.document.structure import Document
from tocsin.plan.forms_editing import BringForm
from tocsin.plan.telling import LANGUAGES, remark_words, unreadable_words
from tocsin.plan.views.asked import asked_plan, asked_version
from tocsin.plan.views.drafting import Written, keep, written
from tocsin.ui.pages import answer

REFUSED: Final = {
    "broken": gettext_noop("The archive cannot be opened. Make it again, and bring it again."),
    "large": gettext_noop("The file is larger than 4 MB, which no plan is."),
    "many": gettext_noop("The archive holds more than 200 files. Bring fewer at a time."),
    "harmful": gettext_noop("The archive unpacks to far more than a plan: it was not read."),
    "locked": gettext_noop("The archive has a password. Make it without one and bring it again."),
}


@require(Role.OBSERVER)
def export_plan(request: MemberRequest, slug: str) -> HttpResponse:
    """Give a version of the plan as an archive of Markdown files."""
    plan = asked_plan(slug)
    version = asked_version(request, plan)
    data = exchange.write_plan(version.document, str(plan.brand))
    return _file(data, "application/zip", f"{slug}-plan-v{version.number or 'draft'}.zip")


@require(Role.OBSERVER)
def export_scenario(request: MemberRequest, slug: str, name: str) -> HttpResponse:
    """Give a scenario of a version as a Markdown file, in one language."""
    document = asked_version(request, asked_plan(slug)).document
    scenario = document.scenario(name)
    if scenario is None:
        raise Http404
    asked = request.GET.get("language", "")
    language = asked if asked in LANGUAGES else (*document.languages, "fr")[0]
    text = exchange.write_one(scenario, language)
    return _file(text.encode(), "text/markdown; charset=utf-8", f"{name}.{language}.md")


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require(Role.LEAD)
def bring(request: MemberRequest, slug: str) -> HttpResponse:
    """Bring files into the draft: what they change is shown first, and kept when it is confirmed."""
    now = written(asked_plan(slug))
    if request.method != "POST":
        return _asked(request, now, BringForm())
    if "packed" in request.POST:
        return _confirm(request, now)
    form = BringForm(request.POST, request.FILES)
    if not form.is_valid():
        return _asked(request, now, form)
    file = form.cleaned_data["file"]
    try:
        files = exchange.opened(file.read(exchange.LARGEST + 1), file.name or "")
    except exchange.NotAnArchive as refused:
        form.add_error("file", _(REFUSED[refused.code]))
        return _asked(request, now, form)
    if not files:
        form.add_error("file", _("The archive holds no Markdown file (.md)."))
        return _asked(request, now, form)
    return _preview(request, now, files)


def _asked(request: MemberRequest, now: Written, form: BringForm) -> HttpResponse:
    return answer(request, "plan/editing/bring.html", {"plan": now.plan, "written": now, "form": form})


def _preview(request: MemberRequest, now: Written, files: list[tuple[str, bytes]]) -> HttpResponse:
    merged = exchange.merged(now.document, files, language=request.organisation.language)
    context = {
        "plan": now.plan,
        "written": now,
        "files": [_told(one, now.document, merged.document) for one in merged.files],
        "groups": compared(now.document, merged.document),
        "taken": any(one.error is None for one in merged.files),
        "packed": _packed(now, files),
    }
    return answer(request, "plan/editing/preview.html", context)


def _told(one: exchange.Brought, before: Document, after: Document) -> dict[str, Any]:
    scenario = after.scenario(one.scenario)
    return {
        "name": one.name,
        "scenario": scenario,
        "is_new": scenario is not None and before.scenario(one.scenario) is None,
        "is_same": scenario is not None and before.scenario(one.scenario) == scenario,
        "language": LANGUAGES.get(one.language, ""),
        "remarks": [{"line": remark.line, "words": remark_words(remark)} for remark in one.remarks],
        "error": unreadable_words(one.error) if one.error else "",
    }


def _confirm(request: MemberRequest, now: Written) -> HttpResponse:
    try:
        files = _unpacked(now, request.POST["packed"])
    except signing.BadSignature:
        messages.error(request, _("This preview is too old, or not of this plan. Bring the file again."))
        return redirect("plan:import", slug=now.plan.brand.slug)
    merged = exchange.merged(now.document, files, language=request.organisation.language)
    what = _("brought in %(count)s files") % {"count": sum(one.error is None for one in merged.files)}
    try:
        keep(now, merged.document, request.user, mark=request.POST.get("mark", ""), what=what)
    except TocsinError as refused:
        messages.error(request, str(refused))
        return _preview(request, now, files)
    messages.success(request, _("What the files say is in the draft. Look at what is still to be mended."))
    return redirect("plan:edit", slug=now.plan.brand.slug)


def _packed(now: Written, files: list[tuple[str, bytes]]) -> str:
    held = [(name, data.decode("utf-8", "surrogateescape")) for name, data in files]
    return signing.dumps(held, salt=_salt(now), compress=True)


def _unpacked(now: Written, packed: str) -> list[tuple[str, bytes]]:
    held = signing.loads(packed, salt=_salt(now), max_age=86_400)
    return [(name, text.encode("utf-8", "surrogateescape")) for name, text in held]


def _salt(now: Written) -> str:
    return f"plan.import:{now.plan.pk}"
