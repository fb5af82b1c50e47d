"""The page of messages: what did not leave is told and sent again, quiet hours are set."""

from datetime import time as time_of_day

import pytest
from django.test import Client

from tests.gate.conftest import now, warn
from tests.gate.mailserver import MailServer
from tocsin.accounts.models import Organisation, User
from tocsin.clock.loop import Clock
from tocsin.gate import selectors
from tocsin.gate.models import OutgoingState

PAGE = "/settings/messages/"

pytestmark = pytest.mark.usefixtures("time")


@pytest.fixture
def page(client: Client, claire: User) -> Client:
    """Claire's browser, signed in, in English."""
    claire.language = "en"
    claire.save()
    client.force_login(claire)
    return client


def said(page: Client) -> str:
    return page.get(PAGE).content.decode()


def test_a_message_that_failed_is_shown_with_its_reason_and_sent_again(
    mail: MailServer, organisation: Organisation, page: Client
) -> None:
    mail.on_rcpt = ["550 no such person"]
    outgoing = warn(organisation)
    Clock().run_due()
    assert "550 no such person" in said(page)
    page.post(f"{PAGE}{outgoing.pk}/again/")
    Clock().run_due()
    assert (now(outgoing).state, len(mail.taken)) == (OutgoingState.SENT, 1)
    assert "550 no such person" not in said(page)


@pytest.mark.parametrize(("answer", "mails"), [("arrived", 1), ("again", 2)])
def test_of_a_message_nobody_knew_about_a_person_says_what_became_of_it(
    mail: MailServer, organisation: Organisation, page: Client, answer: str, mails: int
) -> None:
    mail.on_data = ["drop"]
    outgoing = warn(organisation)
    Clock().run_due()
    assert "Nobody knows whether it left" in said(page)
    page.post(f"{PAGE}{outgoing.pk}/{answer}/")
    Clock().run_due()
    assert (now(outgoing).state, len(mail.taken)) == (OutgoingState.SENT, mails)


def test_pressing_twice_sends_once(mail: MailServer, organisation: Organisation, page: Client) -> None:
    mail.on_rcpt = ["550 no such person"]
    outgoing = warn(organisation)
    Clock().run_due()
    for _ in range(2):
        page.post(f"{PAGE}{outgoing.pk}/again/")
    Clock().run_due()
    page.post(f"{PAGE}{outgoing.pk}/again/")
    Clock().run_due()
    assert len(mail.taken) == 1


def test_quiet_hours_are_set_and_ended(page: Client, organisation: Organisation) -> None:
    page.post(f"{PAGE}quiet/", {"begin": "22:00", "end": "07:00"})
    rules = selectors.rules(organisation)
    assert (rules.quiet_from, rules.quiet_until) == (time_of_day(22), time_of_day(7))
    assert 'value="22:00"' in said(page)
    page.post(f"{PAGE}quiet/", {"begin": "", "end": ""})
    assert selectors.rules(organisation).quiet_from is None


@pytest.mark.parametrize("given", [{"begin": "22:00"}, {"begin": "25:99", "end": "07:00"}, {"begin": "<b>"}])
def test_half_a_span_or_no_time_changes_nothing(
    page: Client, organisation: Organisation, given: dict[str, str]
) -> None:
    shown = page.post(f"{PAGE}quiet/", given)
    assert b"field__error" in shown.content or b"error" in shown.content
    assert selectors.rules(organisation).quiet_from is None


def test_a_responder_does_not_see_it(client: Client, yanis: User) -> None:
    client.force_login(yanis)
    assert client.get(PAGE).status_code == 403


def test_another_organisation_s_message_is_not_there(page: Client, other_organisation: Organisation) -> None:
    outgoing = warn(other_organisation)
    assert page.post(f"{PAGE}{outgoing.pk}/again/").status_code == 404
    assert outgoing.subject not in said(page)
