"""Quiet hours and people's own hours hold, except at red; the board says until when."""

from __future__ import annotations

from datetime import UTC, datetime
from datetime import time as clock_time
from zoneinfo import ZoneInfo

import pytest

from tests.callout.conftest import House, launch, let_pass, mailed, now_of, states, texts
from tests.gate.mailserver import MailServer
from tocsin.accounts.models import User
from tocsin.callout import actions, selectors
from tocsin.callout.models import CallOut
from tocsin.clock.simulated import SimulatedTime
from tocsin.gate import actions as gate
from tocsin.gate.models import Outgoing
from tocsin.plan.models import Contact, Plan

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = [{"days": [0, 1, 2, 3, 4], "from": "09:00", "until": "18:00"}]


@pytest.fixture
def night(plan: Plan, yanis: User, time: SimulatedTime) -> datetime:
    """It is 23:00 in Paris, and quiet from 22:00 until 07:00; return when it ends."""
    gate.set_quiet_hours(plan.organisation, yanis, clock_time(22), clock_time(7))
    time.advance(hours=10)
    return datetime(2026, 11, 23, 7, 0, tzinfo=PARIS).astimezone(UTC)


def test_at_orange_messages_wait_for_the_morning_and_nobody_is_passed_over_in_the_night(
    house: House, night: datetime, nadia: Contact, karim: Contact
) -> None:
    callout = launch(house.plan, house.yanis)
    let_pass(house.time, hours=7.9)
    assert texts(house.phones) == []
    assert states() == {"Nadia Benali": "called", "Karim Haddad": "waiting"}
    board = selectors.board(callout)
    assert board.quiet_until == night
    assert board.roles[0].calls[0].messages[0].held_until == night
    assert board.problems == []
    let_pass(house.time, hours=0.15)
    assert len(texts(house.phones)) == 1
    let_pass(house.time, minutes=10)
    assert now_of("Karim Haddad").state == "called"


def test_red_passes_the_quiet_hours(house: House, night: datetime, nadia: Contact) -> None:
    callout = launch(house.plan, house.yanis, level="red")
    let_pass(house.time, seconds=1)
    assert len(texts(house.phones)) == 1
    assert selectors.board(callout).quiet_until is None


def test_raising_the_level_wakes_who_is_asked_by_every_way_and_nothing_comes_twice_in_the_morning(
    house: House, night: datetime, nadia: Contact, karim: Contact
) -> None:
    callout = launch(house.plan, house.yanis)
    let_pass(house.time, minutes=30)
    actions.raise_level(callout, house.yanis)
    actions.raise_level(callout, house.yanis)
    let_pass(house.time, minutes=1)
    assert (mailed(house.mail), len(texts(house.phones))) == (["nadia"], 1)
    let_pass(house.time, minutes=4.1)
    assert states() == {"Nadia Benali": "silent", "Karim Haddad": "called"}
    actions.answer(now_of("Karim Haddad"), "coming")
    let_pass(house.time, hours=9)
    assert len([text for text in texts(house.phones) if "réunit" in text or "appelle" in text]) == 1


def test_what_was_held_when_it_ended_wakes_nobody_in_the_morning(
    house: House, night: datetime, nadia: Contact
) -> None:
    callout = launch(house.plan, house.yanis)
    let_pass(house.time, minutes=30)
    actions.stand_down(callout, house.yanis, false_alarm=True)
    let_pass(house.time, hours=12)
    assert (house.mail.taken, house.phones.taken) == ([], [])
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_quiet_hours_that_begin_meanwhile_hold_the_next_until_the_morning(
    launched: CallOut, plan: Plan, yanis: User, time: SimulatedTime, mail: MailServer
) -> None:
    gate.set_quiet_hours(plan.organisation, yanis, clock_time(13, 5), clock_time(14))
    let_pass(time, minutes=50)
    assert mailed(mail) == ["nadia"]
    assert states() == {"Nadia Benali": "silent", "Karim Haddad": "called"}
    let_pass(time, minutes=12)
    assert mailed(mail) == ["nadia", "karim"]


def test_who_is_outside_their_hours_is_passed_over_for_the_next(
    plan: Plan, nadia: Contact, karim: Contact, yanis: User
) -> None:
    nadia.hours = WEEKDAYS
    nadia.save()
    launch(plan, yanis)
    assert states() == {"Karim Haddad": "called", "Nadia Benali": "waiting"}


def test_who_is_outside_their_hours_is_called_when_there_is_nobody_else(
    plan: Plan, nadia: Contact, karim: Contact, yanis: User, time: SimulatedTime
) -> None:
    nadia.hours = karim.hours = WEEKDAYS
    nadia.save()
    karim.save()
    launch(plan, yanis)
    assert states() == {"Nadia Benali": "called", "Karim Haddad": "waiting"}


def test_at_red_hours_do_not_count(plan: Plan, nadia: Contact, karim: Contact, yanis: User) -> None:
    nadia.hours = WEEKDAYS
    nadia.save()
    launch(plan, yanis, level="red")
    assert states() == {"Nadia Benali": "called", "Karim Haddad": "waiting"}


def test_hours_are_those_of_the_persons_own_time_zone(
    plan: Plan, nadia: Contact, karim: Contact, yanis: User
) -> None:
    nadia.hours = [{"days": [6], "from": "07:00", "until": "08:00"}]
    nadia.time_zone = "America/New_York"
    nadia.save()
    launch(plan, yanis)
    assert now_of("Nadia Benali").state == "called"


def test_the_level_is_never_lowered(launched: CallOut, yanis: User) -> None:
    assert actions.raise_level(launched, yanis, "yellow").level == "orange"


def test_a_call_out_that_is_over_is_not_raised(launched: CallOut, yanis: User) -> None:
    actions.stand_down(launched, yanis, false_alarm=False)
    with pytest.raises(actions.Over):
        actions.raise_level(launched, yanis)
