"""Answering calls: a page is made from end to end in one thread of a small pool, whose databases stay open.

Django's own ASGI handler starts a thread for each call, opens the databases anew in it, and goes back and
forth between it and the loop around each middleware: on a machine that is busy with the river, each turn
waits. Here the loop only takes calls and sends answers; a stream, such as that of live pages, is sent by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import copy_context
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

THREADS: Final = 6  # one more is started only when all others are busy; each holds databases open
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Handler(ASGIHandler):
    """Django's handler, with all middleware and views of a call in one thread."""

    def __init__(self, threads: int = THREADS) -> None:
        # not Django's own beginning, which would make every middleware once more, and async
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with closing(body):
            making = copy_context().run  # what a call sets for itself ends with it
            loop = asyncio.get_running_loop()
            response = await loop.run_in_executor(self._threads, making, self._made, scope, body)
            if response.streaming:
                await self._stream(response, receive, send)
            else:
                await self.send_response(response, send)

    def _made(self, scope: Scope, body: Any) -> HttpResponseBase:  # noqa: ANN401 - a temporary file, generic in stubs
        """Make the answer, whole unless it is a stream."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = self.__class__  # Django tells `close` so who it was
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            response.close()
        made: HttpResponseBase = response
        return made

    async def _stream(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Send a stream until it ends or nobody reads it any more."""
        tasks = [
            asyncio.ensure_future(self.listen_for_disconnect(receive)),
            asyncio.ensure_future(self.send_response(response, send)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            await sync_to_async(response.close)()
        for fault in ended:
            if isinstance(fault, Exception) and not isinstance(fault, RequestAborted):
                raise fault
