"""Several clocks at once: each deadline is handled once, and what is urgent never waits for what is bulky."""

import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connections
from django_scopes import scopes_disabled

from tests.clock.conftest import NOON
from tocsin.accounts.models import Organisation
from tocsin.clock import actions, handlers
from tocsin.clock.loop import Clock
from tocsin.clock.models import Deadline, DeadlineState

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 30


@pytest.fixture(autouse=True)
def no_pulses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep to the workers."""
    monkeypatch.setattr("tocsin.clock.loop.pulses", list)
    monkeypatch.setattr(handlers, "recurring", list)


@pytest.fixture
def baking() -> Iterator[Counter[str]]:
    """A handler that writes a row for each deadline, and counts its calls."""
    calls: Counter[str] = Counter()

    @handlers.register("tests.bake")
    def bake(deadline: Deadline) -> None:
        calls[deadline.key] += 1
        Organisation.objects.create(name=deadline.key, slug=deadline.key)

    yield calls
    handlers._handlers.pop("tests.bake", None)


def test_four_clocks_handle_each_deadline_once(baking: Counter[str]) -> None:
    for number in range(40):
        actions.set("tests.bake", NOON.replace(year=2020), key=f"loaf-{number}")
    start = threading.Barrier(4)

    def work() -> None:
        start.wait(WAIT)
        Clock().run_due()
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert set(baking.values()) == {1}
    assert Organisation.objects.count() == len(baking) == 40
    with scopes_disabled():
        assert set(Deadline.objects.values_list("state", flat=True)) == {DeadlineState.DONE}


def test_what_is_urgent_does_not_wait_behind_what_is_bulky() -> None:
    bulky_runs, urgent_done, let_go = threading.Event(), threading.Event(), threading.Event()

    @handlers.register("tests.export", outside=True)
    def export(_deadline: Deadline) -> None:
        bulky_runs.set()
        assert let_go.wait(WAIT)

    @handlers.register("tests.alarm")
    def alarm(_deadline: Deadline) -> None:
        urgent_done.set()

    clock = Clock(workers={"urgent": 1, "bulk": 1}, poll_seconds=0.02)
    thread = threading.Thread(target=clock.run)
    for number in range(3):
        actions.set("tests.export", NOON.replace(year=2020), key=f"export {number}", lane="bulk")
    thread.start()
    try:
        assert bulky_runs.wait(WAIT)
        actions.set("tests.alarm", NOON.replace(year=2020), key="alarm", lane="urgent")
        assert urgent_done.wait(WAIT)
    finally:
        clock.stop()
        let_go.set()
        thread.join(WAIT)
        handlers._handlers.pop("tests.export", None)
        handlers._handlers.pop("tests.alarm", None)


def test_a_stopped_clock_finishes_what_it_is_doing() -> None:
    running, let_go = threading.Event(), threading.Event()

    @handlers.register("tests.slow", outside=True)
    def slow(_deadline: Deadline) -> None:
        running.set()
        assert let_go.wait(WAIT)

    clock = Clock(workers={"normal": 1}, poll_seconds=0.02)
    thread = threading.Thread(target=clock.run)
    actions.set("tests.slow", NOON.replace(year=2020), key="slow")
    actions.set("tests.slow", NOON.replace(year=2021), key="not begun")
    thread.start()
    try:
        assert running.wait(WAIT)
        clock.stop()
    finally:
        let_go.set()
        thread.join(WAIT)
        handlers._handlers.pop("tests.slow", None)
    with scopes_disabled():
        states = dict(Deadline.objects.values_list("key", "state"))
    assert states == {"slow": DeadlineState.DONE, "not begun": DeadlineState.WAITING}
