"""How fast one token may call: buckets that fill with time."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

from tocsin.api.exceptions import CallRefused

CALLS_A_SECOND: Final = 20.0
CALLS_AT_ONCE: Final = 200.0
POSTS_A_SECOND: Final = 5_000.0
POSTS_AT_ONCE: Final = 100_000.0
_REMEMBERED: Final = 10_000


class Rate:
    """A bucket for each token, in this process.

    Parameters
    ----------
    a_second : float
        What flows in.
    at_once : float
        What the bucket holds.
    clock : callable
        `time.monotonic`, or a test's own.
    """

    def __init__(self, a_second: float, at_once: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_second, self._at_once, self._clock = a_second, at_once, clock
        self._levels: OrderedDict[int, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, token: int, amount: float = 1.0) -> None:
        """Take from a token's bucket.

        Raises
        ------
        CallRefused
            When it does not hold that much; the bucket stays as it is.
        """
        with self._lock:
            now = self._clock()
            level, since = self._levels.pop(token, (self._at_once, now))
            level = min(self._at_once, level + (now - since) * self._a_second)
            allowed = level >= amount or level >= self._at_once
            self._levels[token] = (level - amount if allowed else level, now)
            if len(self._levels) > _REMEMBERED:
                self._levels.popitem(last=False)
        if not allowed:
            wait = max(1, math.ceil((min(amount, self._at_once) - level) / self._a_second))
            message = _("Too many calls or posts at once. Try again in %(seconds)s s; nothing was taken.")
            raise CallRefused(429, "too_fast", message % {"seconds": wait}, retry_after=wait)


calls = Rate(CALLS_A_SECOND, CALLS_AT_ONCE)
posts = Rate(POSTS_A_SECOND, POSTS_AT_ONCE)
