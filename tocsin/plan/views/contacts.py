"""Contacts: listed, looked at, written down, changed, let go of, and how each is reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role, User
from tocsin.accounts.requests import MemberRequest
from tocsin.plan import hours, leaving, people, roster, selectors, selectors_people
from tocsin.plan.forms_people import ContactForm, FirstLinesForm, LineForm
from tocsin.plan.models import Contact, Line, Plan, Side
from tocsin.plan.probes import asking
from tocsin.plan.probes import selectors as probes
from tocsin.plan.regions import region_of
from tocsin.plan.rota import selectors as rota
from tocsin.ui.pages import answer
from tocsin.watch.vocabulary import language_name

PAGE = 100
SHIFTS = 5
"""Shifts of a contact that their page shows, at most."""

PARTS = {"contacts": "plan/contacts/_contacts.html"}


@require(Role.OBSERVER)
def listed(request: MemberRequest) -> HttpResponse:
    """List who can be reached: how, since when that is sure, and which roles they hold."""
    everyone = selectors_people.shown(request.organisation, get_language() or "fr")
    words, side = request.GET.get("q", "")[:200], request.GET.get("side", "")
    side = side if side in Side.values else ""
    found = roster.fitting(everyone, words, side)
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "found": len(found),
        "everyone": len(everyone),
        "words": words,
        "side": side,
        "sides": [("", _("everybody")), *Side.choices],
        "unsure": sum(1 for one in everyone if one.first is None or not one.first.sure),
        "members": selectors_people.members_without_contact(request.organisation),
        **_rights(request),
    }
    return answer(request, "plan/contacts/list.html", context, PARTS)


@require(Role.OBSERVER)
def show(request: MemberRequest, pk: int) -> HttpResponse:
    """Show a contact: how they are reached, who comes after them, the roles they hold."""
    return _shown(request, _asked(pk), LineForm(organisation=request.organisation, contact=_asked(pk)))


@require(Role.RESPONDER)
def add(request: MemberRequest) -> HttpResponse:
    """Write a contact down, with a first number and address, and give them a role where one was asked for."""
    region = region_of(request.organisation.time_zone)
    form = ContactForm(request.POST or None, organisation=request.organisation)
    lines = FirstLinesForm(request.POST or None, region=region)
    plan, role = _asked_role(request)
    if request.method == "POST" and all([form.is_valid(), lines.is_valid()]):
        with transaction.atomic():
            contact = people.add(request.organisation, request.user, **form.fields_of_contact())
            people.set_deputy(contact, form.cleaned_data["deputy"], request.user)
            for means, address in lines.lines():
                people.add_line(contact, means, address, request.user, region=region)
            if plan is not None:
                people.seat(plan, role, contact, request.user)
        messages.success(request, _("%(name)s is a contact now.") % {"name": contact.name})
        return redirect("plan:team", plan.brand.slug) if plan else redirect("plan:contact", contact.pk)
    context = {"form": form, "lines": lines, "plan": plan, "role": role}
    return answer(request, "plan/contacts/form.html", context)


@require(Role.RESPONDER)
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Change what is known of a contact."""
    contact = _asked(pk)
    form = ContactForm(request.POST or None, organisation=request.organisation, contact=contact)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            people.set_deputy(contact, form.cleaned_data["deputy"], request.user)
            people.change(contact, request.user, **form.fields_of_contact())
        messages.success(request, _("The contact is changed."))
        return redirect("plan:contact", pk)
    return answer(request, "plan/contacts/form.html", {"form": form, "contact": contact})


