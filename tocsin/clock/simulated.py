"""A clock that moves only when told: for tests, and for whoever generates a history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from tocsin.clock.time import tick_from


class SimulatedTime:
    """The present of a simulated house."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        """Return the simulated present."""
        return self._now

    def advance(self, **duration: float) -> datetime:
        """Move on, by ``minutes=5`` or any argument of `timedelta`, and return the new present."""
        self._now += timedelta(**duration)
        return self._now


@contextmanager
def simulated(start: datetime) -> Iterator[SimulatedTime]:
    """Let the whole process live at `start` until told to advance."""
    time = SimulatedTime(start)
    before = tick_from(time)
    try:
        yield time
    finally:
        tick_from(before)
