"""A rota as a calendar: taken out, subscribed to, and brought in after a look at what would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_scopes import scope

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.gate import links
from tocsin.plan import calling, selectors_people
from tocsin.plan.models import Contact, Plan
from tocsin.plan.rota import actions, calendar_file, calendar_writing, feeds, selectors, taking
from tocsin.plan.rota.events import BACK_DAYS, MOST_EVENTS, Event, Reading, Refused
from tocsin.plan.rota.forms import CalendarForm
from tocsin.plan.rota.matching import Proposal
from tocsin.plan.views.asked import asked_plan
from tocsin.ui.pages import answer

SHOWN = 60
ASKED = 20
"""Unknown names that are asked about, at most."""


@require(Role.OBSERVER)
def export(request: MemberRequest, slug: str) -> HttpResponse:
    """Give a rota as iCalendar."""
    return _calendar(asked_plan(slug), "attachment")


@require(Role.RESPONDER)
def bring_in(request: MemberRequest, slug: str) -> HttpResponse:
    """Read a calendar's file, show what would change, then take it."""
    plan = asked_plan(slug)
    titles = selectors_people.role_titles(plan)
    if request.method == "POST" and "events" in request.POST:
        return _second_look(request, plan, titles)
    form = CalendarForm(request.POST or None, plan=plan, titles=titles, files=request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return answer(request, "plan/rota/import.html", {"plan": plan, "form": form})
    zone = calling.zone_of_organisation(request.organisation)
    try:
        data = form.cleaned_data["file"].read()
        reading = calendar_file.read_file(data, zone, clock.now(request.organisation))
    except calendar_file.NoCalendar as refused:
        form.add_error("file", str(refused))
        return answer(request, "plan/rota/import.html", {"plan": plan, "form": form})
    return _preview(request, plan, reading, role=form.cleaned_data["role"], told={})


@require(Role.OBSERVER)
@require_POST
def make_feed(request: MemberRequest, slug: str) -> HttpResponse:
    """Give a member an address for their calendar; one they had holds no longer."""
    feeds.make(asked_plan(slug), request.user)
    messages.success(request, _("The address is made. Only you know it: paste it into your calendar."))
    return redirect("plan:rota-subscribe", slug)


@require(Role.OBSERVER)
@require_POST
def revoke_feed(request: MemberRequest, slug: str) -> HttpResponse:
    """Void a member's address."""
    feeds.revoke(asked_plan(slug), request.user)
    messages.success(request, _("The address is void: calendars that read it get nothing any more."))
    return redirect("plan:rota-subscribe", slug)


@require(Role.OBSERVER)
@never_cache
def subscribe(request: MemberRequest, slug: str) -> HttpResponse:
    """Show a member the address that their calendar subscribes to."""
    plan = asked_plan(slug)
    found = feeds.of(plan, request.user)
    path = feeds.path(found) if found else ""
    context = {"plan": plan, "feed": found, "address": links.absolute(path) if found else ""}
    return answer(request, "plan/rota/subscribe.html", context)


@require_safe
@never_cache
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give a rota to whoever has the address of a member's feed; a void one says so in words."""
    try:
        found = feeds.read(token)
    except (links.LinkForged, links.LinkExpired):
        found = None
    if found is None:
        words = _("No calendar is at this address, or no longer: ask for a new one in Tocsin.")
        return HttpResponse(words, status=404, content_type="text/plain; charset=utf-8")
    with scope(organisation=found.organisation_id), translation.override(found.user.language):
        return _calendar(found.plan, "inline")


def _calendar(plan: Plan, disposition: str) -> HttpResponse:
    now = clock.now(plan.organisation_id)
    shifts = selectors.upcoming(plan, now - timedelta(days=BACK_DAYS))
    data = calendar_writing.written(plan, shifts, selectors_people.role_titles(plan), now)
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'{disposition}; filename="{plan.brand.slug}-rota.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _second_look(request: MemberRequest, plan: Plan, titles: Mapping[str, str]) -> HttpResponse:
    """Take the events of a preview, or show them again once somebody said whom a name means."""
    role = request.POST.get("role", "")
    role = role if role in titles else ""
    try:
        events = msgspec.json.decode(request.POST["events"].replace("\\u0000", ""), type=list[Event])
    except msgspec.DecodeError:
        messages.error(request, _("The file was not kept. Choose it again."))
        return redirect("plan:rota-import", plan.brand.slug)
    events = [event for event in events if event.begins < event.ends][:MOST_EVENTS]
    told = _told(request, plan)
    if "take" not in request.POST:
        return _preview(request, plan, Reading(tuple(events)), role=role, told=told)
    found = taking.proposed(plan, events, role=role, told=told)
    try:
        taking.take(plan, found, request.user)
    except actions.Impossible as refused:
        messages.error(request, str(refused))
        return redirect("plan:rota-import", plan.brand.slug)
    messages.success(request, _said(found))
    return redirect("plan:rota", plan.brand.slug)


def _preview(
    request: MemberRequest, plan: Plan, reading: Reading, *, role: str, told: Mapping[str, Contact]
) -> HttpResponse:
    found = taking.proposed(plan, reading.events, role=role, told=told)
    titles = selectors_people.role_titles(plan)
    context = {
        "plan": plan,
        "found": found,
        "new": [(one, titles.get(one.role, one.role)) for one in found.new[:SHOWN]],
        "changed": found.changed[:SHOWN],
        "removed": found.removed[:SHOWN],
        "refused": [_in_words(one) for one in reading.refused[:SHOWN]],
        "unknown": list(found.unknown.items())[:ASKED],
        "floating": any(event.floating for event in reading.events),
        "zone": calling.zone_of_organisation(request.organisation).key,
        "events": msgspec.json.encode(reading.events).decode(),
        "role": role,
        "told": told,
        "contacts": Contact.objects.filter(organisation=request.organisation),
        "now": clock.now(request.organisation),
        "anything": bool(found.new or found.changed or found.removed),
    }
    return answer(request, "plan/rota/import.html", context)


def _told(request: MemberRequest, plan: Plan) -> dict[str, Contact]:
    """Return whom the names of the file mean, as somebody said."""
    contacts = {str(one.pk): one for one in Contact.objects.filter(organisation=plan.organisation_id)}
    names, who = request.POST.getlist("name")[: 10 * ASKED], request.POST.getlist("who")
    return {name: contacts[key] for name, key in zip(names, who, strict=False) if key in contacts}


def _in_words(one: Refused) -> tuple[str, str]:
    return one.title or _("An event without a title"), str(calendar_file.REASONS[one.why])


def _said(found: Proposal) -> str:
    figures: Sequence[tuple[int, str]] = (
        (len(found.new), ngettext("%(n)d shift added", "%(n)d shifts added", len(found.new))),
        (len(found.changed), ngettext("%(n)d changed", "%(n)d changed", len(found.changed))),
        (len(found.removed), ngettext("%(n)d removed", "%(n)d removed", len(found.removed))),
    )
    said = ", ".join(words % {"n": number} for number, words in figures if number)
    return (
        _("Done: %(what)s.") % {"what": said} if said else _("Nothing to change: the rota stands as it is.")
    )
