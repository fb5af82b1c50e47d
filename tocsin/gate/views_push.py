"""Call-outs on a device: a browser subscribes and unsubscribes, and its owner removes it from a list."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.errors import TocsinError
from tocsin.gate import push, signing_out
from tocsin.ui.devices import named


@never_cache
@require_GET
@require(Role.OBSERVER)
def state(request: MemberRequest) -> JsonResponse:
    """Give what a browser needs to subscribe, also to its worker, which sees no page."""
    return JsonResponse({"key": push.application_key(), "token": get_token(request)})


@require_POST
@require(Role.OBSERVER)
def subscribe(request: MemberRequest) -> JsonResponse:
    """Let this browser be called; `before` is the subscription that the browser replaced by itself."""
    given = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    label = named(request.headers.get("User-Agent", ""))
    try:
        made = push.subscribe(request.user, **given, label=label)
    except TocsinError as refusal:
        return JsonResponse({"why": str(refusal)}, status=400)
    before = request.POST.get("before", "")
    if before and before != made.endpoint:
        push.unsubscribe(request.user, before)
    signing_out.remember(request, made.endpoint)
    return JsonResponse({"label": made.label}, status=201)


@require_POST
@require(Role.OBSERVER)
def unsubscribe(request: MemberRequest) -> JsonResponse:
    """Call this browser no more."""
    push.unsubscribe(request.user, request.POST.get("endpoint", ""))
    signing_out.forget(request)
    return JsonResponse({})


@require_POST
@require(Role.OBSERVER)
def remove(request: MemberRequest, pk: int) -> HttpResponseRedirect:
    """Remove a device from the list of those that are called."""
    mine = {one.pk: one for one in push.subscriptions_of(request.user)}
    if pk in mine:
        push.unsubscribe(request.user, mine[pk].endpoint)
        messages.success(request, _("This device is not called any more."))
    return redirect("accounts:profile")
