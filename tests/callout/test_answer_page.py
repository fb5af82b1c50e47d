"""The page behind the link: looked at without changing anything, answered by one tap, never by force."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from tests.callout.conftest import House, launch, let_pass, now_of, seat, states, texts
from tests.gate.mailserver import MailServer
from tests.gate.receivers import Receiver
from tocsin.accounts.models import Organisation, User
from tocsin.callout import actions, links
from tocsin.callout.models import Call, CallOut
from tocsin.clock.simulated import SimulatedTime
from tocsin.gate import links as gate_links
from tocsin.journal.models import Entry
from tocsin.plan.models import Contact, Plan

pytestmark = pytest.mark.django_db
LINK = re.compile(r"https://tocsin\.berthier\.test(/c/[\w-]+/)")
HOSTILE = ["", "'; DROP TABLE callout_call; --", "<script>", "COMING", "\x00", "coming\n", "é" * 500]


@pytest.fixture
def browser() -> Client:
    """The browser of somebody who never signed in, and keeps no cookie."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def page(launched: CallOut) -> str:
    """The address that Nadia was sent."""
    return reverse("callout:answer", args=[links.token_of(now_of("Nadia Benali"))])


def said(browser: Client, page: str, status: int = 200) -> str:
    """Return what the page says."""
    answer = browser.get(page)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_the_link_of_the_message_opens_the_page_in_the_persons_language(
    launched: CallOut, time: SimulatedTime, phones: Receiver, browser: Client
) -> None:
    let_pass(time, seconds=1)
    found = LINK.search(texts(phones)[0])
    assert found is not None
    words = said(browser, found[1])
    assert '<html lang="fr">' in words
    for told in ("Yanis Morel", "Maison Berthier", "Produit contaminé", "Qualité", "orange"):
        assert told in words


def test_the_page_says_nothing_confidential(
    plan: Plan, nadia: Contact, karim: Contact, yanis: User, browser: Client
) -> None:
    launch(plan, yanis, why="The supplier of flour told us in confidence")
    page = reverse("callout:answer", args=[links.token_of(now_of("Nadia Benali"))])
    words = said(browser, page)
    assert "confidence" not in words
    assert "Karim" not in words
    assert "+336" not in words


def test_more_time_is_one_tap_for_who_is_reminded(page: str, browser: Client, time: SimulatedTime) -> None:
    browser.post(page, {"answer": "later"})
    assert "data-answer" not in said(browser, f"{page}?a=later")
    let_pass(time, minutes=21)
    assert "data-answer" in said(browser, f"{page}?a=later")
    browser.post(page, {"answer": "later"})
    assert "data-answer" not in said(browser, f"{page}?a=later")


@pytest.mark.parametrize("tapped", ["", "coming", "later", "unable", *HOSTILE])
def test_opening_it_changes_nothing_whatever_the_address_says(
    page: str, browser: Client, tapped: str
) -> None:
    for _ in range(2):
        assert browser.get(page, {"a": tapped}).status_code == 200
        assert browser.head(page, {"a": tapped}).status_code == 200
    assert now_of("Nadia Benali").state == "called"
    assert not Entry.objects.filter(verb="callout.answered").exists()


def test_the_tapped_answer_comes_first_and_is_the_only_one_sent_by_itself(page: str, browser: Client) -> None:
    words = str(browser.get(page, {"a": "unable"}).content.decode())
    assert words.count("data-answer>") == 1
    assert words.index('value="unable"') < words.index('value="coming"')
    assert "data-answer>" not in said(browser, page)


def test_one_tap_answers_without_signing_in_and_without_a_cookie(page: str, browser: Client) -> None:
    answer = browser.post(page, {"answer": "coming"})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert now_of("Nadia Benali").state == "coming"
    assert browser.cookies == {}
    with override("fr"):
        assert "said" in said(browser, page)


def test_later_takes_the_minutes_of_the_page(page: str, browser: Client) -> None:
    browser.post(page, {"answer": "later", "minutes": "45"})
    assert now_of("Nadia Benali").minutes == 45
    browser.post(page, {"answer": "later"})
    assert now_of("Nadia Benali").minutes == 20


@pytest.mark.parametrize("answer", [*HOSTILE, "released", "silent", "waiting"])
def test_what_is_no_answer_is_refused_in_words(page: str, browser: Client, answer: str) -> None:
    given = browser.post(page, {"answer": answer})
    assert given.status_code == 400
    assert 'role="alert"' in given.content.decode()
    assert now_of("Nadia Benali").state == "called"


@pytest.mark.parametrize("minutes", ["-1", "0", "9999999999", "1e3", "٢٠", "", "20; DROP", "\x00", "481"])
def test_minutes_that_are_none_are_refused(page: str, browser: Client, minutes: str) -> None:
    assert browser.post(page, {"answer": "later", "minutes": minutes}).status_code == 400
    assert now_of("Nadia Benali").state == "called"


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_only_looking_and_answering_is_taken(page: str, browser: Client, method: str) -> None:
    assert getattr(browser, method)(page).status_code == 405


def test_a_link_changed_by_one_sign_opens_nothing(page: str, browser: Client) -> None:
    for place in range(3, len(page) - 1):
        other = "A" if page[place] != "A" else "B"
        changed = page[:place] + other + page[place + 1 :]
        assert browser.post(changed, {"answer": "unable"}).status_code == 404
    assert now_of("Nadia Benali").state == "called"


