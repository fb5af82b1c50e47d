"""An idle clock knows without asking much when the next thing is due."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, connections

from tests.clock.conftest import NOON
from tocsin.accounts.models import Organisation
from tocsin.clock import actions, handlers, pulse
from tocsin.clock.loop import Clock
from tocsin.clock.models import Deadline, DeadlineState
from tocsin.clock.simulated import SimulatedTime
from tocsin.clock.waking import Changes, next_due

WAIT = 30


@pytest.mark.django_db
def test_nothing_is_due_where_nothing_was_set(time: SimulatedTime, handled: list[str]) -> None:
    assert next_due() is None
    actions.set("tests.note", NOON + timedelta(hours=3), key="later")
    actions.set("tests.note", NOON + timedelta(hours=1), key="sooner")
    assert next_due() == NOON + timedelta(hours=1)
    actions.cancel("sooner")
    assert next_due() == NOON + timedelta(hours=3)


@pytest.mark.django_db
def test_a_lease_that_runs_out_is_due_then(time: SimulatedTime, handled: list[str]) -> None:
    actions.set("tests.note", NOON + timedelta(hours=3), key="later")
    until = NOON + timedelta(seconds=30)
    Deadline.objects.with_scopes_disabled().update(state=DeadlineState.LEASED, leased_until=until)
    assert next_due() == until


@pytest.mark.parametrize(
    ("pace", "minutes"),
    [
        ((60.0, False), (60, 1)),
        ((0.5, False), (60, 120)),
        ((60.0, True), (60, None)),
        ((60.0, True), (-1, 0)),
    ],
)
def test_what_is_due_in_an_organisations_own_time_is_found_in_the_time_of_the_house(
    organisation: Organisation,
    time: SimulatedTime,
    handled: list[str],
    pace: tuple[float, bool],
    minutes: tuple[int, int | None],
) -> None:
    own_minutes, real_minutes = minutes
    exercise = NOON - timedelta(days=300)
    actions.set_time(organisation, exercise, speed=pace[0], paused=pace[1])
    actions.set("tests.note", exercise + timedelta(minutes=own_minutes), organisation=organisation, key="own")
    expected = None if real_minutes is None else NOON + timedelta(minutes=real_minutes)
    assert next_due() == expected


@pytest.mark.django_db(transaction=True)
def test_a_database_tells_that_somebody_else_wrote() -> None:
    changes = Changes("default")
    if connection.vendor != "sqlite":
        assert changes.seen()
        assert changes.seen()
        return
    assert changes.seen()
    assert not changes.seen()
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=20)
    with other:
        other.execute("INSERT INTO accounts_organisation (name, slug) SELECT 'Lacaze', 'lacaze' WHERE 0")
        other.execute("CREATE TABLE oven (heat INTEGER)")
        other.execute("DROP TABLE oven")
    other.close()
    assert changes.seen()
    assert not changes.seen()
    changes.forget()
    assert changes.seen()


@pytest.fixture
def fed() -> Iterator[threading.Event]:
    """A pulse that feeds the leaven whenever somebody wrote to the database."""
    event = threading.Event()
    pulse.register("tests.feed", seconds=0.01, after="default")(event.set)
    yield event
    pulse._pulses.pop("tests.feed")


@pytest.mark.django_db(transaction=True)
def test_a_running_clock_is_called_by_what_is_set_and_by_what_is_written(
    fed: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.clock.loop.ALL_THE_SAME_SECONDS", 10_000.0)
    monkeypatch.setattr("tocsin.clock.loop.pulses", lambda: [pulse._pulses["tests.feed"]])
    monkeypatch.setattr(handlers, "recurring", list)
    met = threading.Event()
    handlers.register("tests.met")(lambda _deadline: met.set())
    clock = Clock(workers={"urgent": 1, "normal": 1}, poll_seconds=0.01)
    thread = threading.Thread(target=clock.run)
    thread.start()
    try:
        assert fed.wait(WAIT)
        for number in range(3):
            fed.clear()
            met.clear()
            actions.set("tests.met", NOON.replace(year=2020), key=f"met-{number}")
            assert met.wait(WAIT)
            assert fed.wait(WAIT)
    finally:
        clock.stop()
        thread.join(WAIT)
        connections.close_all()
        handlers._handlers.pop("tests.met")
    assert not thread.is_alive()
