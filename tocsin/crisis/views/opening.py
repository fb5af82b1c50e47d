"""A room is opened by hand: for which brand, by which scenario of its plan, how grave, since when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.alerts.models import Level, Vigilance
from tocsin.callout.models import CallOut
from tocsin.crisis import actions
from tocsin.crisis.forms import OpenForm, local
from tocsin.crisis.models import Crisis
from tocsin.errors import TocsinError
from tocsin.plan import selectors as plans
from tocsin.plan import words as plan_words
from tocsin.plan.document.structure import Document
from tocsin.ui.pages import answer
from tocsin.watch.models import Brand
from tocsin.watch.selectors.watches import brands


@require(Role.RESPONDER)
def open_room(request: MemberRequest) -> HttpResponse:
    """Open a room: the first form chooses brand and scenario, and what follows from them is filled in."""
    every = brands(request.organisation)
    callout = _callout(request)
    if callout is not None and (room := Crisis.objects.filter(callout=callout).first()):
        return redirect("crisis:room", pk=room.pk)
    brand = callout.brand if callout is not None else _brand(request, every)
    if brand is None:
        return answer(request, "crisis/open.html", {"form": None})
    document = _document(brand, callout)
    scenario = request.POST.get("scenario", request.GET.get("scenario", callout.scenario if callout else ""))
    first = _first(request, brand, document, scenario, callout)
    form = OpenForm(request.POST or None, every, document, scenario, initial=first)
    if request.method == "POST" and form.is_valid():
        return _opened(request, brand, form.cleaned_data, callout)
    context = {
        "form": form,
        "brand": brand,
        "callout": callout,
        "scenario": document.scenario(scenario) if document is not None else None,
        "planned": document is not None,
    }
    return answer(request, "crisis/open.html", context)


def _opened(
    request: MemberRequest, brand: Brand, said: Mapping[str, object], callout: CallOut | None
) -> HttpResponse:
    onset = said["onset_at"]
    try:
        crisis = actions.open_room(
            brand,
            request.user,
            title=str(said["title"]),
            scenario=str(said["scenario"]),
            severity=str(said["severity"]),
            level=str(said["level"]),
            callout=callout,
            onset_at=onset if isinstance(onset, datetime) else None,
        )
    except actions.AlreadyOpen as standing:
        messages.error(request, str(standing))
        return redirect("crisis:room", pk=standing.crisis.pk)
    except TocsinError as refused:
        messages.error(request, str(refused))
        return redirect("crisis:list")
    messages.success(request, _("The room is open. Say who is on, then begin with the first task."))
    return redirect("crisis:room", pk=crisis.pk)


def _first(
    request: MemberRequest, brand: Brand, document: Document | None, scenario: str, callout: CallOut | None
) -> dict[str, object]:
    """Return what the form is filled in with: what is going on, as far as Tocsin knows."""
    found = document.scenario(scenario) if document is not None else None
    now = clock.now(request.organisation)
    onset = actions.onset_of(brand, callout) or now
    return {
        "brand": brand.pk,
        "scenario": scenario,
        "title": plan_words.here(found.title) if found is not None else "",
        "level": callout.level if callout is not None else _level(brand),
        "onset_at": local(onset, request.organisation),
    }


def _level(brand: Brand) -> str:
    found = Vigilance.objects.filter(brand=brand).first()
    return found.level if found is not None and found.level != Level.GREEN else str(Level.ORANGE)


def _brand(request: MemberRequest, every: list[Brand]) -> Brand | None:
    asked = request.POST.get("brand") or request.GET.get("brand", "")
    return next((one for one in every if asked in {str(one.pk), one.slug}), next(iter(every), None))


def _callout(request: MemberRequest) -> CallOut | None:
    """Return the call-out that the address names."""
    asked = request.GET.get("callout", "")
    if not asked.isdecimal() or len(asked) > 18:
        return None
    rows = CallOut.objects.filter(organisation=request.organisation)
    found: CallOut | None = rows.select_related("brand", "plan", "version", "alert").filter(pk=asked).first()
    return found


def _document(brand: Brand, callout: CallOut | None) -> Document | None:
    if callout is not None and callout.version is not None:
        return callout.version.document
    plan = plans.plan_of(brand)
    version = plans.in_force(plan) if plan is not None else None
    return version.document if version is not None else None
