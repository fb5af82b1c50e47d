"""How fast one token may call: buckets that fill with time, shared by every web process."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.api.exceptions import CallRefused
from tocsin.listen.models import Bucket

CALLS_A_SECOND: Final = 20.0
CALLS_AT_ONCE: Final = 200.0
POSTS_A_SECOND: Final = 5_000.0
POSTS_AT_ONCE: Final = 100_000.0


class Rate:
    """A bucket for each token, in the database: how many processes answer changes nothing.

    Parameters
    ----------
    name : str
        What is counted.
    a_second : float
        What flows in.
    at_once : float
        What the bucket holds.
    clock : callable
        `time.time`, or a test's own.
    """

    def __init__(
        self, name: str, a_second: float, at_once: float, clock: Callable[[], float] = time.time
    ) -> None:
        self._name, self._a_second, self._at_once, self._clock = name, a_second, at_once, clock

    def take(self, token: int, amount: float = 1.0) -> None:
        """Take from a token's bucket; within the scope of its organisation.

        Raises
        ------
        CallRefused
            When it does not hold that much; the bucket stays as it is.
        """
        with transaction.atomic():
            now = self._clock()
            full = {"level": self._at_once, "at": now}
            Bucket.objects.get_or_create(token_id=token, name=self._name, defaults=full)
            row = Bucket.objects.select_for_update(of=("self",)).get(token_id=token, name=self._name)
            # clocks of two machines may differ: time never runs backwards in a bucket
            level = min(self._at_once, row.level + max(0.0, now - row.at) * self._a_second)
            allowed = level >= amount or level >= self._at_once
            row.level, row.at = level - amount if allowed else level, max(now, row.at)
            row.save(update_fields=["level", "at"])
        if not allowed:
            wait = max(1, math.ceil((min(amount, self._at_once) - level) / self._a_second))
            message = _("Too many calls or posts at once. Try again in %(seconds)s s; nothing was taken.")
            raise CallRefused(429, "too_fast", message % {"seconds": wait}, retry_after=wait)


calls = Rate("calls", CALLS_A_SECOND, CALLS_AT_ONCE)
posts = Rate("posts", POSTS_A_SECOND, POSTS_AT_ONCE)
