"""Recurring jobs keep their rhythm, through failures and nights without a clock."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.clock.conftest import NOON, deadline
from tocsin.clock import actions, handlers
from tocsin.clock.loop import Clock
from tocsin.clock.models import Deadline, DeadlineState
from tocsin.clock.simulated import SimulatedTime

pytestmark = pytest.mark.django_db
KEY = "every:tests.inventory"


@pytest.fixture(autouse=True)
def inventory(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Exception]]:
    """An inventory every ten minutes, which raises what is in this list."""
    errors: list[Exception] = []

    @handlers.register("tests.inventory", every=timedelta(minutes=10), attempts=2)
    def count(_deadline: Deadline) -> None:
        if errors:
            raise errors.pop(0)

    only = handlers.get("tests.inventory")
    monkeypatch.setattr(handlers, "recurring", lambda: [only])
    yield errors
    handlers._handlers.pop("tests.inventory", None)


def test_a_recurring_job_waits_for_its_next_turn(time: SimulatedTime) -> None:
    actions.install_recurring()
    assert Clock().run_due() == 1
    assert deadline(KEY).due_at == NOON + timedelta(minutes=10)
    assert Clock().run_due() == 0
    time.advance(minutes=10)
    assert Clock().run_due() == 1


def test_turns_missed_while_no_clock_ran_are_not_made_up_for(time: SimulatedTime) -> None:
    actions.install_recurring()
    time.advance(hours=9, minutes=3)
    assert Clock().run_due() == 1
    assert deadline(KEY).due_at == NOON + timedelta(hours=9, minutes=10)


def test_a_job_given_up_is_tried_at_its_next_turn_with_its_problem_on_show(
    time: SimulatedTime, inventory: list[Exception]
) -> None:
    inventory.extend(RuntimeError("the shelf fell") for _ in range(2))
    actions.install_recurring()
    Clock().run_due()
    time.advance(seconds=2)
    Clock().run_due()
    waiting = deadline(KEY)
    assert (waiting.state, waiting.attempts) == (DeadlineState.WAITING, 0)
    assert waiting.problem == "RuntimeError: the shelf fell"
    assert waiting.due_at > NOON + timedelta(minutes=9)


def test_installing_twice_changes_nothing_but_a_new_rhythm(
    time: SimulatedTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.install_recurring()
    Clock().run_due()
    actions.install_recurring()
    assert deadline(KEY).due_at == NOON + timedelta(minutes=10)
    slower = handlers.Handler("tests.inventory", lambda _deadline: None, every=timedelta(hours=1))
    monkeypatch.setattr(handlers, "recurring", lambda: [slower])
    actions.install_recurring()
    assert deadline(KEY).every_seconds == 3600
