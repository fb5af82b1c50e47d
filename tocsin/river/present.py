"""The present: the time of the house, and that of organisations that live in a time of their own."""

import time
from collections.abc import Callable

from tocsin.clock.time import house_now, own_times
from tocsin.clock.waking import Changes
from tocsin.river.beside import ASK_ANYWAY_SECONDS
from tocsin.stream.batch import milliseconds

Clock = Callable[[int], int]
"""The time of an organisation, milliseconds since 1970 UTC."""


class OwnClock:
    """Tells every organisation's present: the house's time, or the organisation's own (an exercise).

    Used by one thread. While nobody lives in a time of its own, it asks again only once somebody wrote.
    """

    def __init__(self) -> None:
        self._changes = Changes("default")
        self._asked = float("-inf")
        self._anybody = True

    def __call__(self) -> Clock:
        """Return the present of now."""
        own = self._own()
        house = milliseconds(house_now())
        return lambda organisation: own.get(organisation, house)

    def _own(self) -> dict[int, int]:
        now, changed = time.monotonic(), self._changes.seen()
        if not (changed or self._anybody or now - self._asked > ASK_ANYWAY_SECONDS):
            return {}
        try:
            own = own_times()
        except BaseException:
            self._changes.forget()
            raise
        self._asked, self._anybody = now, bool(own)
        return {organisation: milliseconds(moment) for organisation, moment in own.items()}
