"""What the clock can be asked to do: handlers registered by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tocsin.errors import TocsinError

if TYPE_CHECKING:
    from tocsin.clock.models import Deadline

Finish = Callable[[], object]
Run = Callable[["Deadline"], Finish | None]

FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(hours=1)


class UnknownHandler(TocsinError):
    """A deadline names a handler that no app registered."""


class Later(TocsinError):
    """Raised by a handler: not now, try again after `delay`; does not count as a failure."""

    def __init__(self, delay: timedelta, problem: str = "") -> None:
        super().__init__(problem)
        self.delay = delay


class Hopeless(TocsinError):
    """Raised by a handler: trying again would change nothing; the deadline has failed."""


@dataclass(frozen=True, slots=True)
class Handler:
    """A named job.

    Attributes
    ----------
    run
        Called with the deadline, inside the transaction that also marks it done. For an `outside` handler
        it is called before that transaction, opens the way out, and returns what to do inside it.
    every
        How often a recurring job runs; None for what others set.
    attempts
        Failures after which the deadline is given up, and shown.
    """

    name: str
    run: Run
    outside: bool = False
    every: timedelta | None = None
    lane: str = "normal"
    attempts: int = 8


_handlers: dict[str, Handler] = {}


def register(
    name: str,
    *,
    outside: bool = False,
    every: timedelta | None = None,
    lane: str = "normal",
    attempts: int = 8,
) -> Callable[[Run], Run]:
    """Register the decorated function as the handler `name` (``app.job``)."""

    def decorate(run: Run) -> Run:
        _handlers[name] = Handler(name, run, outside, every, lane, attempts)
        return run

    return decorate


def get(name: str) -> Handler:
    """Return a handler.

    Raises
    ------
    UnknownHandler
        When no app registered it.
    """
    if name not in _handlers:
        raise UnknownHandler(f"no app registered the handler {name}; the deadline is kept")
    return _handlers[name]


def recurring() -> list[Handler]:
    """Return the handlers that run by themselves."""
    return [handler for handler in _handlers.values() if handler.every]


def retry_delay(attempts: int) -> timedelta:
    """Return how long to wait after this many failures: 2 s, 4 s, 8 s ... one hour at most."""
    doublings = min(max(attempts - 1, 0), 16)
    return min(LONGEST_RETRY, FIRST_RETRY * (1 << doublings))
