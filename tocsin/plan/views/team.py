"""A plan's team: who holds each role, in which order they are called, and what is lacking."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.plan import people, selectors, selectors_people
from tocsin.plan.models import Contact, Plan, Seat
from tocsin.plan.probes import asking, rhythm
from tocsin.plan.views.asked import asked_plan
from tocsin.ui.pages import answer


@require(Role.OBSERVER)
def team(request: MemberRequest, slug: str) -> HttpResponse:
    """Show who holds each role of a plan."""
    plan = asked_plan(slug)
    roles = selectors_people.shown_roles(plan, get_language() or "fr")
    contacts = selectors.contacts(request.organisation)
    rows = [(role, [one for one in contacts if not _holds(one, plan, role.name)]) for role in roles]
    context = {
        "plan": plan,
        "rows": rows,
        "contacts": len(contacts),
        "filled": sum(1 for role in roles if role.known and len(role.seats) > 1),
        "wanted": sum(1 for role in roles if role.known),
        "rhythms": [(days, rhythm.words(days)) for days in rhythm.CHOICES],
        "can_be_answered": asking.can_be_answered(),
        "may_change": request.membership.may(Role.RESPONDER),
        "may_lead": request.membership.may(Role.LEAD),
    }
    return answer(request, "plan/contacts/team.html", context)


@require(Role.RESPONDER)
@require_POST
def seat(request: MemberRequest, slug: str) -> HttpResponse:
    """Give a role to a contact."""
    plan, role = asked_plan(slug), request.POST.get("role") or request.GET.get("role", "")
    asked = request.POST.get("contact") or request.GET.get("contact", "")
    if not asked:
        messages.error(request, _("Choose whom to give the role to."))
        return _back(plan, role)
    if all(document.role(role) is None for document in selectors_people.documents(plan)):
        messages.error(request, _("The plan speaks of no such role any more. Nothing was changed."))
        return redirect("plan:team", slug)
    contact = get_object_or_404(Contact, pk=_number(asked))
    people.seat(plan, role, contact, request.user, place=_number(request.GET.get("place", "")))
    messages.success(request, _("%(name)s holds the role now.") % {"name": contact.name})
    return _back(plan, role)


@require(Role.RESPONDER)
@require_POST
def first(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Have who holds a role called first for it."""
    held = _asked(asked_plan(slug), pk)
    people.put_first(held, request.user)
    messages.success(request, _("%(name)s is called first now.") % {"name": held.contact.name})
    return _back(held.plan, held.role)


@require(Role.RESPONDER)
@require_POST
def unseat(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Take a role from a contact; it can be undone at once."""
    plan = asked_plan(slug)
    held = _asked(plan, pk)
    places = list(plan.seats.filter(role=held.role).values_list("pk", flat=True))
    again = urlencode([("role", held.role), ("contact", held.contact_id), ("place", places.index(held.pk))])
    people.unseat(held, request.user)
    undo = f"{reverse('plan:seat', args=[slug])}?{again}"
    messages.success(request, _("%(name)s no longer holds the role.") % {"name": held.contact.name}, undo)
    return _back(plan, held.role)


def _asked(plan: Plan, pk: int) -> Seat:
    return get_object_or_404(plan.seats.select_related("contact", "plan__brand"), pk=pk)


def _holds(contact: Contact, plan: Plan, role: str) -> bool:
    return any(held.plan_id == plan.pk and held.role == role for held in contact.seats.all())


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None


def _back(plan: Plan, role: str) -> HttpResponse:
    return redirect(f"{reverse('plan:team', args=[plan.brand.slug])}#role-{quote(role)}")
