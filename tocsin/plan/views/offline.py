"""The plan on a phone: the page that works without a network, and what it asks for while there is one."""

from __future__ import annotations

from typing import Final

import msgspec
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST
from django_scopes import scope

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.plan import offline, offline_copies, signing_out
from tocsin.plan.models_offline import Ending
from tocsin.ui.devices import named

_BY_THE_DEVICE: Final = (Ending.DELETED, Ending.WRONG_PIN)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Give the empty page that a phone keeps: words and buttons, nothing of anybody."""
    answer = render(request, "plan/offline.html")
    answer["Cache-Control"] = "no-cache"
    return answer


@never_cache
@require_GET
def state(request: HttpRequest) -> JsonResponse:
    """Say whether the house can be reached, and whether a member asks."""
    if not request.user.is_authenticated:
        return _ended("signed_out", 401)
    if getattr(request, "membership", None) is None:
        return _ended("revoked", 403)
    return JsonResponse({"offline": "member", "token": get_token(request), "language": _language()})


@never_cache
@require_POST
@require(Role.OBSERVER)
def make(request: MemberRequest) -> JsonResponse:
    """Let this device keep the plan."""
    label = named(request.headers.get("User-Agent", ""))
    try:
        copy = offline_copies.make(request.user, request.organisation, label)
    except offline_copies.TooManyCopies as refusal:
        return JsonResponse({"offline": "refused", "why": str(refusal)}, status=429)
    signing_out.remember(request, copy.device)
    return JsonResponse({"offline": "made", "device": copy.device}, status=201)


@never_cache
@gzip_page
@require_GET
def content(request: HttpRequest, device: str) -> HttpResponseBase:
    """Give what a device keeps, unless it has it already; one that may not keep it any more is told so."""
    copy = offline_copies.reached(device, request.user)
    if copy is None:
        return _ended("revoked", 410) if request.user.is_authenticated else _ended("signed_out", 401)
    signing_out.remember(request, device)
    with scope(organisation=copy.organisation):
        rows = offline.kept(copy.organisation, _language())
        name = f'"{offline.name(rows)}"'
        same = request.headers.get("If-None-Match", "") == name
        answer = HttpResponse(status=304) if same else _written(offline.content(rows))
        offline_copies.refreshed(copy)
    answer["ETag"] = name
    return answer


@require_POST
def forget(request: HttpRequest, device: str) -> HttpResponseBase:
    """Take a copy back: from the list of the profile, or because the device has deleted it."""
    if not request.user.is_authenticated:
        return _ended("signed_out", 401)
    asked = request.POST.get("ending", "")
    ending = Ending(asked) if asked in _BY_THE_DEVICE else Ending.FORGOTTEN
    there_was = offline_copies.take_back(device, request.user, ending)
    if asked:
        return JsonResponse({"offline": "deleted"})
    if there_was:
        messages.success(request, _("Taken back: the device deletes its copy when it is online next."))
    return redirect("accounts:profile")


@require_POST
@require(Role.OBSERVER)
def forget_all(request: MemberRequest) -> HttpResponseBase:
    """Take back every copy that one keeps."""
    count = offline_copies.take_all_back(request.user, request.organisation)
    words = ngettext(
        "Taken back from %(count)s device: it deletes its copy when it is online next.",
        "Taken back from %(count)s devices: they delete their copies when they are online next.",
        count,
    )
    messages.success(request, words % {"count": count})
    return redirect("accounts:profile")


def _written(values: offline.Values) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(values), content_type="application/json")


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def _ended(what: str, status: int) -> JsonResponse:
    """Say in a way that no captive portal or proxy does that a copy is not to be kept."""
    return JsonResponse({"offline": what}, status=status)