@require(Role.RESPONDER)
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Let go of a contact, after saying what would stand empty."""
    contact = _asked(pk)
    others = {str(one.pk): one for one in Contact.objects.exclude(pk=pk)}
    if request.method == "POST":
        heir = others.get(request.POST.get("heir", ""))
        empty = leaving.remove(contact, request.user, heir)
        messages.success(request, _said_of_removal(contact, len(empty), heir))
        return redirect("plan:contacts")
    context = {
        "contact": contact,
        "rests": leaving.rests_on(contact, get_language() or "fr"),
        "others": others.values(),
        "now": clock.now(request.organisation),
    }
    return answer(request, "plan/contacts/remove.html", context)


@require(Role.RESPONDER)
@require_POST
def add_member(request: MemberRequest, user: int) -> HttpResponse:
    """Make a member a contact, with the address at which they sign in."""
    members = selectors_people.members_without_contact(request.organisation)
    member = next((one.user for one in members if one.user_id == user), None)
    if member is None:
        messages.error(request, _("This member is a contact already, or is no member any more."))
        return redirect("plan:contacts")
    contact = people.add_member(request.organisation, member, request.user)
    messages.success(request, _("%(name)s is a contact now: add a phone number.") % {"name": contact.name})
    return redirect("plan:contact", contact.pk)


@require(Role.RESPONDER)
def add_line(request: MemberRequest, pk: int) -> HttpResponse:
    """Add a way to reach a contact; who loads the page of a refusal again finds the contact."""
    contact = _asked(pk)
    if request.method != "POST":
        return _back(contact)
    form = LineForm(request.POST, organisation=request.organisation, contact=contact)
    if not form.is_valid():
        return _shown(request, contact, form)
    given = form.cleaned_data
    people.add_line(contact, given["means"], given["address"], request.user, region=given["region"])
    messages.success(request, _("It is added. Confirm it once it has been tried."))
    return _back(contact)


@require(Role.RESPONDER)
@require_POST
def move_line_up(request: MemberRequest, pk: int, line: int) -> HttpResponse:
    """Try a line before the one above it."""
    contact, asked = _asked(pk), _asked_line(pk, line)
    order = [row.pk for row in roster.in_order(contact.lines.all())]
    place = order.index(asked.pk)
    if place:
        order[place - 1], order[place] = order[place], order[place - 1]
        people.order_lines(contact, order, request.user)
    return _back(contact)


@require(Role.RESPONDER)
@require_POST
def confirm_line(request: MemberRequest, pk: int, line: int) -> HttpResponse:
    """Note that a number or an address is right."""
    return _line_done(request, pk, line, people.confirm, _("Noted: it is right, as of today."))


@require(Role.RESPONDER)
@require_POST
def doubt_line(request: MemberRequest, pk: int, line: int) -> HttpResponse:
    """Note that a number or an address is wrong."""
    words = _("Noted: it is tried last until somebody confirms it.")
    return _line_done(request, pk, line, people.doubt, words)


@require(Role.RESPONDER)
@require_POST
def remove_line(request: MemberRequest, pk: int, line: int) -> HttpResponse:
    """Let go of a number or an address."""
    return _line_done(request, pk, line, people.remove_line, _("It is removed."))


def _shown(request: MemberRequest, contact: Contact, form: LineForm) -> HttpResponse:
    now = clock.now(request.organisation)
    everyone = {one.pk: one for one in selectors.contacts(request.organisation)}
    titles = selectors_people.titles_of_roles(request.organisation, get_language() or "fr")
    row = everyone[contact.pk]
    context = {
        "contact": row,
        "who": roster.shown_contact(row, now, titles),
        "deputies": roster.deputies(row, everyone),
        "deputy_of": [one for one in everyone.values() if one.deputy_id == row.pk],
        "hours": hours.words(row.hours),
        "languages": [language_name(code) for code in row.languages],
        "form": form,
        "probes": probes.latest(row),
        "now": now,
        "shifts": rota.ahead(row, now)[:SHIFTS],
        "can_be_answered": asking.can_be_answered(),
        **_rights(request),
    }
    return answer(request, "plan/contacts/show.html", context)


def _line_done(
    request: MemberRequest, pk: int, line: int, what: Callable[[Line, User], object], words: str
) -> HttpResponse:
    what(_asked_line(pk, line), request.user)
    messages.success(request, words)
    return _back(_asked(pk))


def _asked(pk: int) -> Contact:
    return get_object_or_404(Contact, pk=pk)


def _asked_line(pk: int, line: int) -> Line:
    return get_object_or_404(Line.objects.select_related("contact"), pk=line, contact=pk)


def _asked_role(request: MemberRequest) -> tuple[Plan | None, str]:
    """Return the plan and the role that a new contact is to hold, where the address names one that exists."""
    slug, role = request.GET.get("plan", ""), request.GET.get("role", "")
    plan = Plan.objects.select_related("brand").filter(brand__slug=slug).first() if slug else None
    if plan is None or all(document.role(role) is None for document in selectors_people.documents(plan)):
        return None, ""
    return plan, role


def _back(contact: Contact) -> HttpResponse:
    return redirect(f"{reverse('plan:contact', args=[contact.pk])}#lines")


def _said_of_removal(contact: Contact, empty: int, heir: Contact | None) -> str:
    if heir is not None:
        words = {"name": contact.name, "heir": heir.name}
        return _("%(name)s is no contact any more; %(heir)s has taken over.") % words
    if not empty:
        return _("%(name)s is no contact any more.") % {"name": contact.name}
    return _("%(name)s is no contact any more. Roles that stand empty now: %(count)s.") % {
        "name": contact.name,
        "count": empty,
    }


def _rights(request: MemberRequest) -> Mapping[str, bool]:
    return {"may_change": request.membership.may(Role.RESPONDER)}
