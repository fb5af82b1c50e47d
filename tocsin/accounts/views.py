"""Settings: the organisation, its people, its journal, and one's own profile."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from tocsin.accounts import actions, profile, selectors
from tocsin.accounts.access import require
from tocsin.accounts.forms import TOCSIN, JournalForm, OrganisationForm, ProfileForm
from tocsin.accounts.models import Organisation, Role
from tocsin.accounts.requests import MemberRequest
from tocsin.gate import push
from tocsin.gate import signing_out as push_sessions
from tocsin.gate.selectors import can_send_mail
from tocsin.journal import selectors as journal_selectors
from tocsin.journal.models import Entry
from tocsin.journal.people import PREFIX
from tocsin.journal.verify import verify
from tocsin.plan import offline_copies
from tocsin.plan import signing_out as copy_sessions
from tocsin.ui.pages import answer

PAGE = 50
CHECKED_AT_MOST = 20_000
PARTS = {"entries": "accounts/_entries.html"}


@require(Role.OBSERVER)
def settings_page(request: MemberRequest) -> HttpResponse:
    """Show the organisation and where everything else is set."""
    return _settings(request, OrganisationForm(organisation=request.organisation))


@require_POST
@require(Role.ADMINISTRATOR)
def change_organisation(request: MemberRequest) -> HttpResponse:
    """Change the organisation's name, time zone and language of notices."""
    form = OrganisationForm(request.POST, organisation=request.organisation)
    if not form.is_valid():
        return _settings(request, form)
    if actions.change_organisation(request.organisation, actor=request.user, **form.cleaned_data):
        messages.success(request, _("The organisation is changed."))
    return redirect("accounts:settings")


def _settings(request: MemberRequest, form: OrganisationForm) -> HttpResponse:
    context = {
        "form": form,
        "may_change": request.membership.may(Role.ADMINISTRATOR),
        "mine": selectors.organisations_of(request.user),
        "members": selectors.members(request.organisation).count(),
    }
    return answer(request, "accounts/settings.html", context)


@require(Role.OBSERVER)
def people(request: MemberRequest) -> HttpResponse:
    """List the members and what each role may do."""
    context = {"members": selectors.members(request.organisation), "roles": Role.choices}
    return answer(request, "accounts/people.html", context)


@require(Role.LEAD)
def journal(request: MemberRequest) -> HttpResponse:
    """Show the journal in words, newest first, and whether its chain holds."""
    chosen = JournalForm(request.GET, members=selectors.members(request.organisation))
    entries = _chosen(request, chosen)
    sequence, head = journal_selectors.head(request.organisation)
    asked = request.GET.get("verify") == "1"
    context = {
        "page": Paginator(entries, PAGE).get_page(request.GET.get("page")),
        "form": chosen,
        "sequence": sequence,
        "head": head,
        "seal": journal_selectors.last_seal(request.organisation),
        "faults": verify(request.organisation)[:20] if asked and sequence <= CHECKED_AT_MOST else None,
        "too_long": sequence > CHECKED_AT_MOST,
        "here": request.get_full_path(),
    }
    return answer(request, "accounts/journal.html", context, PARTS)


def _chosen(request: MemberRequest, form: JournalForm) -> QuerySet[Entry]:
    """Return the entries that the filters ask for, newest first; days are the organisation’s."""
    entries = journal_selectors.entries(request.organisation).order_by("-sequence")
    form.is_valid()
    asked = form.cleaned_data
    zone = ZoneInfo(request.organisation.time_zone)
    if asked.get("app"):
        entries = entries.filter(verb__startswith=f"{asked['app']}.")
    if asked.get("who"):
        entries = entries.filter(actor="" if asked["who"] == TOCSIN else f"{PREFIX}{asked['who']}")
    if asked.get("since"):
        entries = entries.filter(recorded_at__gte=datetime.combine(asked["since"], time(), zone))
    if asked.get("until"):
        after = asked["until"] + timedelta(days=1)
        entries = entries.filter(recorded_at__lt=datetime.combine(after, time(), zone))
    return entries


@require(Role.OBSERVER)
def profile_page(request: MemberRequest) -> HttpResponse:
    """Show and change one's name, language and e-mails."""
    known = {
        "name": request.user.name,
        "language": request.user.language,
        "alert_mail": request.membership.alert_mail,
    }
    form = ProfileForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        profile.change(request.user, name=data["name"], language=data["language"])
        actions.set_alert_mail(request.membership, wanted=data["alert_mail"])
        with override(data["language"]):
            messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    context = {
        "form": form,
        "can_send_mail": can_send_mail(),
        "called": push.subscriptions_of(request.user),
        "this_endpoint": push_sessions.endpoint(request),
        "copies": offline_copies.of(request.user, request.organisation),
        "this_copy": copy_sessions.device(request),
    }
    return answer(request, "accounts/profile.html", context, {"called-devices": "accounts/_called.html"})


@require_POST
@require(Role.OBSERVER)
def choose(request: MemberRequest) -> HttpResponse:
    """Go to another organisation of the same person."""
    wanted = request.POST.get("organisation", "")
    mine = selectors.organisations_of(request.user)
    organisation: Organisation = get_object_or_404(mine, pk=wanted if wanted.isdecimal() else None)
    actions.choose_organisation(request, organisation)
    return redirect("watch:overview")
