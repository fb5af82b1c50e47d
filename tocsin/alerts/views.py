"""The list of alerts, an alert's page, and what one does about it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.alerts import actions, evidence, selectors
from tocsin.alerts.forms import CloseForm, SnoozeForm
from tocsin.alerts.models import Alert, AlertState
from tocsin.alerts.words import false_alarm_words, title
from tocsin.gate.selectors import can_send_mail
from tocsin.ui.context import Shell
from tocsin.ui.pages import answer

PAGE = 30
PARTS = {"alerts": "alerts/_list.html", "alert": "alerts/_alert.html"}


@require(Role.OBSERVER)
def listed(request: MemberRequest) -> HttpResponse:
    """List alerts: those that wait for somebody first, or all of the past."""
    past = request.GET.get("show") == "past"
    every = selectors.alerts(request.organisation)
    if past:
        rows = every.filter(state=AlertState.CLOSED) | every.filter(historic=True)
    else:
        rows = selectors.unsettled(request.organisation)
    page = Paginator(rows.order_by("-raised_at"), PAGE).get_page(request.GET.get("page"))
    found = [evidence.row(alert) for alert in page]
    context = {
        "rows": found,
        "page": page,
        "past": past,
        "here": request.get_full_path(),
        "can_send_mail": can_send_mail(),
        "watched": any(not one.unwatched for one in Shell(request).brands),
    }
    return answer(request, "alerts/list.html", context, PARTS)


@require(Role.OBSERVER)
def show(request: MemberRequest, pk: int) -> HttpResponse:
    """Show an alert: its level, its reasons, the posts behind it and the curve around it."""
    alert = _alert(request, pk)
    context = {
        "alert": alert,
        "brand": alert.brand,
        "here": request.get_full_path(),
        "title": title(alert),
        "reasons": evidence.sentences(alert),
        "told": (told := evidence.posts_behind(alert)),
        "forgotten": not told and evidence.posts_forgotten(alert),
        "span": evidence.mentions_of(alert),
        "history": evidence.history(alert),
        "chart": evidence.chart_around(alert),
        "judged": false_alarm_words(alert),
        "close_form": CloseForm(),
        "snooze_form": SnoozeForm(),
        "may_settle": request.membership.may(Role.RESPONDER),
        "settled": alert.state == AlertState.CLOSED,
    }
    return answer(request, "alerts/alert.html", context, PARTS)


@require_POST
@require(Role.RESPONDER)
def acknowledge(request: MemberRequest, pk: int) -> HttpResponse:
    """Say that somebody looks into it."""
    actions.acknowledge(_alert(request, pk), request.user)
    return _done(request, pk, _("You look into this alert."))


@require_POST
@require(Role.RESPONDER)
def snooze(request: MemberRequest, pk: int) -> HttpResponse:
    """Put an alert aside for some hours."""
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        return redirect("alerts:alert", pk=pk)
    until = clock.now(request.organisation) + timedelta(hours=int(form.cleaned_data["hours"]))
    actions.snooze(_alert(request, pk), request.user, until)
    return _done(request, pk, _("The alert is put aside; it comes back by itself, sooner if it grows."))


@require_POST
@require(Role.RESPONDER)
def close(request: MemberRequest, pk: int) -> HttpResponse:
    """Close an alert with a reason."""
    form = CloseForm(request.POST)
    if not form.is_valid():
        return redirect("alerts:alert", pk=pk)
    actions.close(_alert(request, pk), request.user, form.cleaned_data["reason"], form.cleaned_data["note"])
    return _done(request, pk, _("The alert is closed."))


@require_POST
@require(Role.RESPONDER)
def reopen(request: MemberRequest, pk: int) -> HttpResponse:
    """Undo: the alert is as it was before."""
    actions.reopen(_alert(request, pk), request.user)
    messages.success(request, _("The alert is as it was before."))
    return redirect("alerts:alert", pk=pk)


def _alert(request: MemberRequest, pk: int) -> Alert:
    alert: Alert = get_object_or_404(selectors.alerts(request.organisation), pk=pk)
    return alert


def _done(request: MemberRequest, pk: int, words: str) -> HttpResponse:
    messages.success(request, words, extra_tags=reverse("alerts:reopen", args=[pk]))
    return redirect("alerts:alert", pk=pk)
