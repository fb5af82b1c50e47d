"""An answer counts for every role the message named: who comes releases others, who can't is replaced."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from tests.callout.conftest import (
    House,
    launch,
    let_pass,
    mailed,
    minutes_after,
    now_of,
    seat,
    states,
    subjects,
    texts,
)
from tests.clock.conftest import NOON
from tests.gate.mailserver import MailServer
from tests.gate.receivers import Receiver
from tocsin.accounts.models import User
from tocsin.callout import actions, selectors
from tocsin.callout.models import Call, CallOut
from tocsin.clock.simulated import SimulatedTime
from tocsin.journal.models import Entry
from tocsin.plan.models import Contact, Seat

pytestmark = pytest.mark.django_db


def test_who_comes_is_not_called_again_and_nobody_else_is(
    launched: CallOut, time: SimulatedTime, mail: MailServer, phones: Receiver
) -> None:
    let_pass(time, minutes=1)
    call = actions.answer(now_of("Nadia Benali"), "coming")
    assert (call.state, call.answered_at) == ("coming", minutes_after(NOON, 1))
    let_pass(time, hours=2)
    assert states() == {"Nadia Benali": "coming", "Karim Haddad": "waiting"}
    assert (mail.taken, len(texts(phones))) == ([], 1)


def test_who_cannot_has_the_next_called_at_once(
    launched: CallOut, time: SimulatedTime, mail: MailServer
) -> None:
    let_pass(time, minutes=1)
    actions.answer(now_of("Nadia Benali"), "unable")
    assert now_of("Karim Haddad").called_at == minutes_after(NOON, 1)
    let_pass(time, minutes=1)
    assert mailed(mail) == ["karim"]


def test_the_answer_of_who_was_too_late_counts_and_releases_who_was_asked_meanwhile(
    launched: CallOut, time: SimulatedTime, mail: MailServer, phones: Receiver
) -> None:
    let_pass(time, minutes=11)
    actions.answer(now_of("Nadia Benali"), "coming")
    let_pass(time, minutes=1)
    assert states() == {"Nadia Benali": "coming", "Karim Haddad": "released"}
    assert subjects(mail, "karim")[-1] == "You can stay where you are: crisis team of Maison Berthier"


def test_the_answer_of_who_was_too_late_sends_nobody_home_who_comes(
    launched: CallOut, time: SimulatedTime, mail: MailServer
) -> None:
    let_pass(time, minutes=11)
    actions.answer(now_of("Karim Haddad"), "coming")
    actions.answer(now_of("Nadia Benali"), "coming")
    let_pass(time, hours=1)
    assert states() == {"Nadia Benali": "coming", "Karim Haddad": "coming"}
    assert len(subjects(mail, "karim")) == 1


def test_who_was_silent_is_told_that_somebody_else_is_on_it_by_what_reached_them(
    launched: CallOut, time: SimulatedTime, mail: MailServer, phones: Receiver
) -> None:
    let_pass(time, minutes=11)
    actions.answer(now_of("Karim Haddad"), "coming")
    let_pass(time, minutes=1)
    assert now_of("Nadia Benali").state == "released"
    assert "quelqu’un d’autre s’en charge" in texts(phones)[-1]
    assert subjects(mail, "nadia")[-1].startswith("Vous pouvez rester où vous êtes")


def test_who_was_only_phoned_is_phoned_and_who_was_mailed_too_is_not(
    house: House, helene: Contact, nadia: Contact
) -> None:
    Seat.objects.create(
        plan=house.plan, organisation=house.plan.organisation, role="director", contact=nadia, rank=1
    )
    launch(house.plan, house.yanis, roles=["director"])
    let_pass(house.time, minutes=10.1)
    actions.answer(now_of("Nadia Benali"), "coming")
    let_pass(house.time, minutes=1)
    assert now_of("Hélène Berthier").state == "released"
    assert len(texts(house.phones, "/voice")) == 1


def test_who_was_wanted_for_a_second_role_later_is_told_by_what_called_them(
    house: House, nadia: Contact, karim: Contact, sonia: Contact
) -> None:
    seat(house.plan, "spokesperson", karim)
    callout = launch(house.plan, house.yanis, roles=["quality", "spokesperson"])
    let_pass(house.time, minutes=1)
    actions.answer(now_of("Nadia Benali"), "unable")
    let_pass(house.time, minutes=1)
    assert "Quality, Spokesperson" in str(house.mail.taken[-1].get_body(("plain",)))
    for role in callout.roles.all():
        actions.answer(actions.call_person(role, sonia, house.yanis), "coming")
    let_pass(house.time, minutes=1)
    assert {now_of("Karim Haddad", role).state for role in ("quality", "spokesperson")} == {"released"}
    assert subjects(house.mail, "karim")[-1].startswith("You can stay where you are")
    assert len(subjects(house.mail, "karim")) == 3


def test_who_comes_later_is_expected_reminded_and_then_replaced(
    launched: CallOut, time: SimulatedTime, mail: MailServer, phones: Receiver
) -> None:
    let_pass(time, minutes=1)
    call = actions.answer(now_of("Nadia Benali"), "later", minutes=20)
    assert (call.minutes, call.due_at) == (20, minutes_after(NOON, 21))
    let_pass(time, minutes=19)
    assert (len(texts(phones)), mail.taken) == (1, [])
    let_pass(time, minutes=1.1)
    assert "Êtes-vous là" in texts(phones)[-1]
    (shown,) = [c for c in selectors.board(launched).roles[0].calls if c.name == "Nadia Benali"]
    assert shown.overdue
    let_pass(time, minutes=10)
    assert states() == {"Nadia Benali": "silent", "Karim Haddad": "called"}


def test_who_comes_later_and_says_so_in_time_is_not_reminded(
    launched: CallOut, time: SimulatedTime, phones: Receiver
) -> None:
    actions.answer(now_of("Nadia Benali"), "later", minutes=20)
    let_pass(time, minutes=15)
    actions.answer(now_of("Nadia Benali"), "coming")
    let_pass(time, hours=1)
    assert states() == {"Nadia Benali": "coming", "Karim Haddad": "waiting"}
    assert len(texts(phones)) == 1


def test_who_asks_for_more_time_gets_it(launched: CallOut, time: SimulatedTime, phones: Receiver) -> None:
    actions.answer(now_of("Nadia Benali"), "later", minutes=20)
    let_pass(time, minutes=21)
    actions.answer(now_of("Nadia Benali"), "later", minutes=30)
    let_pass(time, minutes=29)
    assert now_of("Nadia Benali").state == "later"
    assert len(texts(phones)) == 2


def test_who_is_reminded_and_asks_for_as_much_again_is_waited_for(
    launched: CallOut, time: SimulatedTime
) -> None:
    let_pass(time, minutes=1)
    actions.answer(now_of("Nadia Benali"), "later", minutes=20)
    let_pass(time, minutes=21)
    actions.answer(now_of("Nadia Benali"), "later", minutes=20)
    actions.answer(now_of("Nadia Benali"), "later", minutes=20)
    assert now_of("Nadia Benali").due_at == minutes_after(NOON, 42)
    let_pass(time, minutes=15)
    assert states() == {"Nadia Benali": "later", "Karim Haddad": "waiting"}
    assert Entry.objects.filter(verb="callout.answered").count() == 2


def test_who_came_and_then_cannot_is_replaced_by_who_had_been_sent_home(
    launched: CallOut, time: SimulatedTime, mail: MailServer
) -> None:
    let_pass(time, minutes=11)
    actions.answer(now_of("Nadia Benali"), "coming")
    let_pass(time, minutes=1)
    actions.answer(now_of("Nadia Benali"), "unable")
    let_pass(time, minutes=1)
    assert states() == {"Nadia Benali": "unable", "Karim Haddad": "called"}
    assert len(subjects(mail, "karim")) == 3


def test_the_same_answer_twice_is_one_answer(launched: CallOut) -> None:
    call = now_of("Nadia Benali")
    for _ in range(3):
        actions.answer(call, "unable")
    assert Entry.objects.filter(verb="callout.answered").count() == 1
    assert now_of("Karim Haddad").round == 1


def test_an_answer_may_be_noted_for_somebody_who_phoned(launched: CallOut, claire: User) -> None:
    actions.answer(now_of("Nadia Benali"), "coming", by=claire)
    entry = Entry.objects.filter(verb="callout.answered").get()
    assert entry.actor == f"accounts.user:{claire.pk}"


@tried(deadline=None)
@given(answer=st.text(max_size=20), minutes=st.integers(-(10**9), 10**9))
def test_whatever_else_is_given_is_no_answer(answer: str, minutes: int) -> None:
    if answer in ("coming", "unable") or (answer == "later" and 1 <= minutes <= 480):
        return
    with pytest.raises(actions.NotAnAnswer):
        actions.answer(Call(), answer, minutes=minutes)


@pytest.mark.parametrize("minutes", [0, -1, 481, 10**9])
def test_nobody_comes_in_so_many_minutes(launched: CallOut, minutes: int) -> None:
    with pytest.raises(actions.NotAnAnswer):
        actions.answer(now_of("Nadia Benali"), "later", minutes=minutes)
    assert now_of("Nadia Benali").state == "called"


def test_answers_after_the_end_are_kept_and_call_nobody(
    launched: CallOut, yanis: User, time: SimulatedTime, mail: MailServer
) -> None:
    let_pass(time, seconds=1)
    actions.stand_down(launched, yanis, false_alarm=False)
    actions.answer(now_of("Nadia Benali"), "unable")
    let_pass(time, hours=1)
    assert states() == {"Nadia Benali": "unable", "Karim Haddad": "waiting"}
    assert mailed(mail) == []
