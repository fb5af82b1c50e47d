"""The stream that tells a browser that there is something new."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from tocsin.live.state import Standing, news, standings
from tocsin.live.tailer import tailer

HEARTBEAT_SECONDS = 15
RETRY_MS = 3000


def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Send ``revision`` and ``journal`` events of one's organisation, and a heartbeat.

    A page says with ``?o=`` of which organisation it is: one that somebody left in another tab is refused,
    so that it says it may be out of date instead of hearing another organisation's news.
    """
    organisation = getattr(request, "organisation", None)
    if organisation is None or request.GET.get("o", str(organisation.pk)) != str(organisation.pk):
        return HttpResponse(status=403)
    last = Standing.parse(request.headers.get("Last-Event-ID") or request.GET.get("last", ""))
    response = StreamingHttpResponse(events(organisation.pk, last), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def events(organisation: int, last: Standing | None) -> AsyncIterator[bytes]:
    """Give the events, from what the browser last saw on."""
    yield f"retry: {RETRY_MS}\n\n".encode()
    async with tailer.listening(organisation) as queue:
        now = (await sync_to_async(standings)([organisation]))[organisation]
        yield _event("beat", now)
        if last is not None:
            for kind in news(last, now):
                yield _event(kind, now)
        while True:
            try:
                then = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield _event("beat", now)
                continue
            if then is None:
                return
            for kind in news(now, then):
                yield _event(kind, then)
            now = then


def _event(kind: str, standing: Standing) -> bytes:
    return f"event: {kind}\nid: {standing.identifier}\ndata: {standing.identifier}\n\n".encode()
