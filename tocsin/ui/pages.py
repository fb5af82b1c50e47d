"""Answering with a page, or with the part of it that was asked for."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

SEE = "see "  # before the address that a message offers to open; an address alone undoes


def answer(
    request: HttpRequest, template: str, context: Mapping[str, Any], parts: Mapping[str, str] | None = None
) -> HttpResponse:
    """Render a page, or only the part whose element htmx names as its target.

    Parameters
    ----------
    parts
        For each element's id, the template that renders the element itself; it finds `is_part` true.
    """
    part = (parts or {}).get(target(request))
    response = render(request, part or template, {**context, "is_part": part is not None})
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def target(request: HttpRequest) -> str:
    """Return the id of the element that htmx will fill; empty for a whole page."""
    if request.headers.get("HX-Request") != "true":
        return ""
    return request.headers.get("HX-Target", "").partition("#")[2]
