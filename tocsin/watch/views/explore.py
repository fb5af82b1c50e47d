"""Finding any mention."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.ui.pages import answer, target
from tocsin.watch import explanations, export, period, vocabulary
from tocsin.watch.forms import ExploreForm
from tocsin.watch.models import Watch
from tocsin.watch.period import Period
from tocsin.watch.selectors import mentions, outlook, posts, rollups
from tocsin.watch.selectors.mentions import Page, Wanted
from tocsin.watch.selectors.watches import watches
from tocsin.watch.shown import Mention, shown

PARTS = {"results": "watch/_results.html", "older": "watch/_mentions.html", "fresh": "watch/_fresh.html"}


@dataclass(frozen=True)
class Asked:
    """What an address of the explorer asks for."""

    form: ExploreForm
    wanted: Wanted
    period: Period
    watches: list[Watch]
    words: str


@require(Role.OBSERVER)
def show(request: MemberRequest) -> HttpResponse:
    """Show the mentions that fit, newest first."""
    asked = _asked(request)
    if target(request) == "fresh":
        return _fresh(request, asked)
    page = mentions.page(asked.wanted, _place(request.GET.get("before")))
    matched = posts.watches_by_place([post.n for post in page.posts], asked.wanted.watch_ids)
    listed = [
        shown(post, [watch for watch in asked.watches if watch.pk in matched[post.n]], asked.words)
        for post in posts.as_edited(page.posts)
    ]
    context: dict[str, Any] = {
        "mentions": listed,
        "more": _more(request, page),
        "period": _period(request, asked),
    }
    if target(request) != "older":
        context |= _around(request, asked, page, listed)
    return answer(request, "watch/explore.html", context, PARTS)


@require(Role.OBSERVER)
def export_csv(request: MemberRequest) -> StreamingHttpResponse:
    """Send all mentions that fit as a CSV file, as they are read."""
    asked = _asked(request)
    response = StreamingHttpResponse(export.csv_lines(asked.wanted), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="tocsin-mentions.csv"'
    return response


def _asked(request: MemberRequest) -> Asked:
    organisation = request.organisation
    zone = ZoneInfo(organisation.time_zone)
    # whoever looks for words, a person or a story wants to find them whenever that was
    anywhen = any(request.GET.get(name, "").strip() for name in ("q", "author", "narrative"))
    default = period.EVER if anywhen else "30d"
    span = period.read(request.GET, clock.now(organisation), zone, default=default)
    every = watches(organisation)
    form = ExploreForm(
        request.GET,
        watches=every,
        networks=rollups.networks([watch.pk for watch in every]),
        langs=list(vocabulary.LANGUAGE_NAMES),
    )
    form.is_valid()
    data = form.cleaned_data
    chosen = _chosen(every, data.get("watch") or "")
    low, high = span.places
    wanted = Wanted(
        organisation=organisation.pk,
        watch_ids=[watch.pk for watch in chosen],
        low=low,
        high=high,
        network=data.get("network") or "",
        lang=data.get("lang") or "",
        sentiment=vocabulary.SENTIMENT_NAMES.get(data.get("sentiment") or ""),
        topics=vocabulary.topic_bit(data.get("topic") or ""),
        emotions=vocabulary.emotion_bit(data.get("emotion") or ""),
        author_key=data.get("author") or 0,
        narrative=data.get("narrative") or 0,
        text=data.get("q") or "",
    )
    return Asked(form, wanted, span, chosen, wanted.text)


def _chosen(every: list[Watch], choice: str) -> list[Watch]:
    if choice.startswith("brand-"):
        return [watch for watch in every if watch.brand.slug == choice.removeprefix("brand-")]
    return [watch for watch in every if str(watch.pk) == choice] if choice else every


def _place(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 20 else None


def _more(request: MemberRequest, page: Page) -> str:
    if page.next_place is None:
        return ""
    query = request.GET.copy()
    query["before"] = str(page.next_place)
    return f"?{query.urlencode()}"


def _period(request: MemberRequest, asked: Asked) -> dict[str, Any]:
    return {
        "shown": asked.period,
        "choices": period.choices(asked.period, request.GET, ever=True),
        "beside": True,
    }


def _around(request: MemberRequest, asked: Asked, page: Page, listed: list[Mention]) -> dict[str, Any]:
    """Return what stands around the list: filters, chips, counts and the next step of an empty list."""
    query = request.GET.copy()
    query.pop("before", None)
    latest = mentions.latest_place(asked.wanted.watch_ids) if not listed else None
    newest = page.posts[0].n if page.posts else asked.wanted.low
    return {
        "form": asked.form,
        "chips": _chips(request, asked),
        "query": query.urlencode(),
        "newest": newest,
        "fitting": _count(request, asked, page),
        "any_watch": bool(asked.watches) or Watch.objects.exists(),
        "latest": outlook.week_of(latest, asked.period.zone) if latest else None,
    }


def _count(request: MemberRequest, asked: Asked, page: Page) -> int | None:
    """Return how many mentions fit, where that is known without reading them all; else None."""
    if page.next_place is None and not request.GET.get("before"):
        return len(page.posts)
    wanted = asked.wanted
    plain = Wanted(wanted.organisation, wanted.watch_ids, wanted.low, wanted.high)
    if wanted != plain or len(wanted.watch_ids) != 1:
        return None
    return rollups.totals(wanted.watch_ids, asked.period.start, asked.period.end).volume


def _chips(request: MemberRequest, asked: Asked) -> list[dict[str, str]]:
    found = []
    for name, word in _filters(asked):
        query = request.GET.copy()
        for key in [name] if name != "since" else ["since", "until"]:
            query.pop(key, None)
        query.pop("before", None)
        found.append({"word": word, "address": f"?{query.urlencode()}"})
    return found


def _filters(asked: Asked) -> list[tuple[str, str]]:
    data = asked.form.cleaned_data
    wanted = asked.wanted
    found: list[tuple[str, str]] = []
    if wanted.text:
        found.append(("q", _("“%(words)s”") % {"words": wanted.text}))
    if data.get("watch"):
        first = asked.watches[0] if asked.watches else None
        word = (
            first.brand.name if first and data["watch"].startswith("brand-") else first.name if first else "–"
        )
        found.append(("watch", word))
    for name, words in (
        ("sentiment", vocabulary.SENTIMENT_WORDS),
        ("topic", vocabulary.TOPIC_WORDS),
        ("emotion", vocabulary.EMOTION_WORDS),
    ):
        value = data.get(name)
        if value:
            key: Any = vocabulary.SENTIMENT_NAMES[value] if name == "sentiment" else value
            found.append((name, str(words[key])))
    if wanted.network:
        found.append(("network", vocabulary.network_name(wanted.network)))
    if wanted.lang:
        found.append(("lang", vocabulary.language_name(wanted.lang)))
    if wanted.author_key:
        found.append(("author", _("One author")))
    if wanted.narrative:
        found.append(("narrative", _("One narrative")))
    if asked.period.name == "custom":
        found.append(("since", asked.period.words()))
    return found


def _fresh(request: MemberRequest, asked: Asked) -> HttpResponse:
    """Say how many mentions came since the list was made; the list itself waits until it is asked for."""
    after = _place(request.GET.get("after")) or asked.wanted.high
    newer = Wanted(**{**vars(asked.wanted), "low": after + 1})
    page = mentions.page(newer, size=100)
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "count": len(page.posts),
        "many": page.next_place is not None,
        "query": query.urlencode(),
        "newest": after,
    }
    return answer(request, "watch/_fresh.html", context)


@require(Role.OBSERVER)
def mention(request: MemberRequest, place: int) -> HttpResponse:
    """Show one post whole, with why each score, its thread, its versions and its narrative."""
    organisation = request.organisation
    every = watches(organisation)
    post = posts.one(organisation.pk, place)
    context: dict[str, Any] = {"gone": post is None}
    if post:
        matched = set(posts.watches_of(place, [watch.pk for watch in every]))
        mine = [watch for watch in every if watch.pk in matched]
        first, edits = post, posts.versions(place)
        if edits:
            post = replace(first, text=edits[-1][1])
        related = posts.by_key(organisation.pk, [post.conversation_key, post.parent_key, post.repost_key])
        context |= {
            "mention": shown(post, mine, request.GET.get("q", "")),
            "post": post,
            "matched": mine,
            "thread": [shown(one, mine) for one in posts.as_edited(related) if one.n != post.n],
            "edited_at": edits[-1][0] if edits else None,
            "earlier": [(first.published_at, first.text), *edits[:-1]] if edits else [],
            "why": explanations.why(
                post, {name for watch in mine for name in (watch.brand.name, watch.name)}
            ),
        }
    return answer(request, "watch/mention.html", context, {"pane": "watch/_mention_detail.html"})
