"""What fails is not waited for: other ways and other people are tried at once, and the board says so."""

from __future__ import annotations

import socket
from datetime import time as clock_time

import pytest
from django.utils.translation import override

from tests.callout.conftest import House, contact, launch, let_pass, mailed, now_of, seat, states, texts
from tests.gate.mailserver import MailServer
from tests.gate.receivers import Receiver
from tocsin.accounts.models import Organisation, User
from tocsin.callout import actions, selectors
from tocsin.callout.models import CallOut
from tocsin.clock.loop import Clock
from tocsin.clock.models import Deadline, DeadlineState
from tocsin.clock.simulated import SimulatedTime
from tocsin.gate import actions as gate
from tocsin.gate.models import Outgoing
from tocsin.plan.models import Contact, Line, Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail_is_down(settings: object) -> None:
    """Name a mail server that nobody runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"  # type: ignore[attr-defined]  # pytest-django's wrapper


@pytest.fixture
def mail_first(nadia: Contact) -> Contact:
    """Nadia, reached by mail first, then by a text message."""
    nadia.lines.filter(means="email").update(rank=0)
    nadia.lines.filter(means="sms").update(rank=1)
    return nadia


def test_while_the_mail_server_is_down_text_messages_go_on_at_once(
    house: House, mail_first: Contact, mail_is_down: None
) -> None:
    callout = launch(house.plan, house.yanis)
    let_pass(house.time, seconds=14)
    assert texts(house.phones) == []
    let_pass(house.time, seconds=2)
    assert len(texts(house.phones)) == 1
    assert now_of("Nadia Benali").state == "called"
    with override("en"):
        (problem,) = selectors.board(callout).problems
    assert problem.startswith("E-mail: 1 message may not have arrived (")
    assert problem.endswith("The other ways went on.")


def test_who_has_nothing_but_mail_is_passed_over_while_it_is_down(
    house: House, nadia: Contact, mail_is_down: None
) -> None:
    luc = contact(house.plan.organisation, "Luc Moreau", ("email", "luc@maison-berthier.test"))
    house.plan.seats.all().delete()
    seat(house.plan, "quality", luc, nadia)
    callout = launch(house.plan, house.yanis)
    let_pass(house.time, seconds=20)
    assert states() == {"Luc Moreau": "unreached", "Nadia Benali": "called"}
    assert len(texts(house.phones)) == 1
    with override("en"):
        first = selectors.board(callout).roles[0].calls[0]
    assert first.problem == "no message left"
    assert first.messages[0].in_trouble


def test_when_nothing_works_the_board_says_to_phone(
    house: House, mail_first: Contact, mail_is_down: None, settings: object
) -> None:
    settings.SMS_URL = ""  # type: ignore[attr-defined]  # pytest-django's wrapper
    callout = launch(house.plan, house.yanis)
    let_pass(house.time, minutes=1)
    assert states()["Nadia Benali"] == "unreached"
    with override("en"):
        assert (
            selectors.board(callout)
            .problems[0]
            .endswith("Call people by phone: their numbers stand in the plan.")
        )


def test_mail_that_comes_back_reaches_who_was_passed_over_and_their_answer_counts(
    house: House, nadia: Contact, mail_is_down: None, settings: object
) -> None:
    luc = contact(house.plan.organisation, "Luc Moreau", ("email", "luc@maison-berthier.test"))
    house.plan.seats.all().delete()
    seat(house.plan, "quality", luc, nadia)
    launch(house.plan, house.yanis)
    let_pass(house.time, seconds=20)
    settings.EMAIL_URL = house.mail.url  # type: ignore[attr-defined]  # pytest-django's wrapper
    let_pass(house.time, minutes=2)
    assert "luc" in mailed(house.mail)
    actions.answer(now_of("Luc Moreau"), "coming")
    assert states() == {"Luc Moreau": "coming", "Nadia Benali": "released"}


def test_an_address_that_the_server_refuses_for_good_is_not_waited_for(
    house: House, mail_first: Contact
) -> None:
    house.mail.on_rcpt = ["550 no such user"]
    launch(house.plan, house.yanis)
    let_pass(house.time, seconds=16)
    assert len(texts(house.phones)) == 1


def test_a_slow_gateway_is_looked_at_again(
    launched: CallOut, time: SimulatedTime, mail: MailServer, phones: Receiver
) -> None:
    phones.orders = [504]
    let_pass(time, seconds=16)
    assert mailed(mail) == ["nadia"]
    let_pass(time, seconds=60)
    assert now_of("Nadia Benali").state == "called"


def test_who_has_no_way_that_is_set_up_is_passed_over_at_once(
    plan: Plan, karim: Contact, yanis: User
) -> None:
    lines = Line.objects.filter(contact__name="Nadia Benali")
    lines.filter(means="email").delete()
    lines.update(means="matrix", address="@nadia:berthier.test")
    callout = launch(plan, yanis)
    assert states() == {"Nadia Benali": "unreached", "Karim Haddad": "called"}
    assert selectors.board(callout).roles[0].calls[0].problem


def test_where_nothing_is_set_up_people_are_phoned_and_the_board_passes_them_on(
    house: House, karim: Contact, settings: object
) -> None:
    settings.EMAIL_URL = settings.SMS_URL = settings.VOICE_URL = ""  # type: ignore[attr-defined]
    gate.set_quiet_hours(house.plan.organisation, house.yanis, clock_time(12), clock_time(20))
    callout = launch(house.plan, house.yanis)
    with override("en"):
        board = selectors.board(callout)
    assert states() == {"Nadia Benali": "called", "Karim Haddad": "waiting"}
    assert board.roles[0].calls[0].problem == "no message can leave: phone them, and note what they say"
    assert board.problems[0].startswith("No way of sending messages is set up")
    let_pass(house.time, minutes=10.1)
    assert states() == {"Nadia Benali": "silent", "Karim Haddad": "called"}
    actions.answer(now_of("Karim Haddad"), "coming", by=house.yanis)
    assert not Outgoing.objects.exists()


def test_a_contact_deleted_meanwhile_is_passed_over(
    launched: CallOut, karim: Contact, claire: User, time: SimulatedTime, mail: MailServer
) -> None:
    karim.delete()
    let_pass(time, minutes=10.1)
    assert states() == {"Nadia Benali": "silent", "Karim Haddad": "unreached", "Claire Vasseur": "called"}
    assert now_of("Karim Haddad").problem == "gone"


def test_who_is_deleted_while_they_are_called_still_answers_and_is_passed_on(
    launched: CallOut, nadia: Contact, karim: Contact, time: SimulatedTime
) -> None:
    let_pass(time, minutes=1)
    nadia.delete()
    let_pass(time, minutes=10)
    assert states() == {"Nadia Benali": "silent", "Karim Haddad": "called"}
    assert actions.answer(now_of("Nadia Benali"), "coming").state == "coming"


def test_a_line_corrected_meanwhile_is_the_one_used(
    launched: CallOut, nadia: Contact, time: SimulatedTime, mail: MailServer
) -> None:
    nadia.lines.filter(means="email").update(address="n.benali@maison-berthier.test")
    let_pass(time, minutes=4)
    assert mailed(mail) == ["n.benali"]


def test_a_member_without_any_line_is_written_to_where_they_sign_in(
    plan: Plan, yanis: User, claire: User, time: SimulatedTime, mail: MailServer
) -> None:
    seat(plan, "quality", contact(plan.organisation, "Claire Vasseur", user=claire))
    launch(plan, yanis)
    let_pass(time, seconds=1)
    assert mailed(mail) == ["claire"]


def test_who_launched_it_and_lost_their_account_is_told_nothing(
    house: House, nadia: Contact, claire: User
) -> None:
    launch(house.plan, house.yanis)
    house.yanis.is_active = False
    house.yanis.save()
    let_pass(house.time, minutes=11)
    assert "yanis" not in mailed(house.mail)
    assert "claire" in mailed(house.mail)


def test_an_exercise_sends_nothing_and_runs_by_its_delays(
    house: House, nadia: Contact, karim: Contact
) -> None:
    house.plan.organisation.is_exercise = True
    house.plan.organisation.save()
    callout = launch(house.plan, house.yanis)
    let_pass(house.time, minutes=9)
    assert states() == {"Nadia Benali": "called", "Karim Haddad": "waiting"}
    let_pass(house.time, minutes=2)
    assert states() == {"Nadia Benali": "silent", "Karim Haddad": "called"}
    assert (house.mail.taken, house.phones.taken) == ([], [])
    with override("en"):
        assert selectors.board(callout).problems[0].startswith("This is an exercise")


def test_every_deadline_handled_twice_does_what_it_does_once(
    launched: CallOut, organisation: Organisation, time: SimulatedTime
) -> None:
    actions.set_delays(organisation, None, line_minutes=1, answer_minutes=2)
    for _ in range(30):
        let_pass(time, seconds=30)
        before = _found()
        Deadline.objects.filter(handler__startswith="callout.", state=DeadlineState.DONE).update(
            state=DeadlineState.WAITING
        )
        Clock().run_due()
        assert _found() == before


def test_a_deadline_of_a_call_that_is_gone_does_nothing(launched: CallOut, time: SimulatedTime) -> None:
    CallOut.objects.all().delete()
    let_pass(time, hours=1)
    left = Deadline.objects.filter(handler__startswith="callout.")
    assert set(left.values_list("state", flat=True)) == {DeadlineState.DONE}


def _found() -> tuple[dict[str, str], list[str]]:
    return states(), sorted(Outgoing.objects.values_list("key", flat=True))
