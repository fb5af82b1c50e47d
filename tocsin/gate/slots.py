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
SOON, LATER = timedelta(seconds=0.2), timedelta(seconds=2)


class Full(TocsinError):
    """As many messages as may are leaving by this way; look again after `delay`."""

    def __init__(self, delay: timedelta, *, slow: bool) -> None:
        super().__init__("other messages are leaving by this way")
        self.delay = delay
        self.slow = slow


class Slots:
    """The places of each way out in this process, and since when each is taken.

    A clock has more workers than a way has places (`tocsin.clock.loop.WORKERS`).
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._taken: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def taken(self, channel: str) -> Iterator[None]:
        """Hold a place while a message leaves.

        Raises
        ------
        Full
            When there is none: the worker goes on with something else.
        """
        since = self._take(channel)
        try:
            yield
        finally:
            with self._lock:
                self._taken[channel].remove(since)

    def _take(self, channel: str) -> float:
        with self._lock:
            places = self._taken.setdefault(channel, [])
            since = time.monotonic()
            if len(places) >= self._at_once:
                slow = since - max(places) > SLOW_AFTER
                raise Full(LATER if slow else SOON, slow=slow)
            places.append(since)
            return since
