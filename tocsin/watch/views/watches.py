"""Watches: what is looked for, and how many false alarms are tolerated."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.alerts.selectors import false_alarms
from tocsin.ui.pages import SEE, answer
from tocsin.watch import actions, querycheck
from tocsin.watch.forms import AccountForm, BrandForm, WatchForm
from tocsin.watch.models import Account, Brand, Watch
from tocsin.watch.selectors import rankings
from tocsin.watch.selectors.watches import brands, watches
from tocsin.watch.suggesting import suggest_query


@require(Role.OBSERVER)
def listed(request: MemberRequest) -> HttpResponse:
    """List every watch by brand, with what it brought in a week."""
    every = watches(request.organisation)
    now = clock.now(request.organisation)
    counts = rankings.week_by_watch([watch.pk for watch in every], now)
    accounts = list(Account.objects.order_by("network", "handle"))
    groups = [
        (
            brand,
            [(watch, counts.get(watch.pk, 0)) for watch in every if watch.brand_id == brand.pk],
            [account for account in accounts if account.brand_id == brand.pk],
        )
        for brand in brands(request.organisation)
    ]
    context = {
        "groups": groups,
        "account_form": AccountForm(),
        "may_lead": request.membership.may(Role.LEAD),
    }
    return answer(request, "watch/watches.html", context)


@require(Role.LEAD)
def new_brand(request: MemberRequest) -> HttpResponse:
    """Declare a brand; its first watch, made from its name, is shown next to be checked."""
    form = BrandForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        brand = actions.create_brand(request.organisation, form.cleaned_data["name"], actor=request.user)
        messages.success(request, _("The brand is declared. Check what its first watch looks for."))
        first = brand.watches.first()
        return redirect("watch:watch", pk=first.pk) if first else redirect("watch:new-watch", slug=brand.slug)
    return answer(request, "watch/brand_form.html", {"form": form})


@require(Role.RESPONDER)
def new(request: MemberRequest, slug: str) -> HttpResponse:
    """Add a watch to a brand; the first one is suggested from the brand's name."""
    brand = get_object_or_404(Brand, slug=slug)
    first = not brand.watches.exists()
    suggested = {"name": brand.name, "query": suggest_query(brand.name)} if first else {}
    form = WatchForm(request.POST or None, initial=suggested)
    if request.method == "POST" and form.is_valid() and querycheck.accept(form):
        saved = actions.create_watch(brand, actor=request.user, **form.cleaned_data)
        return _saved(request, saved, _("The watch is saved. It applies to the posts that come from now on."))
    return answer(request, "watch/watch_form.html", {"form": form, "brand": brand, **_checked(request, form)})


@require(Role.RESPONDER)
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Change a watch."""
    watch: Watch = get_object_or_404(Watch.objects.select_related("brand"), pk=pk)
    form = WatchForm(request.POST or None, instance=Watch.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid() and querycheck.accept(form, may_be_empty=not watch.query):
        actions.change_watch(watch, actor=request.user, **form.cleaned_data)
        said = _("The watch is changed. It applies to the posts that come from now on.")
        return _saved(request, watch, said)
    context = {"form": form, "watch": watch, "brand": watch.brand, "judged": false_alarms(watch)}
    return answer(request, "watch/watch_form.html", {**context, **_checked(request, form)})


def _saved(request: MemberRequest, watch: Watch, said: str) -> HttpResponseRedirect:
    """Stay on the watch: say that it is saved, and offer its mentions."""
    messages.success(request, said, extra_tags=f"{SEE}{reverse('watch:explore')}?watch={watch.pk}")
    return HttpResponseRedirect(reverse("watch:watch", args=[watch.pk]))


@require_POST
@require(Role.RESPONDER)
def set_active(request: MemberRequest, pk: int) -> HttpResponseRedirect:
    """Pause a watch, or let it go on."""
    watch = get_object_or_404(Watch, pk=pk)
    switch = actions.pause_watch if watch.active else actions.resume_watch
    switch(watch, actor=request.user)
    said = _("The watch is paused: nothing is kept for it.") if watch.active else _("The watch goes on.")
    messages.success(request, said, extra_tags=reverse("watch:set-active", args=[pk]))
    return HttpResponseRedirect(reverse("watch:watches"))


@require(Role.OBSERVER)
def check(request: MemberRequest) -> HttpResponse:
    """Say whether a query is understood, and what it matches in the newest posts."""
    query = request.GET.get("query", "")[:20_000]
    return answer(request, "watch/_query_check.html", _check(request, query))


def _checked(request: MemberRequest, form: WatchForm) -> dict[str, Any]:
    return _check(request, str(form["query"].value() or ""))


def _check(request: MemberRequest, query: str) -> dict[str, Any]:
    return {"checked": querycheck.check(query, request.organisation)}
