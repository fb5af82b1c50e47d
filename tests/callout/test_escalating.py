"""Each way is tried in turn, silence passes the call on: to the deputy, to who decides, to leads."""

from __future__ import annotations

import pytest

from tests.callout.conftest import House, launch, let_pass, mailed, now_of, seat, states, subjects, texts
from tests.clock.conftest import NOON
from tests.gate.browser import Browser
from tests.gate.mailserver import MailServer
from tests.gate.receivers import Receiver
from tocsin.accounts.models import User
from tocsin.callout import actions, selectors
from tocsin.callout.models import CallOut
from tocsin.clock.simulated import SimulatedTime
from tocsin.plan.models import Contact, Plan

pytestmark = pytest.mark.django_db


def test_the_first_of_a_role_is_called_by_the_first_way_and_nobody_else(
    launched: CallOut, time: SimulatedTime, mail: MailServer, phones: Receiver
) -> None:
    let_pass(time, seconds=1)
    assert states() == {"Nadia Benali": "called", "Karim Haddad": "waiting"}
    (text,) = texts(phones)
    assert "Yanis Morel réunit la cellule de crise Maison Berthier" in text
    assert "Qualité" in text
    assert "https://tocsin.berthier.test/c/" in text
    assert len(text) < 320
    assert mail.taken == []


def test_a_text_message_says_nothing_of_what_happened(
    launched: CallOut, time: SimulatedTime, phones: Receiver
) -> None:
    let_pass(time, seconds=1)
    assert "contamin" not in texts(phones)[0].casefold()


def test_the_next_way_is_tried_after_three_minutes(
    launched: CallOut, time: SimulatedTime, mail: MailServer, phones: Receiver
) -> None:
    let_pass(time, minutes=2.9)
    assert mailed(mail) == []
    let_pass(time, minutes=0.2)
    assert mailed(mail) == ["nadia"]
    assert subjects(mail, "nadia") == [
        "Toujours sans réponse\u00a0: cellule de crise Maison Berthier, niveau orange"
    ]
    assert len(texts(phones)) == 1


def test_silence_calls_the_next_in_the_role_who_is_told_in_english(
    launched: CallOut, time: SimulatedTime, mail: MailServer
) -> None:
    let_pass(time, minutes=10.1)
    assert states() == {"Nadia Benali": "silent", "Karim Haddad": "called"}
    assert subjects(mail, "karim") == ["Yanis Morel calls you: crisis team of Maison Berthier, level orange"]


def test_the_deputy_is_called_after_who_holds_the_role(
    house: House, nadia: Contact, sonia: Contact, karim: Contact
) -> None:
    launch(house.plan, house.yanis)
    let_pass(house.time, minutes=21)
    assert states() == {"Nadia Benali": "silent", "Karim Haddad": "silent", "Sonia Petit": "called"}
    assert now_of("Sonia Petit").why == "deputy"


def test_who_decides_is_called_when_the_role_is_silent_then_leads_by_mail(
    house: House, nadia: Contact, helene: Contact, claire: User, ines: User
) -> None:
    callout = launch(house.plan, house.yanis)
    let_pass(house.time, minutes=10.1)
    assert now_of("Hélène Berthier").why == "decides"
    assert len(texts(house.phones, "/voice")) == 1
    let_pass(house.time, minutes=10.1)
    assert states() == {
        "Nadia Benali": "silent",
        "Hélène Berthier": "silent",
        "Claire Vasseur": "called",
        "Inès Caron": "called",
    }
    assert subjects(house.mail, "claire") == [
        "Personne ne répond\u00a0: cellule de crise Maison Berthier, niveau orange"
    ]
    assert subjects(house.mail, "yanis") == ["Nobody answers: crisis team of Maison Berthier, level orange"]
    (role,) = selectors.board(callout).roles
    assert role.exhausted
    actions.answer(now_of("Claire Vasseur"), "coming")
    (role,) = selectors.board(callout).roles
    assert (role.covered, role.exhausted) == (True, False)
    assert now_of("Inès Caron").state == "released"


def test_when_nobody_at_all_answers_nobody_is_called_twice(
    launched: CallOut, claire: User, time: SimulatedTime, mail: MailServer, phones: Receiver
) -> None:
    let_pass(time, hours=3)
    assert set(states().values()) == {"silent"}
    assert sorted(mailed(mail)) == ["claire", "karim", "nadia", "yanis"]
    assert len(texts(phones)) == 1


