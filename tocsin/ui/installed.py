"""Tocsin as an app on a phone: its name there, and the worker that keeps one page and shows call-outs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tocsin.ui import assets

PAGE: Final = "web/offline/page.ts"
_DAY: Final = 86_400


@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """Give the service worker, with the few addresses that it keeps written in front.

    It is registered for the page it keeps (`/offline/`) alone: no other page ever meets it. A new build, or
    other words on the page, change what is written in front, and thereby the worker.
    """
    files = [*assets.needed(PAGE), assets.url("icons.svg"), static("ui/favicon.svg")]
    name = hashlib.sha256("".join([*files, *_pages()]).encode()).hexdigest()[:12]
    shell = json.dumps(
        {
            "page": reverse("plan:offline"),
            "files": files,
            "name": f"offline-{name}",
            "icon": static("ui/icon-192.png"),
            "badge": static("ui/badge-96.png"),
        }
    )
    answer = HttpResponse(f"self.shell={shell};\n{assets.read('web/service-worker.ts')}")
    answer["Content-Type"] = "text/javascript; charset=utf-8"
    answer["Cache-Control"] = "no-cache"
    return answer


def _pages() -> Iterator[str]:
    """Return the page that is kept, in each language."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield render_to_string("plan/offline.html")


@require_GET
def manifest(_request: HttpRequest) -> JsonResponse:
    """Give what a phone asks before it puts Tocsin on the home screen.

    It begins with the page that is kept: that one goes on to Tocsin at once when Tocsin answers, and opens
    the plan that the phone keeps when it does not.
    """
    page = reverse("plan:offline")
    answer = JsonResponse(
        {
            "id": "/",
            "name": "Tocsin",
            "short_name": "Tocsin",
            "description": _("Anticipate, see and handle crises on social networks"),
            "lang": get_language(),
            "start_url": f"{page}?start",
            "scope": "/",
            "display": "standalone",
            "background_color": "#12141B",
            "theme_color": "#12141B",
            "icons": [
                {"src": static("ui/icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": static("ui/icon-512.png"), "sizes": "512x512", "type": "image/png"},
                {
                    "src": static("ui/icon-maskable-512.png"),
                    "sizes": "512x512",
                    "type": "image/png",
                    "purpose": "maskable",
                },
            ],
            "shortcuts": [
                {"name": _("Plan on this phone"), "url": page},
                {"name": _("Alerts"), "url": reverse("alerts:list")},
            ],
        }
    )
    answer["Content-Type"] = "application/manifest+json"
    answer["Cache-Control"] = f"private, max-age={_DAY}"
    return answer
