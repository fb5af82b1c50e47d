"""A simulated house, and handlers of the tests' own."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django_scopes import scopes_disabled

from tocsin.clock import handlers
from tocsin.clock.models import Deadline
from tocsin.clock.simulated import SimulatedTime, simulated

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def time() -> Iterator[SimulatedTime]:
    """A clock that moves only when told."""
    with simulated(NOON) as moving:
        yield moving


@pytest.fixture
def handled() -> Iterator[list[str]]:
    """Keys of the deadlines that the handler ``tests.note`` was given."""
    seen: list[str] = []

    @handlers.register("tests.note")
    def note(deadline: Deadline) -> None:
        seen.append(deadline.key)

    yield seen
    handlers._handlers.pop("tests.note", None)


def deadline(key: str) -> Deadline:
    """Return a deadline as it is now."""
    with scopes_disabled():
        found: Deadline = Deadline.objects.get(key=key)
    return found
