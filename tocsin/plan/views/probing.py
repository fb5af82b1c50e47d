"""Asking people now whether they are still reached as written, and how often they are asked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.gate import selectors as gate_selectors
from tocsin.plan import selectors
from tocsin.plan.models import Contact, Means
from tocsin.plan.probes import answering, asking
from tocsin.plan.probes import rhythm as rhythms
from tocsin.plan.probes import selectors as probes
from tocsin.plan.views.asked import asked_plan


@require(Role.RESPONDER)
@require_POST
def ask_contact(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask a contact, on each of their lines, whether it is still theirs."""
    contact: Contact = get_object_or_404(Contact.objects.select_related("organisation"), pk=pk)
    _ask(request, [contact])
    return redirect(f"{reverse('plan:contact', args=[pk])}#lines")


@require(Role.RESPONDER)
@require_POST
def ask_team(request: MemberRequest, slug: str) -> HttpResponse:
    """Ask everybody who is called for a plan."""
    plan = asked_plan(slug)
    contacts = {one.pk: one for one in selectors.contacts(request.organisation)}
    team = probes.sitting(plan, contacts, clock.now(request.organisation))
    _ask(request, sorted(team.values(), key=lambda one: one.name))
    return redirect("plan:team", slug)


@require(Role.RESPONDER)
@require_POST
def stays(request: MemberRequest, pk: int) -> HttpResponse:
    """Note that a contact who said that they no longer do this does it all the same."""
    contact = get_object_or_404(Contact, pk=pk)
    answering.stays(contact, request.user)
    messages.success(request, _("Noted: %(name)s is called in their place again.") % {"name": contact.name})
    return redirect("plan:contact", pk)


@require(Role.LEAD)
@require_POST
def rhythm(request: MemberRequest, slug: str) -> HttpResponse:
    """Change how often the people of a plan are asked."""
    plan, given = asked_plan(slug), request.POST.get("days", "")
    days = int(given) if given.isdecimal() and given.isascii() and len(given) < 5 else -1
    try:
        rhythms.set_days(plan, days, request.user)
    except rhythms.Impossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, rhythms.words(days))
    return redirect(f"{reverse('plan:team', args=[slug])}#asking")


def _ask(request: MemberRequest, contacts: list[Contact]) -> None:
    """Ask, and say what became of it."""
    if not asking.can_be_answered():
        messages.error(
            request,
            _(
                "Nothing was sent: Tocsin does not know under which public address it is reached, so that "
                "nobody could answer. Whoever installs it sets TOCSIN_URL."
            ),
        )
        return
    asked = asking.ask_now(contacts, request.user)
    if asked.now:
        number = ngettext("Asked on %(n)d line.", "Asked on %(n)d lines.", asked.now) % {"n": asked.now}
        messages.success(request, number)
    if asked.later:
        messages.success(request, _("Asked when their hours begin: %(n)d.") % {"n": asked.later})
    if asked.lately:
        messages.warning(request, _("Asked within the hour already: %(n)d.") % {"n": asked.lately})
    for means in sorted(asked.unsent):
        words = {"means": capfirst(str(Means(means).label)), "why": gate_selectors.why_not(means)}
        messages.warning(request, _("%(means)s: nothing is sent. %(why)s") % words)
    if not (asked.now or asked.later or asked.lately or asked.unsent):
        messages.warning(request, _("There is no number and no address to ask on."))
