"""A brand's page: its timeline and what stands out in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.alerts.models import Alert, Vigilance
from tocsin.listen.actions import page_opened
from tocsin.ui.pages import answer, target
from tocsin.watch import charts, period
from tocsin.watch.models import Brand, Watch
from tocsin.watch.period import Period
from tocsin.watch.selectors import mentions, outlook, overlap, rankings, rollups, usual
from tocsin.watch.selectors.mentions import Wanted
from tocsin.watch.selectors.watches import own_watches
from tocsin.watch.vocabulary import TOPIC_WORDS, network_name

SEASON = timedelta(days=92)
PARTS = {"brand-figures": "watch/_brand_figures.html", "brand-lists": "watch/_brand_lists.html"}


@require(Role.OBSERVER)
def show(request: MemberRequest, slug: str) -> HttpResponse:
    """Show a brand over a period; a part of the page follows what was chosen on the chart."""
    brand = get_object_or_404(Brand, slug=slug)
    page_opened(request.organisation)
    zone = ZoneInfo(request.organisation.time_zone)
    shown = period.read(request.GET, clock.now(request.organisation), zone)
    every = list(brand.watches.all())
    chosen = _chosen(request, every)
    ids = [watch.pk for watch in chosen]
    context: dict[str, Any] = {
        "brand": brand,
        "vigilance": Vigilance.objects.filter(brand=brand).first(),
        "watches": every,
        "chosen": chosen[0] if len(chosen) == 1 and request.GET.get("watch") else None,
        "period": {"shown": shown, "choices": period.choices(shown, request.GET)},
        "here": request.get_full_path(),
        "selection": (selection := period.selection(request.GET, shown)),
        "without_selection": _without(request, "from", "to"),
        "may_call_out": request.membership.may(Role.RESPONDER),
    }
    if not every:
        return answer(request, "watch/brand.html", context)  # the page says what to watch first
    wanted_part = target(request)
    if wanted_part != "brand-lists":
        context |= _figures(request, ids, shown, brand)
    if wanted_part != "brand-figures":
        context |= _lists(request, brand, chosen, selection or shown)
    return answer(request, "watch/brand.html", context, PARTS)


def _band(ids: list[int], shown: Period) -> charts.Expected | None:
    """Return the usual range; beyond a season it is slow to draw and too thin to read."""
    return usual.expected(ids, shown) if shown.span <= SEASON else None


def _chosen(request: MemberRequest, every: list[Watch]) -> list[Watch]:
    one = [watch for watch in every if str(watch.pk) == request.GET.get("watch")]
    return one or own_watches(every)


def _figures(request: MemberRequest, ids: list[int], shown: Period, brand: Brand) -> dict[str, Any]:
    split = request.GET.get("split", "")
    split = split if split in charts.SPLITS else "sentiment"
    alerts = Alert.objects.filter(
        brand=brand, watch__in=ids, began_at__gte=shown.start, began_at__lt=shown.end
    )
    ahead = outlook.forecast(ids, shown)
    bars = ahead.bars if ahead else None
    chart = charts.build(
        ids, shown, split=split, alerts=list(alerts[:50]), expected=_band(ids, shown), ahead=bars
    )
    totals = rollups.totals(ids, shown.start, shown.end)
    latest = None if totals.volume else mentions.latest_place(ids)
    return {
        "chart": chart,
        "outlook": ahead,
        "split": split,
        "splits": [(name, _without(request, "split", split=name)) for name in charts.SPLITS],
        "totals": totals,
        "twice": overlap.counted_twice(ids, shown) if totals.volume else overlap.Twice(),
        "latest": outlook.week_of(latest, shown.zone) if latest is not None else None,
    }


def _lists(request: MemberRequest, brand: Brand, chosen: list[Watch], span: Period) -> dict[str, Any]:
    ids = [watch.pk for watch in chosen]
    low, high = span.places
    wanted = Wanted(request.organisation.pk, ids, low, high)
    among = rankings.newest(wanted)
    topics = rollups.topic_totals(ids, span)
    networks = rollups.network_totals(ids, span)
    return {
        "narratives": rankings.narratives(wanted, among),
        "authors": rankings.authors(wanted, among),
        "topics": [(name, TOPIC_WORDS[name], count) for name, count in topics if name != "other"][:6],
        "networks": [(name, network_name(name), count) for name, count in networks][:6],
        "risen": outlook.words_that_rose(wanted, span, [brand.name, *(one.query for one in chosen)]),
        "bounded": rankings.bounded(wanted),
        "looked": rankings.LOOKED_AT,
        "explore": _explore_query(request, brand, span),
    }


def _explore_query(request: MemberRequest, brand: Brand, span: Period) -> str:
    query = request.GET.copy()
    for key in ("split", "from", "to", "period", "since", "until"):
        query.pop(key, None)
    if not query.get("watch"):
        query["watch"] = f"brand-{brand.slug}"
    if span.name in period.NAMED:
        query["period"] = span.name
    else:
        query["since"] = span.start.astimezone(span.zone).isoformat(timespec="seconds")
        query["until"] = span.end.astimezone(span.zone).isoformat(timespec="seconds")
    return str(query.urlencode())


def _without(request: MemberRequest, *keys: str, **instead: str) -> str:
    query = request.GET.copy()
    for key in keys:
        query.pop(key, None)
    for key, value in instead.items():
        query[key] = value
    return f"?{query.urlencode()}"