@tried(deadline=None)
@given(token=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_whatever_stands_in_a_link_it_opens_nothing(token: str) -> None:
    if "/" in token or token in (".", ".."):
        return
    answer = Client().get("/c/" + "".join(f"%{byte:02X}" for byte in token.encode()) + "/")
    assert answer.status_code == 404


def test_a_link_made_for_something_else_opens_nothing(launched: CallOut, browser: Client) -> None:
    call = now_of("Nadia Benali")
    token = gate_links.sign("plan.probe", {"c": call.pk}, lifetime=timedelta(days=1))
    assert browser.get(reverse("callout:answer", args=[token])).status_code == 404


def test_a_link_runs_out_after_two_days(page: str, browser: Client, time: SimulatedTime) -> None:
    time.advance(hours=47, minutes=59)
    assert browser.get(page).status_code == 200
    time.advance(minutes=3)
    assert browser.post(page, {"answer": "unable"}).status_code == 410
    assert now_of("Nadia Benali").state == "called"


def test_a_link_of_a_call_that_is_gone_says_so(page: str, browser: Client) -> None:
    CallOut.objects.all().delete()
    assert browser.get(page).status_code == 410


def test_a_process_that_serves_public_pages_alone_takes_the_answer_and_calls_the_next(
    page: str, browser: Client, mail: MailServer, time: SimulatedTime, settings: object
) -> None:
    settings.ROOT_URLCONF = "tocsin.public_urls"  # type: ignore[attr-defined]  # pytest-django's wrapper
    assert browser.post(page, {"answer": "unable"}).status_code == 302
    let_pass(time, seconds=1)
    assert "https://tocsin.berthier.test/c/" in str(mail.taken[0].get_body(("plain",)))


def test_nobody_answers_for_somebody_else(
    page: str, launched: CallOut, browser: Client, other_organisation: Organisation
) -> None:
    browser.post(page, {"answer": "unable", "call": now_of("Karim Haddad").pk, "c": "1"})
    assert states() == {"Nadia Benali": "unable", "Karim Haddad": "called"}


def test_one_tap_answers_for_both_roles(plan: Plan, nadia: Contact, yanis: User, browser: Client) -> None:
    seat(plan, "spokesperson", nadia)
    launch(plan, yanis, roles=["quality", "spokesperson"])
    first = now_of("Nadia Benali", "quality")
    page = reverse("callout:answer", args=[links.token_of(first)])
    assert "Qualité, Porte-parole" in said(browser, page)
    browser.post(page, {"answer": "coming"})
    assert {call.state for call in Call.objects.filter(name="Nadia Benali")} == {"coming"}


def test_after_each_answer_the_page_says_what_it_means_and_lets_it_change(
    page: str, browser: Client, nadia: Contact
) -> None:
    nadia.languages = ["en"]
    nadia.save()
    for answer, words in (
        ("coming", "You are expected"),
        ("later", "You are expected at"),
        ("unable", "Thank you for saying so"),
        ("coming", "You are expected"),
    ):
        browser.post(page, {"answer": answer})
        assert words in said(browser, page)


def test_who_was_released_reads_that_they_can_stay(
    launched: CallOut, karim: Contact, browser: Client, time: SimulatedTime
) -> None:
    let_pass(time, minutes=11)
    actions.answer(now_of("Nadia Benali"), "coming")
    page = reverse("callout:answer", args=[links.token_of(now_of("Karim Haddad"))])
    assert "Somebody else is on it" in said(browser, page)
    browser.post(page, {"answer": "coming"})
    assert states() == {"Nadia Benali": "coming", "Karim Haddad": "coming"}


@pytest.mark.parametrize("false_alarm", [True, False])
def test_after_the_end_the_page_says_so_and_still_takes_an_answer(
    house: House, page: str, nadia: Contact, browser: Client, false_alarm: bool
) -> None:
    nadia.languages = ["en"]
    nadia.save()
    actions.stand_down(CallOut.objects.get(), house.yanis, false_alarm=false_alarm)
    assert ("It was a false alarm" if false_alarm else "The call-out is over") in said(browser, page)
    browser.post(page, {"answer": "coming"})
    assert "Your answer was kept" in said(browser, page)
    assert "answer--main" not in said(browser, page)


def test_a_member_who_comes_finds_the_board_and_a_stranger_does_not(
    page: str, nadia: Contact, claire: User, browser: Client, launched: CallOut
) -> None:
    browser.post(page, {"answer": "coming"})
    board = reverse("callout:board", args=[launched.pk])
    assert board not in said(browser, page)
    nadia.user = claire
    nadia.save()
    assert board in said(browser, page)


def test_names_are_shown_as_text_and_never_as_markup(
    plan: Plan, nadia: Contact, yanis: User, browser: Client
) -> None:
    yanis.name = "<script>alert(1)</script>"
    yanis.save()
    plan.brand.name = "<img src=x>"
    plan.brand.save()
    launch(plan, yanis)
    words = said(browser, reverse("callout:answer", args=[links.token_of(now_of("Nadia Benali"))]))
    assert "<script>alert" not in words
    assert "<img src=x" not in words


def test_no_page_of_an_answer_is_kept_or_indexed(page: str, browser: Client, mail: MailServer) -> None:
    answer = browser.get(page)
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer.content.decode()


def test_answering_from_the_mail_of_who_is_signed_in_elsewhere_still_works(
    page: str, claire: User, client: Client
) -> None:
    client.force_login(claire)
    assert client.post(page, {"answer": "coming"}).status_code == 302
    assert now_of("Nadia Benali").state == "coming"