def test_at_red_every_way_is_used_at_once_and_the_next_is_called_after_five_minutes(
    house: House, nadia: Contact, karim: Contact
) -> None:
    launch(house.plan, house.yanis, level="red")
    let_pass(house.time, seconds=1)
    assert (mailed(house.mail), len(texts(house.phones))) == (["nadia"], 1)
    let_pass(house.time, minutes=5)
    assert states() == {"Nadia Benali": "silent", "Karim Haddad": "called"}


def test_a_member_is_rung_on_their_devices_beside_the_first_way(
    house: House, nadia: Contact, claire: User, settings: object
) -> None:
    settings.FETCH_PRIVATE = True  # type: ignore[attr-defined]  # pytest-django's wrapper
    nadia.user = claire
    nadia.save()
    with Receiver(status=201) as service:
        browser = Browser(f"{service.url}/push/nadia")
        browser.subscribe(claire)
        callout = launch(house.plan, house.yanis)
        let_pass(house.time, seconds=1)
        (rung,) = service.taken
        told = browser.message(rung)
    assert "Yanis Morel" in str(told)
    (call,) = selectors.board(callout).roles[0].calls
    assert [message.means for message in call.messages] == ["sms", "push"]


def test_the_delays_are_those_that_the_organisation_set(house: House, nadia: Contact, karim: Contact) -> None:
    actions.set_delays(house.plan.organisation, house.yanis, line_minutes=1, answer_minutes=2)
    launch(house.plan, house.yanis)
    let_pass(house.time, minutes=1.1)
    assert mailed(house.mail) == ["nadia"]
    let_pass(house.time, minutes=1)
    assert now_of("Karim Haddad").state == "called"


def test_one_person_called_for_two_roles_gets_one_message_and_answers_once(
    plan: Plan, nadia: Contact, yanis: User, time: SimulatedTime, phones: Receiver
) -> None:
    seat(plan, "spokesperson", nadia)
    callout = launch(plan, yanis, roles=["quality", "spokesperson"])
    let_pass(time, seconds=1)
    (text,) = texts(phones)
    assert "Qualité, Porte-parole" in text
    board = selectors.board(callout)
    assert (board.called, board.wanted) == (1, 2)
    assert board.roles[0].calls[0].messages == board.roles[1].calls[0].messages
    actions.answer(now_of("Nadia Benali", "spokesperson"), "coming")
    board = selectors.board(callout)
    assert (board.covered, board.answered, board.coming) == (2, 1, 1)


def test_both_roles_of_a_silent_person_pass_to_the_same_deputy_in_one_message(
    house: House, nadia: Contact, sonia: Contact
) -> None:
    seat(house.plan, "spokesperson", nadia)
    launch(house.plan, house.yanis, roles=["quality", "spokesperson"])
    let_pass(house.time, minutes=10.1)
    assert mailed(house.mail) == ["nadia", "sonia"]
    assert "Qualité, Porte-parole" in house.mail.taken[1].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_who_cannot_is_not_asked_again_for_another_role(house: House, nadia: Contact, karim: Contact) -> None:
    seat(house.plan, "spokesperson", karim, nadia)
    launch(house.plan, house.yanis, roles=["quality", "spokesperson"])
    actions.answer(now_of("Nadia Benali", "quality"), "unable")
    actions.answer(now_of("Karim Haddad", "spokesperson"), "unable")
    assert now_of("Nadia Benali", "spokesperson").problem == "said_no"
    assert now_of("Nadia Benali", "spokesperson").called_at is None


def test_a_person_may_call_the_next_before_the_time_is_over(launched: CallOut, yanis: User) -> None:
    role = launched.roles.get()
    called = actions.call_next(role, yanis)
    assert called is not None
    assert states() == {"Nadia Benali": "called", "Karim Haddad": "called"}
    assert called.called_at == NOON


def test_a_person_may_call_somebody_by_hand(house: House, launched: CallOut, sonia: Contact) -> None:
    call = actions.call_person(launched.roles.get(), sonia, house.yanis)
    again = actions.call_person(launched.roles.get(), sonia, house.yanis)
    let_pass(house.time, seconds=1)
    assert (call.why, call.pk) == ("hand", again.pk)
    assert mailed(house.mail) == ["sonia"]
