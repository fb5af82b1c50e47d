"""What a clock process does all the time, beside deadlines: looking for what the river raised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Beat = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Pulse:
    """Something done every so many seconds by each clock process; safe to be done by several at once.

    With the alias of a database in `after`, it is done only after that was written to, and now and then all
    the same.
    """

    name: str
    seconds: float
    run: Beat
    after: str = ""


_pulses: dict[str, Pulse] = {}


def register(name: str, *, seconds: float, after: str = "") -> Callable[[Beat], Beat]:
    """Register the decorated function, done every `seconds` while a clock runs; see `Pulse`."""

    def decorate(run: Beat) -> Beat:
        _pulses[name] = Pulse(name, seconds, run, after)
        return run

    return decorate


def pulses() -> list[Pulse]:
    """Return all of them."""
    return list(_pulses.values())
