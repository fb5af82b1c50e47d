"""One tailer a web process: it looks for news on behalf of every open stream."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from asgiref.sync import sync_to_async
from django.db import DatabaseError, connections

from tocsin.live.state import Standing, standings

EVERY_SECONDS = 0.4
LONGEST_PAUSE = 15.0
News = asyncio.Queue[Standing | None]
logger = logging.getLogger(__name__)


class Tailer:
    """Reads where the organisations with open streams stand, and wakes the streams of those that moved.

    It runs only while a stream is open, and reads the databases once however many streams there are.
    """

    def __init__(self) -> None:
        self._listeners: dict[int, set[News]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        self._seen: dict[int, Standing] = {}
        self._closed = False

    def close(self) -> None:
        """End every stream, those to come too: the process stops."""
        self._closed = True
        for queue in [queue for queues in self._listeners.values() for queue in queues]:
            _put_latest(queue, None)

    @asynccontextmanager
    async def listening(self, organisation: int) -> AsyncIterator[News]:
        """Give a queue of what an organisation's standing becomes, as long as the block lasts.

        None in it says that the process stops.
        """
        queue: News = asyncio.Queue(maxsize=1)
        if self._closed:
            queue.put_nowait(None)
        self._listeners[organisation].add(queue)
        if self._task is None or self._task.done() or self._task.get_loop() is not asyncio.get_running_loop():
            self._task = asyncio.create_task(self._run())
        try:
            yield queue
        finally:
            self._listeners[organisation].discard(queue)
            if not self._listeners[organisation]:
                del self._listeners[organisation]
                self._seen.pop(organisation, None)

    async def _run(self) -> None:
        pause = EVERY_SECONDS
        while self._listeners and not self._closed:
            try:
                self._tell(dict(await sync_to_async(standings)(list(self._listeners))))
                pause = EVERY_SECONDS
            except DatabaseError as error:
                # a connection that was lost stays lost: the next time begins with a new one
                await sync_to_async(connections.close_all)()
                pause = min(pause * 4, LONGEST_PAUSE)
                logger.warning("live pages hear no news: %s; asked again in %.0f s", error, pause)
            await asyncio.sleep(pause)

    def _tell(self, found: dict[int, Standing]) -> None:
        for organisation, standing in found.items():
            if self._seen.get(organisation) == standing:
                continue
            self._seen[organisation] = standing
            if self._closed:
                return
            for queue in self._listeners.get(organisation, ()):
                _put_latest(queue, standing)


def _put_latest(queue: News, standing: Standing | None) -> None:
    """Keep only the newest: a slow browser is told once of many changes."""
    with suppress(asyncio.QueueEmpty):
        queue.get_nowait()
    queue.put_nowait(standing)


tailer = Tailer()
