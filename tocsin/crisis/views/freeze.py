"""The freeze of a brand's publications: begun, extended, ended; what became of stopping each tool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.crisis import freezing, frozen, tools
from tocsin.crisis.forms_record import ExtendForm, FreezeForm
from tocsin.crisis.models import Freeze, Stop
from tocsin.errors import TocsinError
from tocsin.gate import actions as gate
from tocsin.gate.models import Outgoing
from tocsin.ui.pages import answer
from tocsin.watch.models import Brand
from tocsin.watch.selectors.watches import brands

PARTS = {"freeze": "crisis/freeze/_freeze.html"}
PAST = 10


@require(Role.OBSERVER)
def listed(request: MemberRequest) -> HttpResponse:
    """List the brands, and whether each publishes."""
    now = {freeze.brand_id: freeze for freeze in frozen.current(request.organisation)}
    rows = [(brand, now.get(brand.pk)) for brand in brands(request.organisation)]
    context = {"rows": rows, "tools": tools.tools(request.organisation).count()}
    return answer(request, "crisis/freeze/list.html", context)


@require(Role.OBSERVER)
def show(request: MemberRequest, slug: str) -> HttpResponse:
    """Show whether a brand publishes, and what a freeze stops or stopped."""
    return _shown(request, _brand(slug), None)


@require_POST
@require(Role.APPROVER)
def begin(request: MemberRequest, slug: str) -> HttpResponse:
    """Suspend a brand's publications."""
    brand = _brand(slug)
    form = FreezeForm(request.POST)
    if not form.is_valid():
        return _shown(request, brand, form)
    was = frozen.of(brand)
    until = form.until(clock.now(request.organisation))
    said = form.cleaned_data["reason"]
    words = (
        _("It is frozen already: tools added since are told too.") if was else _("Publications are frozen.")
    )
    return _do(
        request,
        slug,
        lambda: freezing.begin(brand, request.user, until=until, reason=said, may_post=form.names()),
        words,
    )


@require_POST
@require(Role.APPROVER)
def extend(request: MemberRequest, slug: str) -> HttpResponse:
    """Move the end of a freeze."""
    freeze = _running(slug)
    form = ExtendForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give a day and a time. Nothing was changed."))
        return redirect("crisis:freeze", slug=slug)
    until = form.cleaned_data["until"]
    return _do(request, slug, lambda: freezing.extend(freeze, request.user, until), _("The end is moved."))


@require_POST
@require(Role.APPROVER)
def thaw(request: MemberRequest, slug: str) -> HttpResponse:
    """End a freeze early."""
    freeze = _running(slug)
    return _do(request, slug, lambda: freezing.thaw(freeze, request.user), _("Publications go on."))


@require_POST
@require(Role.RESPONDER)
def by_hand(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Note that a person stopped a tool, did not, or let it go on."""
    stop = _stop(slug, pk)
    if request.POST.get("resumed"):
        return _do(request, slug, lambda: freezing.resumed_by_hand(stop, request.user))
    done = request.POST.get("done") == "1"
    return _do(request, slug, lambda: freezing.stopped_by_hand(stop, request.user, done=done))


@require_POST
@require(Role.RESPONDER)
def tell_again(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Call a tool again that could not be told."""
    row = _outgoing(_stop(slug, pk))
    return _do(request, slug, lambda: gate.retry(row, request.user), _("The tool is called again."))


@require_POST
@require(Role.RESPONDER)
def settle(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Say whether a tool of which nobody knew has stopped; if not, it is called again."""
    row = _outgoing(_stop(slug, pk))
    arrived = request.POST.get("arrived") == "1"
    return _do(request, slug, lambda: gate.settle_unknown(row, request.user, arrived=arrived))


def _shown(request: MemberRequest, brand: Brand, form: FreezeForm | None) -> HttpResponse:
    freeze = frozen.of(brand)
    past = list(frozen.freezes(brand).exclude(ended_at=None)[:PAST])
    last = past[0] if past and freeze is None else None
    looked_at = freeze or last
    states = frozen.states(looked_at) if looked_at is not None else []
    own = list(tools.tools(request.organisation, brand))
    context: dict[str, Any] = {
        "brand": brand,
        "freeze": freeze,
        "last": last,
        "past": past,
        "states": states,
        "left": frozen.left(states),
        "tools": own,
        "by_hand": [tool for tool in own if tool.hook is None or not tool.hook.active],
        "beyond": freeze.beyond if freeze else tools.beyond(request.organisation),
        "form": form
        or FreezeForm(initial={"hours": 24, "may_post": "\n".join(tools.may_post(request.organisation))}),
        "extend_form": ExtendForm(now_until=freeze.until) if freeze else None,
        "may_freeze": request.membership.may(Role.APPROVER),
        "may_tick": request.membership.may(Role.RESPONDER),
        "now": clock.now(request.organisation),
        "here": request.get_full_path(),
    }
    return answer(request, "crisis/freeze/freeze.html", context, PARTS)


def _do(request: MemberRequest, slug: str, what: Callable[[], object], done: str = "") -> HttpResponse:
    try:
        what()
    except gate.AlreadySettled:
        messages.info(request, _("This message is on its way already, or has left; nothing was changed."))
    except TocsinError as refused:
        messages.error(request, str(refused))
    else:
        if done:
            messages.success(request, done)
    return redirect("crisis:freeze", slug=slug)


def _brand(slug: str) -> Brand:
    brand: Brand = get_object_or_404(Brand.objects.select_related("organisation"), slug=slug)
    return brand


def _running(slug: str) -> Freeze:
    freeze: Freeze = get_object_or_404(frozen.freezes(_brand(slug)), ended_at=None)
    return freeze


def _stop(slug: str, pk: int) -> Stop:
    stop: Stop = get_object_or_404(Stop.objects.select_related("freeze"), pk=pk, freeze__brand=_brand(slug))
    return stop


def _outgoing(stop: Stop) -> Outgoing:
    row: Outgoing = get_object_or_404(
        Outgoing, organisation=stop.organisation_id, key=stop.thaw_key or stop.key or "-"
    )
    return row
