"""The page on which somebody says, without signing in, whether a number or an address is still theirs."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from django_scopes import scope

from tocsin.gate.links import LinkExpired, LinkForged
from tocsin.plan import calling, roster
from tocsin.plan.models import Answer, Probe
from tocsin.plan.probes import answering, asking, links

_PAGE: Final = "plan/public/probe.html"


@csrf_exempt  # whoever has the link may answer; many mail programs keep no cookies
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def probe(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is asked, and keep the answer; opening the page changes nothing."""
    try:
        found = links.read(token)
    except LinkExpired:
        return _closed(request, "expired", 410)
    except LinkForged:
        return _closed(request, "forged", 404)
    if found is None:
        return _closed(request, "gone", 410)
    with (
        scope(organisation=found.organisation_id),
        translation.override(asking.language_of(found.line.contact)),
        timezone.override(calling.zone_of(found.line.contact)),
    ):
        return _kept(request, found) if request.method == "POST" else _shown(request, found)


def _kept(request: HttpRequest, found: Probe) -> HttpResponse:
    given = request.POST.get("answer", "")
    if given not in Answer.values:
        return _shown(request, found, status=400)
    answering.answer(found, Answer(given))
    response = redirect(request.path)
    response.status_code = 303
    return response


def _shown(request: HttpRequest, found: Probe, status: int = 200) -> HttpResponse:
    tapped = request.GET.get("a", "")
    contact = found.line.contact
    context = {
        "probe": found,
        "name": contact.name,
        "company": found.organisation.name,
        "line": roster.written(found.line),
        "tapped": tapped if tapped in Answer.values and tapped != found.answer else "",
        "answers": [
            (Answer.YES, _("Yes, it is right"), ""),
            (Answer.WRONG, _("No, it is wrong"), _("You will no longer be called there first.")),
            (Answer.GONE, _("I no longer do this"), _("Somebody will be asked to take your place.")),
        ],
    }
    return _private(render(request, _PAGE, context, status=status))


def _closed(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return _private(render(request, "plan/public/closed.html", {"why": why}, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
