"""Evidence: posts are secured, pieces listed, shown and exported."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.alerts.selectors import alerts
from tocsin.alerts.words import title as alert_title
from tocsin.crisis import bundling, evidence, gathering
from tocsin.crisis.forms_record import EvidenceFilter, WhyForm
from tocsin.crisis.models import Crisis, Evidence, Securing
from tocsin.crisis.showing_record import listed as shown_list
from tocsin.crisis.showing_record import piece as shown_piece
from tocsin.crisis.views.asked import asked_crisis
from tocsin.errors import TocsinError
from tocsin.ui.pages import answer
from tocsin.watch.selectors.watches import brands
from tocsin.watch.vocabulary import network_name

PAGE = 30
PARTS = {"pieces": "crisis/evidence/_pieces.html", "securing": "crisis/evidence/_securing.html"}


@require(Role.OBSERVER)
def listed(request: MemberRequest) -> HttpResponse:
    """List every piece of the organisation, newest first."""
    return _listed(request, None)


@require(Role.OBSERVER)
def of_room(request: MemberRequest, pk: int) -> HttpResponse:
    """List what was secured for a room."""
    return _listed(request, asked_crisis(request, pk))


@require(Role.OBSERVER)
def show(request: MemberRequest, pk: int) -> HttpResponse:
    """Show a piece as it was secured, and what became of the post since."""
    piece = _piece(request, pk)
    context = {
        "piece": piece,
        "shown": shown_piece(piece),
        "may_secure": request.membership.may(Role.RESPONDER),
        "may_discard": request.membership.may(Role.LEAD),
        "here": request.get_full_path(),
    }
    return answer(request, "crisis/evidence/piece.html", context, {"piece": "crisis/evidence/_piece.html"})


@require_POST
@require(Role.RESPONDER)
def secure(request: MemberRequest, place: int) -> HttpResponse:
    """Secure one post, from wherever it is shown."""
    form = WhyForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    again = request.POST.get("again") == "1"
    try:
        found = evidence.secure(request.organisation, place, request.user, why=why, again=again)
    except evidence.PostGone as gone:
        return _refused(request, gone)
    if request.headers.get("HX-Request") == "true":
        return answer(request, "crisis/evidence/_secured.html", {"piece": found.piece, "new": found.new})
    known = _("This post had been secured already: here it is.")
    words = _("The post is secured.") if found.new else known
    messages.success(request, words)
    return redirect("crisis:piece", pk=found.piece.pk)


@require_POST
@require(Role.RESPONDER)
def secure_alert(request: MemberRequest, pk: int) -> HttpResponse:
    """Secure the posts behind an alert."""
    alert = get_object_or_404(alerts(request.organisation), pk=pk)
    what = alert_title(alert)
    return _many(request, gathering.behind(alert), what, brand=alert.brand)


@require_POST
@require(Role.RESPONDER)
def secure_narrative(request: MemberRequest, key: str) -> HttpResponse:
    """Secure the posts that tell the same."""
    digits = key.removeprefix("-")
    if (
        len(digits) > 19
        or not digits.isascii()
        or not digits.isdecimal()
        or not -(1 << 63) <= int(key) < 1 << 63
    ):
        raise Http404
    places, first, brand = gathering.telling(request.organisation, int(key))
    what = (first.title or first.text)[:120] if first is not None else ""
    return _many(request, places, what, brand=brand)


@require_POST
@require(Role.LEAD)
def discard(request: MemberRequest, pk: int) -> HttpResponse:
    """Erase a piece, with a reason."""
    piece = _piece(request, pk)
    try:
        evidence.discard(piece, request.user, request.POST.get("reason", ""))
    except TocsinError as refused:
        messages.error(request, str(refused))
        return redirect("crisis:piece", pk=pk)
    messages.success(request, _("The piece is erased. The journal keeps its hash, and why."))
    return redirect("crisis:evidence")


@require(Role.OBSERVER)
def many(request: MemberRequest, pk: int) -> HttpResponse:
    """Show how far the securing of many posts is."""
    order: Securing = get_object_or_404(Securing.objects.select_related("crisis", "brand"), pk=pk)
    return answer(request, "crisis/evidence/many.html", {"order": order}, PARTS)


@require_POST
@require(Role.RESPONDER)
def export(request: MemberRequest) -> HttpResponse:
    """Ask for an archive of the pieces that are listed."""
    room = request.POST.get("room", "")
    crisis = asked_crisis(request, int(room)) if room.isdecimal() and len(room) < 10 else None
    found = _fitting(request, crisis, EvidenceFilter(request.POST))
    try:
        keys = list(found.order_by("pk").values_list("pk", flat=True))
        bundle = bundling.ask(request.organisation, keys, request.user, crisis)
    except TocsinError as refused:
        return _refused(request, refused)
    return redirect("crisis:bundle", pk=bundle.pk)


def _listed(request: MemberRequest, crisis: Crisis | None) -> HttpResponse:
    form = EvidenceFilter(request.GET)
    rows = _fitting(request, crisis, form)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    organisation = request.organisation
    every = evidence.pieces(organisation)
    networks = sorted(set(every.exclude(network="").order_by().values_list("network", flat=True)))
    query = request.GET.copy()
    query.pop("page", None)
    context: dict[str, Any] = {
        "crisis": crisis,
        "page": page,
        "pieces": shown_list(page.object_list),
        "count": page.paginator.count,
        "any": every.exists(),
        "asked": form.cleaned_data,
        "brands": brands(organisation),
        "networks": [(name, network_name(name)) for name in networks],
        "query": query.urlencode(),
        "may_secure": request.membership.may(Role.RESPONDER),
        "here": request.get_full_path(),
    }
    return answer(request, "crisis/evidence/list.html", context, PARTS)


def _fitting(request: MemberRequest, crisis: Crisis | None, form: EvidenceFilter) -> QuerySet[Evidence]:
    form.is_valid()
    asked = form.cleaned_data
    rows = evidence.of(crisis) if crisis is not None else evidence.pieces(request.organisation)
    if asked.get("brand"):
        rows = rows.filter(brand__slug=asked["brand"])
    if asked.get("network"):
        rows = rows.filter(network=asked["network"])
    for word in str(asked.get("q") or "").split()[:10]:
        rows = rows.filter(Q(snapshot__icontains=word) | Q(why__icontains=word) | Q(author__icontains=word))
    return rows


def _many(request: MemberRequest, places: list[int], what: str, **about: Any) -> HttpResponse:  # noqa: ANN401
    try:
        order = evidence.secure_many(request.organisation, places, request.user, what=what, **about)
    except evidence.NothingToSecure as nothing:
        return _refused(request, nothing)
    return redirect("crisis:securing", pk=order.pk)


def _refused(request: MemberRequest, error: TocsinError) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return answer(request, "crisis/evidence/_secured.html", {"problem": str(error)})
    messages.error(request, str(error))
    return redirect("crisis:evidence")


def _piece(request: MemberRequest, pk: int) -> Evidence:
    rows = evidence.pieces(request.organisation).select_related("organisation")
    piece: Evidence = get_object_or_404(rows, pk=pk)
    return piece
