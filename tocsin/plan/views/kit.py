"""The offline kit: taken, or said to be in the making."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.plan import selectors
from tocsin.plan.forms import LANGUAGE_NAMES
from tocsin.plan.kit import given, keeping, making
from tocsin.plan.kit.layout import Shape
from tocsin.plan.models import Plan, Version
from tocsin.plan.views.asked import asked_plan
from tocsin.ui.pages import answer


@require(Role.OBSERVER)
def show(request: MemberRequest, slug: str) -> HttpResponse:
    """Say which kits there are, and which are being made."""
    plan = asked_plan(slug)
    version = selectors.in_force(plan)
    kits = making.kits(version) if version is not None else []
    waiting = any(kit.made_at is None for kit in kits)
    if waiting:
        making.ask(plan.organisation, now=True)
    context = {
        "plan": plan,
        "version": version,
        "written": selectors.written(plan),
        "kits": [(kit, _name(kit)) for kit in kits],
        "waiting": waiting,
        "failed": waiting and making.failed(plan.organisation),
    }
    return answer(request, "plan/kit.html", context, parts={"kits": "plan/_kits.html"})


@require(Role.OBSERVER)
def pdf(request: MemberRequest, slug: str) -> HttpResponseBase:
    """Give a kit and note who took it; while it is being made, the page that says so.

    Parameters of the address: ``language``, ``shape`` (``a4`` or ``phone``), ``before`` for the one before.
    """
    plan = asked_plan(slug)
    version = selectors.in_force(plan)
    if version is None:
        return redirect("plan:kit", slug=slug)
    language = _language(request, version)
    shape = _shape(request)
    path = _asked(request, plan, making.kit(version, language, shape))
    if path is None:
        return redirect("plan:kit", slug=slug)
    try:
        file = path.open("rb")
    except FileNotFoundError:  # a newer one took its place at this moment
        return redirect("plan:kit", slug=slug)
    given.give(version, request.user, language=language, shape=shape)
    name = f"{plan.brand.slug}-{version.number}-{language}{'-phone' if shape == 'phone' else ''}.pdf"
    response = FileResponse(file, filename=name, content_type="application/pdf")
    response["Cache-Control"] = "private, no-store"
    return response


def _language(request: MemberRequest, version: Version) -> str:
    languages = version.document.languages
    asked = request.GET.get("language", "")
    return asked if asked in languages else languages[0]


def _shape(request: MemberRequest) -> Shape:
    return "phone" if request.GET.get("shape") == "phone" else "a4"


def _name(kit: making.Kit) -> str:
    """Name a kit by its language and by what it is for."""
    language = LANGUAGE_NAMES.get(kit.language, kit.language)
    if kit.shape == "phone":
        return _("%(language)s, for a phone") % {"language": language}
    return _("%(language)s, to be printed") % {"language": language}


def _asked(request: MemberRequest, plan: Plan, kit: making.Kit) -> Path | None:
    if kit.made_at is not None:
        return kit.path
    return keeping.last(plan.pk, kit.language, kit.shape) if request.GET.get("before") else None
