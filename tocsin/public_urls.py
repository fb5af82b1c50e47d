"""What is served to people who don't sign in, when `tocsin web --public` stands on a host of its own.

An address is here because a link that was sent leads to it; each view takes a signed token and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import gettext as _

from tocsin.callout import urls as callout
from tocsin.plan import urls as plan

REACHED: Final = {plan: ("probe", "rota-feed"), callout: ("answer",)}
"""The names of what a sent link leads to, by the module of addresses of its app."""


def _reached() -> Iterator[Any]:
    for module, names in REACHED.items():
        patterns = [pattern for pattern in module.urlpatterns if pattern.name in names]
        yield path("", include((patterns, module.app_name)))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that nothing is at an address, without a way into the house."""
    words = _("There is nothing at this address.")
    return render(request, "public_error.html", {"words": words}, status=404)


def fault(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that something went wrong, and that what was sent was not taken."""
    words = _("Something went wrong. Your answer was not taken: try again in a moment.")
    return render(request, "public_error.html", {"words": words}, status=500)


urlpatterns = list(_reached())
handler400 = handler403 = handler404 = not_found
handler500 = fault
