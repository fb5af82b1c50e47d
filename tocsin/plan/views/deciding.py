"""What is decided on a plan: proposed, approved, sent back, thrown away, signed as read, gone through."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role, User
from tocsin.accounts.requests import MemberRequest
from tocsin.errors import TocsinError
from tocsin.plan import actions, selectors
from tocsin.plan.forms import ProposeForm, SendBackForm
from tocsin.plan.models import Version
from tocsin.plan.views.asked import asked_plan


@require(Role.RESPONDER)
@require_POST
def propose(request: MemberRequest, slug: str) -> HttpResponse:
    """Ask for the approval of what is written."""
    done = _("The version is proposed. An approver reads and approves it.")
    return _say(request, slug, ProposeForm(request.POST), actions.propose, done)


@require(Role.APPROVER)
@require_POST
def approve(request: MemberRequest, slug: str) -> HttpResponse:
    """Bring what is proposed into force."""
    revision = request.POST.get("revision", "")
    asked = int(revision) if revision.isdecimal() and len(revision) < 10 else 0
    done = _("The version is in force. Ask everyone to read it.")
    return _do(request, slug, lambda draft: actions.approve(draft, request.user, revision=asked), done)


@require(Role.APPROVER)
@require_POST
def send_back(request: MemberRequest, slug: str) -> HttpResponse:
    """Return what is proposed to its authors."""
    done = _("The version is back with its authors, with your words.")
    return _say(request, slug, SendBackForm(request.POST), actions.send_back, done)


@require(Role.LEAD)
@require_POST
def discard(request: MemberRequest, slug: str) -> HttpResponse:
    """Throw the draft away."""
    return _do(request, slug, lambda draft: actions.discard(draft, request.user), _("The draft is gone."))


@require(Role.OBSERVER)
@require_POST
def read(request: MemberRequest, slug: str) -> HttpResponse:
    """Note that the member has read the version in force."""
    version = selectors.in_force(asked_plan(slug))
    done = _("Noted: you have read the version in force.")
    return _do_to(request, slug, version, lambda row: actions.read(row, request.user), done)


@require(Role.LEAD)
@require_POST
def reviewed(request: MemberRequest, slug: str) -> HttpResponse:
    """Note that the version in force was gone through and holds."""
    version = selectors.in_force(asked_plan(slug))
    done = _("Noted: the plan was gone through and holds.")
    return _do_to(request, slug, version, lambda row: actions.reviewed(row, request.user), done)


def _say(
    request: MemberRequest,
    slug: str,
    form: Form,
    what: Callable[[Version, User, str], object],
    done: str,
) -> HttpResponse:
    """Do what needs the words of a form of one field; without them, say which."""
    (field,) = form.fields
    if not form.is_valid():
        for problem in form.errors.get(field, ()):
            messages.error(request, str(problem))
        return redirect("plan:show", slug=slug)
    words = form.cleaned_data[field]
    return _do(request, slug, lambda draft: what(draft, request.user, words), done)


def _do(request: MemberRequest, slug: str, what: Callable[[Version], object], done: str) -> HttpResponse:
    return _do_to(request, slug, selectors.written(asked_plan(slug)), what, done)


def _do_to(
    request: MemberRequest, slug: str, version: Version | None, what: Callable[[Version], object], done: str
) -> HttpResponse:
    if version is None:
        messages.error(request, _("There is no such version any more: it was approved or thrown away."))
        return redirect("plan:show", slug=slug)
    try:
        what(version)
    except TocsinError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("plan:show", slug=slug)
