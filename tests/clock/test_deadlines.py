"""What is due happens, once, in its time; what goes wrong is tried again and shown."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from tests.clock.conftest import NOON, deadline
from tocsin.accounts.models import Organisation
from tocsin.clock import actions, handlers, lease
from tocsin.clock.loop import Clock
from tocsin.clock.models import Deadline, DeadlineState
from tocsin.clock.settle import settle
from tocsin.clock.simulated import SimulatedTime

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_recurs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep to the deadlines that each test sets."""
    monkeypatch.setattr(handlers, "recurring", list)


@pytest.fixture
def breaking() -> Iterator[list[Exception]]:
    """The handler ``tests.oven`` raises what is in this list, first first, and then works."""
    errors: list[Exception] = []

    @handlers.register("tests.oven", attempts=3)
    def oven(_deadline: Deadline) -> None:
        Organisation.objects.create(name="half-baked", slug=f"half-baked-{len(errors)}")
        if errors:
            raise errors.pop(0)

    yield errors
    handlers._handlers.pop("tests.oven", None)


def test_nothing_happens_before_its_time(time: SimulatedTime, handled: list[str]) -> None:
    actions.set("tests.note", NOON + timedelta(minutes=5), key="opening")
    assert Clock().run_due() == 0
    time.advance(minutes=5)
    assert Clock().run_due() == 1
    assert handled == ["opening"]
    assert deadline("opening").state == DeadlineState.DONE


def test_the_same_key_happens_once(time: SimulatedTime, handled: list[str]) -> None:
    for _ in range(3):
        actions.set("tests.note", NOON, key="opening")
        Clock().run_due()
    assert handled == ["opening"]


def test_a_waiting_deadline_takes_a_new_time(time: SimulatedTime, handled: list[str]) -> None:
    actions.set("tests.note", NOON, key="opening")
    actions.set("tests.note", NOON + timedelta(hours=1), key="opening", payload={"shop": "Tours"})
    assert Clock().run_due() == 0
    assert deadline("opening").payload == {"shop": "Tours"}


def test_a_cancelled_deadline_does_not_happen(time: SimulatedTime, handled: list[str]) -> None:
    actions.set("tests.note", NOON, key="opening")
    assert actions.cancel("opening")
    assert not actions.cancel("opening")
    Clock().run_due()
    assert handled == []


def test_a_deadline_goes_with_the_transaction_that_set_it(time: SimulatedTime, handled: list[str]) -> None:
    with transaction.atomic():
        actions.set("tests.note", NOON, key="opening")
        transaction.set_rollback(True)
    assert Clock().run_due() == 0


def test_a_handler_nobody_registered_is_refused(time: SimulatedTime) -> None:
    with pytest.raises(handlers.UnknownHandler):
        actions.set("tests.nobody", NOON, key="opening")


def test_what_a_failing_handler_wrote_is_undone_and_it_is_tried_again_later(
    time: SimulatedTime, breaking: list[Exception]
) -> None:
    breaking.append(RuntimeError("the oven is cold"))
    actions.set("tests.oven", NOON, key="bread")
    Clock().run_due()
    waiting = deadline("bread")
    assert not Organisation.objects.filter(name="half-baked").exists()
    assert (waiting.state, waiting.attempts) == (DeadlineState.WAITING, 1)
    assert waiting.problem == "RuntimeError: the oven is cold"
    assert waiting.due_at == NOON + timedelta(seconds=2)
    time.advance(seconds=2)
    Clock().run_due()
    assert Organisation.objects.filter(name="half-baked").count() == 1
    assert deadline("bread").problem == ""


def test_what_always_fails_is_given_up_and_shown(time: SimulatedTime, breaking: list[Exception]) -> None:
    breaking.extend(RuntimeError("no flour") for _ in range(9))
    actions.set("tests.oven", NOON, key="bread")
    for _ in range(9):
        Clock().run_due()
        time.advance(hours=1)
    given_up = deadline("bread")
    assert (given_up.state, given_up.attempts) == (DeadlineState.FAILED, 3)
    assert given_up.problem == "RuntimeError: no flour"


def test_what_is_hopeless_is_given_up_at_once(time: SimulatedTime, breaking: list[Exception]) -> None:
    breaking.append(handlers.Hopeless("the bakery burnt down"))
    actions.set("tests.oven", NOON, key="bread")
    Clock().run_due()
    assert deadline("bread").state == DeadlineState.FAILED


def test_later_is_no_failure(time: SimulatedTime, breaking: list[Exception]) -> None:
    breaking.append(handlers.Later(timedelta(minutes=20), "the dough still rises"))
    actions.set("tests.oven", NOON, key="bread")
    Clock().run_due()
    waiting = deadline("bread")
    assert (waiting.attempts, waiting.due_at) == (0, NOON + timedelta(minutes=20))


def test_retries_wait_longer_each_time_up_to_an_hour() -> None:
    waits = [handlers.retry_delay(attempts).total_seconds() for attempts in range(1, 40)]
    assert waits[:4] == [2, 4, 8, 16]
    assert waits == sorted(waits)
    assert max(waits) == 3600


def test_an_expired_lease_is_claimed_again(time: SimulatedTime, handled: list[str]) -> None:
    actions.set("tests.note", NOON, key="opening")
    first = lease.claim("normal", "a clock that was killed")
    assert first is not None
    assert lease.claim("normal", "another clock") is None
    time.advance(seconds=lease.LEASE.total_seconds() + 1)
    second = lease.claim("normal", "another clock")
    assert second is not None
    assert (second.pk, second.attempts) == (first.pk, 2)


def test_a_renewed_lease_is_not_claimed(time: SimulatedTime, handled: list[str]) -> None:
    actions.set("tests.note", NOON, key="opening")
    held = lease.claim("normal", "a slow clock")
    assert held is not None
    time.advance(seconds=20)
    lease.renew([held.pk], "a slow clock")
    time.advance(seconds=20)
    assert lease.claim("normal", "another clock") is None


def test_what_is_done_under_a_lost_lease_is_undone(time: SimulatedTime, breaking: list[Exception]) -> None:
    actions.set("tests.oven", NOON, key="bread")
    lost = lease.claim("normal", "a clock that slept")
    time.advance(seconds=60)
    taken_over = lease.claim("normal", "another clock")
    assert lost is not None
    assert taken_over is not None
    settle(lost)
    assert not Organisation.objects.filter(name="half-baked").exists()
    settle(taken_over)
    assert Organisation.objects.filter(name="half-baked").count() == 1
    assert deadline("bread").state == DeadlineState.DONE


def test_the_oldest_due_is_taken_first(time: SimulatedTime, handled: list[str]) -> None:
    for minutes in (3, 1, 2):
        actions.set("tests.note", NOON - timedelta(minutes=minutes), key=f"{minutes} min late")
    assert lease.most_overdue() == timedelta(minutes=3)
    Clock().run_due()
    assert handled == ["3 min late", "2 min late", "1 min late"]
    assert lease.most_overdue() == timedelta(0)


def test_what_was_settled_long_ago_is_forgotten_in_slices(time: SimulatedTime, handled: list[str]) -> None:
    for number in range(5):
        actions.set("tests.note", NOON, key=f"old {number}")
    Clock().run_due()
    time.advance(days=31)
    actions.set("tests.note", NOON, key="late but waiting")
    assert actions.forget_settled(slice_of=2) == 5
    assert deadline("late but waiting").state == DeadlineState.WAITING
