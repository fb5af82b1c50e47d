"""Each organisation can live in a time of its own, with its speed and its pauses."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.clock.conftest import NOON, deadline
from tocsin import clock
from tocsin.accounts.models import Organisation
from tocsin.clock import actions
from tocsin.clock.loop import Clock
from tocsin.clock.models import DeadlineState, OrganisationTime
from tocsin.clock.simulated import SimulatedTime
from tocsin.clock.time import in_own_time

FIRE = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)


def test_an_organisation_lives_in_the_time_of_the_house(
    time: SimulatedTime, organisation: Organisation
) -> None:
    assert clock.now(organisation) == clock.now(organisation.pk) == clock.now(None) == NOON


def test_an_exercise_runs_six_times_as_fast_from_its_own_beginning(
    time: SimulatedTime, organisation: Organisation, other_organisation: Organisation
) -> None:
    actions.set_time(organisation, FIRE, speed=6)
    time.advance(minutes=10)
    assert clock.now(organisation) == FIRE + timedelta(hours=1)
    assert clock.now(other_organisation) == NOON + timedelta(minutes=10)


def test_time_stands_still_while_paused(time: SimulatedTime, organisation: Organisation) -> None:
    actions.set_time(organisation, FIRE, speed=6)
    time.advance(minutes=10)
    actions.pause(organisation)
    time.advance(hours=5)
    assert clock.now(organisation) == FIRE + timedelta(hours=1)
    actions.resume(organisation)
    time.advance(minutes=10)
    assert clock.now(organisation) == FIRE + timedelta(hours=2)


def test_deadlines_fall_due_in_the_organisations_time(
    time: SimulatedTime, organisation: Organisation, other_organisation: Organisation, handled: list[str]
) -> None:
    actions.set_time(organisation, FIRE, speed=60)
    in_an_hour = timedelta(hours=1)
    actions.set("tests.note", FIRE + in_an_hour, key="exercise", organisation=organisation)
    actions.set("tests.note", NOON + in_an_hour, key="real", organisation=other_organisation)
    actions.set("tests.note", NOON + in_an_hour, key="house")
    time.advance(minutes=1)
    Clock().run_due()
    assert handled == ["exercise"]
    time.advance(hours=1)
    Clock().run_due()
    assert sorted(handled) == ["exercise", "house", "real"]


def test_nothing_falls_due_while_paused(
    time: SimulatedTime, organisation: Organisation, handled: list[str]
) -> None:
    actions.set_time(organisation, FIRE)
    actions.set("tests.note", FIRE + timedelta(minutes=1), key="exercise", organisation=organisation)
    actions.pause(organisation)
    time.advance(days=3)
    Clock().run_due()
    assert deadline("exercise").state == DeadlineState.WAITING
    assert handled == []


@given(speed=st.floats(0.01, 500), first=st.integers(0, 10**6), second=st.integers(0, 10**6))
def test_own_time_never_runs_backwards(speed: float, first: int, second: int) -> None:
    own = OrganisationTime(origin=FIRE, anchored_at=NOON, speed=speed)
    early, late = sorted([first, second])
    before = in_own_time(own, NOON + timedelta(seconds=early))
    assert before <= in_own_time(own, NOON + timedelta(seconds=late))
