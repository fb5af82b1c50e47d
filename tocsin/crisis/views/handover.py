"""Handing over: the note is drawn up, completed, given; who comes reads it and takes over."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role, User
from tocsin.accounts.requests import MemberRequest
from tocsin.accounts.selectors import members
from tocsin.crisis import drawing_up, handing
from tocsin.crisis.forms_record import HandoverForm
from tocsin.crisis.models import Crisis, Handover
from tocsin.crisis.views.asked import asked_crisis, rights
from tocsin.errors import TocsinError
from tocsin.ui.pages import answer


@require(Role.OBSERVER)
def show(request: MemberRequest, pk: int) -> HttpResponse:
    """Show the note that waits, or the one to be given, and the earlier ones."""
    crisis = asked_crisis(request, pk)
    may = rights(request, crisis)
    waiting = handing.waiting(crisis)
    form = _form(request, crisis) if may["may_write"] and waiting is None else None
    if request.method == "POST" and form is not None and form.is_valid():
        return _given(request, crisis, form)
    notes = [note for note in handing.handovers(crisis) if note.taken_at is not None]
    context = {
        "crisis": crisis,
        "brand": crisis.brand,
        "waiting": waiting,
        "mine": waiting is not None and waiting.given_by_id == request.user.pk,
        "form": form,
        "notes": [(note, handing.as_given(note)) for note in notes],
        "here": request.get_full_path(),
        **may,
    }
    return answer(request, "crisis/handover/handover.html", context)


@require_POST
@require(Role.RESPONDER)
def take(request: MemberRequest, pk: int, note: int) -> HttpResponse:
    """Take over: the note is read."""
    crisis = asked_crisis(request, pk)
    row = _note(crisis, note)
    if not request.POST.get("read"):
        messages.error(request, _("Read the note, then tick that you have read it. Nothing was changed."))
        return redirect("crisis:handover", pk=pk)
    try:
        handing.take(row, request.user)
    except TocsinError as refused:
        messages.error(request, str(refused))
        return redirect("crisis:handover", pk=pk)
    messages.success(request, _("You have taken over."))
    return redirect("crisis:room", pk=pk)


@require_POST
@require(Role.RESPONDER)
def withdraw(request: MemberRequest, pk: int, note: int) -> HttpResponse:
    """Take a note back: who gave it, or a lead."""
    crisis = asked_crisis(request, pk)
    row = _note(crisis, note)
    if row.given_by_id != request.user.pk and not request.membership.may(Role.LEAD):
        raise Http404
    try:
        handing.withdraw(row, request.user)
    except TocsinError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The note is taken back."))
    return redirect("crisis:handover", pk=pk)


def _given(request: MemberRequest, crisis: Crisis, form: HandoverForm) -> HttpResponse:
    said = form.cleaned_data
    taker = User.objects.filter(pk=int(said["taker"])).first() if said["taker"] else None
    try:
        handing.give(
            crisis,
            request.user,
            said["text"],
            leaving=[int(key) for key in said["leaving"]],
            taker=taker,
        )
    except TocsinError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The note is given. Whoever comes reads it and takes over."))
    return redirect("crisis:handover", pk=crisis.pk)


def _form(request: MemberRequest, crisis: Crisis) -> HandoverForm:
    able = [row for row in members(request.organisation) if row.may(Role.RESPONDER)]
    others = [(str(row.user_id), str(row.user)) for row in able if row.user_id != request.user.pk]
    if request.method == "POST":
        return HandoverForm(request.POST, crisis=crisis, members=others)
    leaving = [str(keeper.pk) for keeper in handing.leaving_by_default(crisis, request.user)]
    first = {"text": drawing_up.draft(crisis), "leaving": leaving}
    return HandoverForm(initial=first, crisis=crisis, members=others)


def _note(crisis: Crisis, pk: int) -> Handover:
    note: Handover = get_object_or_404(handing.handovers(crisis), pk=pk)
    return note
