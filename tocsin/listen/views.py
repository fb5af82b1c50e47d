"""Sources: how they fare, and adding them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.listen import actions, problems, selectors
from tocsin.listen.forms import ApiForm, FetchedForm
from tocsin.listen.models import Source, SourceKind, SourceState, Token
from tocsin.ui.pages import answer
from tocsin.watch.models import Brand

FOLLOWED: dict[tuple[str, str], str] = {
    (SourceKind.FEED, SourceState.NEW): "2s",
    (SourceKind.SITEMAP, SourceState.NEW): "2s",
    (SourceKind.API, SourceState.NEW): "2s",
    (SourceKind.FEED, ""): "10s",
    (SourceKind.SITEMAP, ""): "10s",
}
"""How often an open page asks how a source fares, where no event tells it."""
PARTS = {"sources": "listen/_list.html", "source": "listen/_source.html"}


@require(Role.OBSERVER)
def listed(request: MemberRequest) -> HttpResponse:
    """Show how every source fares, and the latest imports."""
    context = {
        "healths": selectors.sources(request.organisation),
        "imports": selectors.imports(request.organisation, 10),
        "any_brand": Brand.objects.exists(),
    }
    return answer(request, "listen/list.html", context, PARTS)


@require(Role.OBSERVER)
def show(request: MemberRequest, pk: int) -> HttpResponse:
    """Show one source: its schedule, its counts, what went wrong."""
    source: Source = get_object_or_404(Source.objects.select_related("brand"), pk=pk)
    rejections = [
        {"at": parse_datetime(one["at"]), "words": problems.words(one["code"], one["figures"])}
        for one in source.rejections
    ]
    secret = request.session.pop(f"token-of-{pk}", "")
    context = {
        "source": source,
        "health": selectors.health(source),
        "rejections": rejections,
        "every": FOLLOWED.get((source.kind, source.state)) or FOLLOWED.get((source.kind, ""), ""),
        # a part fetched again below a token that is being shown must not say a second time how to use it
        "here": f"{request.path}?told=1" if secret else request.get_full_path(),
        "told": "told" in request.GET,
        "tokens": [token for token in selectors.tokens(request.organisation) if token.source_id == pk],
        "imports": [one for one in selectors.imports(request.organisation, 50) if one.row.source_id == pk],
        "secret": secret,
        "endpoint": request.build_absolute_uri("/api/v1/posts")
        if not settings.URL
        else f"{settings.URL}/api/v1/posts",
        "may_change": request.membership.may(Role.LEAD),
    }
    return answer(request, "listen/source.html", context, PARTS)


@require(Role.LEAD)
def add(request: MemberRequest) -> HttpResponse:
    """Offer the ways to get posts in."""
    return answer(request, "listen/add.html", {"any_brand": Brand.objects.exists()})


@require(Role.LEAD)
def add_feed(request: MemberRequest) -> HttpResponse:
    """Add an RSS or Atom feed."""
    return _add_fetched(request, SourceKind.FEED)


@require(Role.LEAD)
def add_sitemap(request: MemberRequest) -> HttpResponse:
    """Add a news sitemap."""
    return _add_fetched(request, SourceKind.SITEMAP)


def _add_fetched(request: MemberRequest, kind: SourceKind) -> HttpResponse:
    form = FetchedForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            source = actions.create_source(request.organisation, actor=request.user, **form.as_source())
        except actions.SourceUnusable as error:
            form.add_error("address", str(error))
        else:
            messages.success(request, _("The source is added; it is fetched now."))
            return redirect("listen:source", pk=source.pk)
    return answer(request, "listen/add_fetched.html", {"form": form, "kind": kind})


@require(Role.LEAD)
def add_api(request: MemberRequest) -> HttpResponse:
    """Add a source that other programs write to, with its first token."""
    form = ApiForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        source = actions.create_source(request.organisation, actor=request.user, **form.as_source())
        return _show_token(request, source)
    return answer(request, "listen/add_api.html", {"form": form})


@require_POST
@require(Role.LEAD)
def new_token(request: MemberRequest, pk: int) -> HttpResponse:
    """Make a token of a source; its secret is shown once."""
    return _show_token(request, get_object_or_404(Source, pk=pk, kind=SourceKind.API))


def _show_token(request: MemberRequest, source: Source) -> HttpResponse:
    _token, secret = actions.create_token(source, actor=request.user, name=source.name)
    request.session[f"token-of-{source.pk}"] = secret
    return redirect("listen:source", pk=source.pk)


@require_POST
@require(Role.LEAD)
def revoke_token(request: MemberRequest, pk: int) -> HttpResponse:
    """Make a token useless."""
    token = get_object_or_404(Token, pk=pk)
    actions.revoke_token(token, actor=request.user)
    messages.success(request, _("The token no longer works."))
    return redirect("listen:source", pk=token.source_id)


@require_POST
@require(Role.LEAD)
def pause(request: MemberRequest, pk: int) -> HttpResponse:
    """Pause a source, or let it go on."""
    source = get_object_or_404(Source, pk=pk)
    paused = source.state == SourceState.PAUSED
    (actions.resume_source if paused else actions.pause_source)(source, actor=request.user)
    said = _("The source is watched again.") if paused else _("The source is paused: it is not watched.")
    messages.success(request, said, extra_tags=reverse("listen:pause", args=[pk]))
    return redirect("listen:source", pk=pk)


@require_POST
@require(Role.LEAD)
def move(request: MemberRequest, pk: int) -> HttpResponse:
    """Fetch a source from another address, such as a feed that the page at its address names."""
    source = get_object_or_404(Source, pk=pk, kind__in=actions.FETCHED_KINDS)
    try:
        actions.change_source(source, actor=request.user, address=request.POST.get("address", ""))
    except actions.SourceUnusable as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The address is changed; the source is fetched now."))
    return redirect("listen:source", pk=pk)


@require_POST
@require(Role.RESPONDER)
def fetch(request: MemberRequest, pk: int) -> HttpResponse:
    """Fetch a source now."""
    actions.fetch_now(get_object_or_404(Source, pk=pk))
    messages.success(request, _("The source is fetched now."))
    return redirect("listen:source", pk=pk)


@require_POST
@require(Role.ADMINISTRATOR)
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Remove a source; its posts stay."""
    source = get_object_or_404(Source, pk=pk)
    actions.remove_source(source, actor=request.user)
    messages.success(request, _("The source is removed; the posts it brought are kept."))
    return redirect("listen:list")
