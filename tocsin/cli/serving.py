"""The server of the pages: what it loads before it listens, what it says then, how it stops."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import threading
from importlib import import_module
from typing import Final

import click
import uvicorn
from django.conf import settings
from django.urls import get_resolver
from django.utils import translation

from tocsin.accounts import setup_token
from tocsin.asgi import application
from tocsin.cli.language import environment_language
from tocsin.cli.signing_in import block
from tocsin.listen.demo import sign_in
from tocsin.live.tailer import tailer

GRACE_SECONDS: Final = 2
LATER_SECONDS: Final = 3.0
LOADED_LATER: Final = ("tocsin.api.urls", "openpyxl")


def load_pages() -> None:
    """Load every page before anybody asks for one, so that what listens also answers."""
    _ = get_resolver().url_patterns
    gc.enable()
    gc.freeze()  # what is loaded by now stays: the collector need not look at it again


def announcement() -> str:
    """Return what whoever started the pages needs to know to open them."""
    if to_use := sign_in():
        with translation.override(environment_language()):
            return block(entrance(), to_use)
    return f"Tocsin is ready: {entrance()}"


def entrance() -> str:
    """Return the address to open: the set-up page, with a fresh token, until somebody has an account."""
    if not setup_token.is_set_up():
        return setup_token.link(setup_token.new_token())
    return f"{settings.URL or setup_token.local_address()}/"


class Server(uvicorn.Server):
    """Uvicorn with Tocsin's settings, which ends live streams by itself when it stops.

    Parameters
    ----------
    words
        Printed on standard output once calls are taken.
    """

    def __init__(self, words: str = "") -> None:
        super().__init__(
            uvicorn.Config(
                application,
                host=settings.HOST,
                port=settings.PORT,
                lifespan="off",
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._words = words
        logging.getLogger("uvicorn.error").addFilter(_not_of_the_end)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so and load what the first page could do without."""
        await super().startup(sockets)
        if self._words:
            click.echo(self._words)
        later = threading.Timer(LATER_SECONDS, lambda: [import_module(name) for name in LOADED_LATER])
        later.daemon = True
        later.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the live streams, which would stay open for ever, then let pages be answered to their end."""
        tailer.close()
        await super().shutdown(sockets)


def _not_of_the_end(record: logging.LogRecord) -> bool:
    """Leave out that what was still being answered at the end was cut off: it was asked for."""
    cause = record.exc_info[1] if record.exc_info else None
    return not (isinstance(cause, asyncio.CancelledError) or "graceful shutdown" in record.msg)
