"""The way back is one press: everybody who was called is told, by each way by which they heard of it."""

from __future__ import annotations

import pytest

from tests.callout.conftest import House, launch, let_pass, mailed, now_of, seat, subjects, texts
from tests.clock.conftest import NOON
from tests.gate.mailserver import MailServer
from tests.gate.receivers import Receiver
from tocsin.accounts.models import User
from tocsin.alerts import actions as alerts
from tocsin.alerts.models import Alert, AlertState, CloseReason
from tocsin.callout import actions, selectors
from tocsin.callout.models import CallOut
from tocsin.clock.simulated import SimulatedTime
from tocsin.gate.models import Outgoing
from tocsin.plan.models import Contact, Plan
from tocsin.watch.models import Brand, Watch

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(plan: Plan, brand: Brand, watch: Watch) -> Alert:
    """An alert of level orange."""
    made: Alert = Alert.objects.create(
        organisation=plan.organisation,
        brand=brand,
        watch=watch,
        key="a",
        level="orange",
        highest_level="orange",
        began_at=NOON,
        raised_at=NOON,
    )
    return made


def test_a_false_alarm_tells_everybody_by_what_they_heard_and_nobody_else(
    house: House, launched: CallOut, helene: Contact
) -> None:
    let_pass(house.time, minutes=4)
    actions.stand_down(launched, house.yanis, false_alarm=True, note="A customer played a joke")
    let_pass(house.time, minutes=1)
    assert texts(house.phones)[-1].startswith("Fausse alerte pour Maison Berthier")
    assert subjects(house.mail, "nadia")[-1] == "Fausse alerte\u00a0: Maison Berthier"
    assert set(mailed(house.mail)) == {"nadia"}
    assert not any("joke" in str(one) for one in house.mail.taken)


def test_a_false_alarm_closes_the_alert_as_one(plan: Plan, nadia: Contact, alert: Alert, yanis: User) -> None:
    callout = launch(plan, yanis, alert=alert)
    actions.stand_down(callout, yanis, false_alarm=True)
    alert.refresh_from_db()
    assert (alert.state, alert.close_reason) == (AlertState.CLOSED, CloseReason.FALSE_ALARM)
    assert alert.closed_by == yanis


def test_an_alert_closed_before_stays_as_it_was(
    plan: Plan, nadia: Contact, alert: Alert, yanis: User, claire: User
) -> None:
    callout = launch(plan, yanis, alert=alert)
    alerts.close(alert, claire, CloseReason.HANDLED)
    actions.stand_down(callout, yanis, false_alarm=True)
    alert.refresh_from_db()
    assert alert.close_reason == CloseReason.HANDLED
    assert CallOut.objects.get().state == "false_alarm"


def test_standing_down_leaves_the_alert_open(plan: Plan, nadia: Contact, alert: Alert, yanis: User) -> None:
    callout = launch(plan, yanis, alert=alert)
    actions.stand_down(callout, yanis, false_alarm=False)
    alert.refresh_from_db()
    assert alert.state == AlertState.OPEN


def test_nothing_happens_after_the_end(
    launched: CallOut, yanis: User, time: SimulatedTime, mail: MailServer, phones: Receiver
) -> None:
    let_pass(time, minutes=1)
    actions.stand_down(launched, yanis, false_alarm=False)
    let_pass(time, hours=5)
    assert mail.taken == []
    assert len(texts(phones)) == 2
    assert now_of("Karim Haddad").called_at is None


def test_it_is_ended_once(launched: CallOut, yanis: User, claire: User, time: SimulatedTime) -> None:
    let_pass(time, seconds=1)
    actions.stand_down(launched, yanis, false_alarm=True)
    count = Outgoing.objects.count()
    with pytest.raises(actions.Over):
        actions.stand_down(launched, claire, false_alarm=False)
    assert (CallOut.objects.get().ended_by, Outgoing.objects.count()) == (yanis, count)


def test_who_cannot_is_not_phoned_again_when_a_mail_reached_them(house: House, helene: Contact) -> None:
    callout = launch(house.plan, house.yanis, roles=["director"], level="red")
    let_pass(house.time, seconds=1)
    actions.answer(now_of("Hélène Berthier"), "unable")
    actions.stand_down(callout, house.yanis, false_alarm=False)
    let_pass(house.time, minutes=1)
    assert len(texts(house.phones, "/voice")) == 1
    assert len(subjects(house.mail, "helene")) == 2


def test_who_comes_is_told_by_the_phone_too(house: House, helene: Contact) -> None:
    callout = launch(house.plan, house.yanis, roles=["director"], level="red")
    let_pass(house.time, seconds=1)
    actions.answer(now_of("Hélène Berthier"), "coming")
    actions.stand_down(callout, house.yanis, false_alarm=False)
    let_pass(house.time, minutes=1)
    assert "est levée" in texts(house.phones, "/voice")[-1]
    assert len(subjects(house.mail, "helene")) == 2


def test_one_person_of_two_roles_is_told_once(
    plan: Plan, nadia: Contact, yanis: User, time: SimulatedTime, phones: Receiver
) -> None:
    seat(plan, "spokesperson", nadia)
    callout = launch(plan, yanis, roles=["quality", "spokesperson"])
    let_pass(time, seconds=1)
    actions.stand_down(callout, yanis, false_alarm=False)
    let_pass(time, seconds=1)
    assert len(texts(phones)) == 2


def test_while_the_mail_server_is_down_what_did_not_leave_is_taken_back(
    launched: CallOut, yanis: User, time: SimulatedTime, mail: MailServer, phones: Receiver
) -> None:
    mail.on_rcpt = ["451 later"] * 50
    let_pass(time, minutes=4)
    actions.stand_down(launched, yanis, false_alarm=True)
    mail.on_rcpt = []
    let_pass(time, hours=2)
    assert mail.taken == []
    assert len(texts(phones)) == 2
    assert selectors.board(launched).problems == []


def test_it_is_no_longer_running(launched: CallOut, plan: Plan, yanis: User) -> None:
    assert list(selectors.running(plan.organisation)) == [launched]
    actions.stand_down(launched, yanis, false_alarm=False, note="All is well")
    assert not selectors.running(plan.organisation).exists()
    ended = selectors.callouts(plan.organisation).get()
    assert (ended.note, ended.ended_at, ended.ended_by) == ("All is well", NOON, yanis)
