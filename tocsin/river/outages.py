"""Says once that something is away and once that it works again, however many threads wait for it."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Final, TypeVar

from tocsin.bus import BusUnavailable
from tocsin.store import StoreUnavailable

log = logging.getLogger(__name__)

AWAY: Final = (StoreUnavailable, BusUnavailable)
"""What passes by itself, or once somebody mended it; nothing is lost meanwhile."""

FIRST_WAIT_SECONDS: Final = 0.25
LONGEST_WAIT_SECONDS: Final = 5.0

_BACK: Final = {
    "StoreUnavailable": "The store can be used again; what waited on the bus is taken now",
    "BusUnavailable": "The bus can be used again; what waited to be read is taken now",
}

Result = TypeVar("Result")


class Outages:
    """Who waits for what; shared by the threads of a river.

    Parameters
    ----------
    tries : int, optional
        How often something is tried before it is given up; without end when absent. Somebody who looks on
        (a command) is better told than kept waiting.
    """

    def __init__(self, tries: int | None = None) -> None:
        self._tries = tries
        self._lock = threading.Lock()
        self._waiting: dict[str, set[str]] = defaultdict(set)

    def met(self, who: str, error: Exception) -> None:
        """Note that somebody met an error, and say so when nobody waits for the same yet."""
        with self._lock:
            waiting = self._waiting[type(error).__name__]
            if not waiting:
                log.error("%s", error)
            waiting.add(who)

    def over(self, who: str) -> None:
        """Note that somebody got through, and say so when nobody waits any more."""
        with self._lock:
            for kind, waiting in self._waiting.items():
                if who in waiting:
                    waiting.remove(who)
                    if not waiting:
                        log.warning(_BACK[kind])

    def through(self, who: str, work: Callable[[], Result], stop: threading.Event) -> Result:
        """Do something as often as it takes, with longer and longer pauses.

        Raises
        ------
        StoreUnavailable, BusUnavailable
            When told to stop meanwhile, or tried often enough.
        """
        wait, left = FIRST_WAIT_SECONDS, self._tries
        while True:
            try:
                done = work()
            except AWAY as error:
                left = None if left is None else left - 1
                if left == 0:
                    raise
                self.met(who, error)
                if stop.wait(wait):
                    raise
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
                continue
            self.over(who)
            return done
