"""What left the house, what did not, and when notices wait."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.gate import actions, push, selectors, trials
from tocsin.gate.forms import QuietForm
from tocsin.gate.models import Outgoing
from tocsin.ui.pages import answer

PAGE = 50
PARTS = {"ways": "gate/_ways.html", "hooks": "gate/_hooks.html"}


@require(Role.LEAD)
def messages_page(request: MemberRequest) -> HttpResponse:
    """Show the quiet hours, the messages that need somebody, and all others, newest first."""
    rules = selectors.rules(request.organisation)
    return _page(request, QuietForm(initial={"begin": rules.quiet_from, "end": rules.quiet_until}))


@require_POST
@require(Role.LEAD)
def quiet(request: MemberRequest) -> HttpResponse:
    """Set the quiet hours, or end them."""
    form = QuietForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    begin, end = form.cleaned_data["begin"], form.cleaned_data["end"]
    actions.set_quiet_hours(request.organisation, request.user, begin, end)
    said = _("The quiet hours are set.") if begin else _("There are no quiet hours: notices leave at once.")
    messages.success(request, said)
    return _back()


@require_POST
@require(Role.LEAD)
def again(request: MemberRequest, pk: int) -> HttpResponseRedirect:
    """Send a message again that failed, or of which somebody found that it did not arrive."""
    outgoing = get_object_or_404(Outgoing, pk=pk)
    try:
        if outgoing in selectors.unknown(request.organisation):
            actions.settle_unknown(outgoing, request.user, arrived=False)
        else:
            actions.retry(outgoing, request.user)
    except actions.AlreadySettled:
        messages.info(request, _("This message is on its way already, or has left; nothing was changed."))
    else:
        messages.success(request, _("The message is on its way again."))
    return _back()


@require_POST
@require(Role.LEAD)
def arrived(request: MemberRequest, pk: int) -> HttpResponseRedirect:
    """Say that a message of which nobody knew did arrive."""
    outgoing = get_object_or_404(Outgoing, pk=pk)
    try:
        actions.settle_unknown(outgoing, request.user, arrived=True)
    except actions.AlreadySettled:
        messages.info(request, _("What became of this message is known already; nothing was changed."))
    else:
        messages.success(request, _("Noted: the message arrived."))
    return _back()


def _page(request: MemberRequest, form: QuietForm) -> HttpResponse:
    others = Paginator(selectors.untroubled(request.organisation), PAGE)
    context = {
        "form": form,
        "troubled": selectors.troubled(request.organisation)[:PAGE],
        "page": others.get_page(request.GET.get("page")),
        "ways": (found := trials.ways_of(request.organisation, request.user)),
        "waits": any(way.waits for way in found),
        "devices": len(push.subscriptions_of(request.user)),
        "has_url": bool(settings.URL),
        "hooks": selectors.all_hooks(request.organisation),
        "may_change_hooks": request.membership.may(Role.ADMINISTRATOR),
        "quiet_now": selectors.held_by_quiet_hours(request.organisation),
    }
    return answer(request, "gate/messages.html", context, PARTS)


def _back() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("gate:messages"))
