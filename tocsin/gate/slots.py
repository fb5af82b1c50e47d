"""How many messages leave by one way at once, so that one that hangs leaves workers to the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from tocsin.errors import TocsinError

AT_ONCE = 4
SLOW_AFTER = 1.0
LATER = timedelta(seconds=2)


class Full(TocsinError):
    """As many messages as may are leaving by this way, and none gets on; look again after `delay`."""

    def __init__(self, delay: timedelta = LATER) -> None:
        super().__init__("other messages are leaving by this way")
        self.delay = delay


class Slots:
    """The places of each way out in this process, and since when each is taken.

    A clock has more workers than a way has places (`tocsin.clock.loop.WORKERS`).
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._taken: dict[str, list[float]] = {}
        self._freed = threading.Condition()

    @contextmanager
    def taken(self, channel: str) -> Iterator[None]:
        """Hold a place while a message leaves, waiting for one as long as the way is quick.

        Raises
        ------
        Full
            When none is free and the way is slow: the worker goes on with something else.
        """
        since = self._take(channel)
        try:
            yield
        finally:
            with self._freed:
                self._taken[channel].remove(since)
                self._freed.notify_all()

    def _take(self, channel: str) -> float:
        with self._freed:
            places = self._taken.setdefault(channel, [])
            while len(places) >= self._at_once:
                # what left last began so long ago that the way is no longer quick
                patience = SLOW_AFTER - (time.monotonic() - max(places))
                if patience <= 0 or not self._freed.wait(patience):
                    raise Full
            since = time.monotonic()
            places.append(since)
            return since
