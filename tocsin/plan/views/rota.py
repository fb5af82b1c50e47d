"""A plan's rota: who is on call now, the weeks ahead, and how they are planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.plan import calling, selectors_people
from tocsin.plan.models import Plan, Shift
from tocsin.plan.rota import actions, coverage, days, selectors
from tocsin.plan.rota.forms import ShiftForm, TurnsForm
from tocsin.plan.rota.now import on_call_now
from tocsin.plan.views.asked import asked_plan
from tocsin.ui.pages import answer

SWAPPED = 40
"""Shifts that are offered to be swapped with, at most."""


@require(Role.OBSERVER)
def show(request: MemberRequest, slug: str) -> HttpResponse:
    """Show who is on call now, and a week or a month of the rota."""
    plan, now = asked_plan(slug), clock.now(request.organisation)
    zone, titles = calling.zone_of_organisation(request.organisation), selectors_people.role_titles(plan)
    view = request.GET.get("view", "")
    view = view if view in days.VIEWS else "weeks"
    today = now.astimezone(zone).date()
    on = _day(request.GET.get("on", "")) or today
    span = days.week_of(on) if view == "week" else days.weeks_of(on)
    begins, ends = span.begins(zone), span.ends(zone)
    shifts = selectors.upcoming(plan, min(begins, now))
    ahead, since = [one for one in shifts if one.ends_at > now], max(now, begins)
    gaps = coverage.gaps(ahead, since, ends)
    seen = [one for one in ahead if one.begins_at < ends and one.ends_at > since]
    context = {
        "plan": plan,
        "now": now,
        "view": view,
        "on": on,
        "span": span,
        "until": span.last - timedelta(days=1),
        "days": days.days(span, shifts, gaps, zone=zone, today=today, titles=titles),
        "gaps": [(gap, titles.get(gap.role, gap.role)) for gap in gaps],
        "overlaps": [(one, titles.get(one.role, one.role)) for one in coverage.overlaps(seen)],
        "current": on_call_now(ahead, titles, now),
        "any": bool(shifts) or plan.shifts.exists(),
        "zone": zone.key,
        **_rights(request),
    }
    return answer(request, "plan/rota/rota.html", context)


@require(Role.RESPONDER)
def add(request: MemberRequest, slug: str) -> HttpResponse:
    """Put a contact on call."""
    plan = asked_plan(slug)
    first = _day(request.GET.get("on", ""))
    initial = {}
    if first is not None:
        initial = {"begins_at": f"{first}T09:00", "ends_at": f"{first + timedelta(weeks=1)}T09:00"}
    form = ShiftForm(
        request.POST or None, plan=plan, titles=selectors_people.role_titles(plan), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        shift = actions.add(plan, request.user, **form.cleaned_data)
        messages.success(request, _("%(name)s is on call.") % {"name": shift.contact.name})
        return _back(plan, shift.begins_at)
    return answer(request, "plan/rota/shift.html", {"plan": plan, "form": form})


@require(Role.RESPONDER)
def change(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Change a shift, swap it with another, or remove it."""
    plan = asked_plan(slug)
    shift = _asked(plan, pk)
    form = ShiftForm(request.POST or None, plan=plan, titles=selectors_people.role_titles(plan), shift=shift)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change(shift, request.user, **form.cleaned_data)
        except actions.Impossible as refused:
            messages.error(request, str(refused))
            return _back(plan, shift.begins_at)
        messages.success(request, _("The shift is changed."))
        return _back(plan, changed.begins_at)
    now = clock.now(request.organisation)
    others = [one for one in selectors.upcoming(plan, now) if one.contact_id != shift.contact_id]
    series = selectors.of_series(plan, shift.uid) if shift.occurrence else []
    context = {
        "plan": plan,
        "form": form,
        "shift": shift,
        "others": [one for one in others if one.role == shift.role][:SWAPPED],
        "now": now,
        "later": sum(1 for one in series if one.ends_at > shift.begins_at),
    }
    return answer(request, "plan/rota/shift.html", context)


