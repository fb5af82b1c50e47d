"""Courtesy to hosts: one request at a time each, a pause between two, and silence when one asks for it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tocsin.listen.fetch.exceptions import Postponed

LONGEST_WAIT = 10.0
LONGEST_SILENCE = 24 * 3600.0


@dataclass
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    silent_until: float = 0.0


class Politeness:
    """Remembers, for this process, when each host may be asked again.

    Parameters
    ----------
    pause : float
        Seconds between the end of one request to a host and the next.
    clock, wait : callables
        `time.monotonic` and `time.sleep`, or a test's own.
    """

    def __init__(
        self,
        pause: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pause = pause
        self._clock = clock
        self._wait = wait
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Wait for one's turn at a host.

        Raises
        ------
        Postponed
            When the host asked for more silence than is worth waiting for here.
        """
        host = self._host(name)
        self._respect_silence(host)
        with host.lock:
            self._respect_silence(host)
            if (wait := host.free_at - self._clock()) > 0:
                self._wait(wait)
            try:
                yield
            finally:
                host.free_at = self._clock() + self._pause

    def silence(self, name: str, seconds: float) -> None:
        """Leave a host alone for a while."""
        host = self._host(name)
        host.silent_until = max(host.silent_until, self._clock() + min(seconds, LONGEST_SILENCE))

    def _respect_silence(self, host: _Host) -> None:
        left = host.silent_until - self._clock()
        if left > LONGEST_WAIT:
            raise Postponed(left)
        if left > 0:
            self._wait(left)

    def _host(self, name: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(name, _Host())


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds that a Retry-After header asks for; None when it asks for none that makes sense."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), int(LONGEST_SILENCE)))
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - (now or datetime.now(UTC))).total_seconds()), LONGEST_SILENCE)