@require(Role.RESPONDER)
@require_POST
def swap(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Let two contacts exchange their shifts; doing it again undoes it."""
    plan = asked_plan(slug)
    shift, given = _asked(plan, pk), request.POST.get("with") or request.GET.get("with", "")
    if not given.isdecimal() or len(given) > 18:
        messages.error(request, _("Choose the shift to swap with."))
        return redirect("plan:rota-shift", slug, pk)
    other = _asked(plan, int(given))
    try:
        actions.swap(shift, other, request.user)
    except actions.Impossible as refused:
        messages.error(request, str(refused))
        return redirect("plan:rota-shift", slug, pk)
    undo = f"{reverse('plan:rota-swap', args=[slug, pk])}?{urlencode({'with': given})}"
    messages.success(request, _("The two shifts are swapped."), undo)
    return _back(plan, shift.begins_at)


@require(Role.RESPONDER)
@require_POST
def remove(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Take a contact off call; it can be undone at once."""
    plan = asked_plan(slug)
    shift = _asked(plan, pk)
    kept = selectors.kept(shift)
    actions.remove(shift, request.user)
    undo = f"{reverse('plan:rota-restore', args=[slug])}?{urlencode({'shift': kept})}"
    messages.success(request, _("%(name)s is off call.") % {"name": shift.contact.name}, undo)
    return _back(plan, shift.begins_at)


@require(Role.RESPONDER)
@require_POST
def restore(request: MemberRequest, slug: str) -> HttpResponse:
    """Put back a shift that was removed."""
    plan = asked_plan(slug)
    try:
        shift = actions.restore(plan, selectors.unkept(request.GET.get("shift", "")), request.user)
    except signing.BadSignature:
        messages.error(request, _("This is too long ago to be undone. Add the shift again."))
        return redirect("plan:rota", slug)
    except actions.Impossible as refused:
        messages.error(request, str(refused))
        return redirect("plan:rota", slug)
    messages.success(request, _("%(name)s is on call again.") % {"name": shift.contact.name})
    return _back(plan, shift.begins_at)


@require(Role.RESPONDER)
def take_turns(request: MemberRequest, slug: str) -> HttpResponse:
    """Put contacts on call in turn, a week each; it can be undone at once."""
    plan, today = asked_plan(slug), clock.now(request.organisation).date()
    monday = today + timedelta(days=-today.weekday() % 7)
    form = TurnsForm(
        request.POST or None, plan=plan, titles=selectors_people.role_titles(plan), initial={"first": monday}
    )
    if request.method != "POST" or not form.is_valid():
        return answer(request, "plan/rota/turns.html", {"plan": plan, "form": form})
    given = form.cleaned_data
    uid = actions.add_turns(
        plan, request.user, form.people, role=given["role"], first=given["first"], at=given["at"],
        weeks=given["weeks"],
    )  # fmt: skip
    undo = f"{reverse('plan:rota-remove-series', args=[slug])}?{urlencode({'series': uid})}"
    messages.success(request, _("Weeks planned: %(count)s.") % {"count": given["weeks"]}, undo)
    return redirect(f"{reverse('plan:rota', args=[slug])}?{urlencode({'on': str(given['first'])})}")


@require(Role.RESPONDER)
@require_POST
def remove_series(request: MemberRequest, slug: str) -> HttpResponse:
    """Remove the shifts of a series, from one of them on where one is named."""
    plan, uid = asked_plan(slug), request.GET.get("series", "")[:255]
    since: datetime | None = None
    if request.GET.get("from", "").isdecimal():
        since = _asked(plan, int(request.GET["from"][:18])).begins_at
    gone = actions.remove_series(plan, uid, request.user, since=since)
    messages.success(request, _("Shifts removed: %(count)s.") % {"count": gone})
    return redirect("plan:rota", slug)


def _asked(plan: Plan, pk: int) -> Shift:
    return get_object_or_404(
        plan.shifts.select_related("contact", "plan__organisation", "plan__brand"), pk=pk
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None


def _back(plan: Plan, when: datetime) -> HttpResponse:
    on = when.astimezone(calling.zone_of_organisation(plan.organisation)).date()
    return redirect(f"{reverse('plan:rota', args=[plan.brand.slug])}?{urlencode({'on': str(on)})}")


def _rights(request: MemberRequest) -> Mapping[str, bool]:
    return {"may_change": request.membership.may(Role.RESPONDER)}
