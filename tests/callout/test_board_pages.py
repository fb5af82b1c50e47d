"""The pages of a call-out: who will be called before the press, who comes after it, and how it is ended."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope
from pytest_django import DjangoAssertNumQueries

from tests.browsing import browser, post, said
from tests.callout.conftest import contact, launch, let_pass, mailed, now_of, seat, states
from tests.clock.conftest import NOON
from tests.gate.mailserver import MailServer
from tocsin.accounts.models import Organisation, User
from tocsin.alerts.models import Alert
from tocsin.callout import actions
from tocsin.callout.models import CallOut
from tocsin.clock.simulated import SimulatedTime
from tocsin.plan.models import Contact, Plan
from tocsin.watch.models import Brand, Watch

pytestmark = pytest.mark.django_db
LAUNCH = "/call-outs/launch/"
CONTAMINATION = f"{LAUNCH}?brand=maison-berthier&scenario=contamination"
HOSTILE = ("", "0", "-1", "9" * 30, "١", "1;drop table", "<script>", "\x00", "é" * 500)


@pytest.fixture
def tab(yanis: User) -> Client:
    """Yanis's browser: a responder, who reads English."""
    return browser(yanis)


@pytest.fixture
def alert(organisation: Organisation, brand: Brand, watch: Watch) -> Alert:
    """An orange alert about the site that does not answer."""
    with scope(organisation=organisation):
        return Alert.objects.create(
            organisation=organisation,
            brand=brand,
            watch=watch,
            key="panne",
            level="orange",
            highest_level="orange",
            began_at=NOON - timedelta(minutes=20),
            raised_at=NOON,
            reasons=[{"code": "topic_share", "figures": {"topic": "availability", "share": 60}}],
        )


@pytest.fixture
def callout(plan: Plan, nadia: Contact, yanis: User, alert: Alert) -> CallOut:
    """The quality role, called by Yanis from the alert."""
    return launch(plan, yanis, alert=alert)


def test_strangers_sign_in_observers_read_and_responders_launch(
    launched: CallOut, paul: User, tab: Client
) -> None:
    board = f"/call-outs/{launched.pk}/"
    for address in ("/call-outs/", LAUNCH, board):
        answer = Client().get(address)
        assert (answer.status_code, answer.headers["Location"].startswith("/accounts/login/")) == (302, True)
    reader = browser(paul)
    assert "Nadia Benali" in said(reader, board)
    assert "stand-down" not in said(reader, board)
    assert reader.get(LAUNCH).status_code == 403
    assert reader.post(f"{board}stand-down/").status_code == 403
    assert "stand-down" in said(tab, board)


@pytest.mark.usefixtures("nadia", "karim", "helene")
def test_the_page_shows_who_will_be_called_and_sends_nothing(
    plan: Plan, tab: Client, mail: MailServer
) -> None:
    page = said(tab, CONTAMINATION)
    for words in (
        "Contaminated product",
        "Nadia Benali",
        "Karim Haddad",
        "Hélène Berthier",
        "Call 2 people out",
    ):
        assert words in page
    assert "Nobody holds this role" in page  # the spokesperson
    assert "/plan/maison-berthier/team/#role-spokesperson" in page
    assert not CallOut.objects.filter(brand=plan.brand).exists()
    assert mailed(mail) == []


def test_what_is_seen_proposes_the_scenario_and_the_alert_its_level(
    alert: Alert, plan: Plan, nadia: Contact, tab: Client
) -> None:
    page = said(tab, f"{LAUNCH}?alert={alert.pk}")
    assert re.search(r'<h2 id="scenario">Site outage</h2>', page)
    assert 'name="level" value="orange"' in page
    assert f'name="alert" value="{alert.pk}"' in page
    assert f"?brand=maison-berthier&amp;alert={alert.pk}" in said(tab, f"/alerts/{alert.pk}/")


def test_where_nothing_fits_a_person_chooses_before_anybody_can_be_called(plan: Plan, tab: Client) -> None:
    page = said(tab, f"{LAUNCH}?brand=maison-berthier")
    assert "Which scenario?" in page
    assert "scenario=contamination" in page
    assert 'name="level"' not in page


def test_words_find_a_scenario_in_the_part_alone(plan: Plan, tab: Client) -> None:
    asked = {"HX-Request": "true", "HX-Target": "ul#others"}
    part = tab.get(f"{LAUNCH}?brand=maison-berthier&q=PANNE+du", headers=asked).content.decode()
    assert part.lstrip().startswith("<ul")
    assert "Site outage" not in part  # the words are French, the reader is not
    part = tab.get(f"{LAUNCH}?brand=maison-berthier&q=OUTAGE", headers=asked).content.decode()
    assert "Site outage" in part
    assert "Contaminated" not in part


def test_a_role_can_be_left_out_and_called_after_all(
    plan: Plan, nadia: Contact, helene: Contact, tab: Client
) -> None:
    left_out = ["director", "spokesperson"]
    page = said(tab, f"{CONTAMINATION}&without=director&without=spokesperson")
    assert "Call 1 person out" in page
    assert page.count("Nobody will be called for it.") == 2
    post(tab, LAUNCH, brand="maison-berthier", scenario="contamination", level="orange", without=left_out)
    assert states() == {"Nadia Benali": "called"}


def test_one_press_calls_and_a_second_leads_to_the_same_board_in_words(
    plan: Plan, nadia: Contact, tab: Client, claire: User, mail: MailServer
) -> None:
    fields = {"brand": "maison-berthier", "scenario": "contamination", "level": "red"}
    first = tab.post(LAUNCH, fields)
    assert first.headers["Location"] == f"/call-outs/{CallOut.objects.get(brand=plan.brand).pk}/"
    again = tab.post(LAUNCH, fields)
    assert again.headers["Location"] == first.headers["Location"]
    assert "You launched it at" in said(tab, first.headers["Location"])
    other = browser(claire)
    assert "Yanis Morel" in post(other, LAUNCH, **fields)
    assert CallOut.objects.filter(brand=plan.brand).count() == 1
    assert "is already running" in said(tab, CONTAMINATION)
    assert "Call 1 person out" not in said(tab, CONTAMINATION)


def test_hostile_values_launch_nothing_and_break_nothing(
    plan: Plan, nadia: Contact, tab: Client, launched: CallOut
) -> None:
    role = f"/call-outs/{launched.pk}/roles/{launched.roles.get().pk}/"
    for value in HOSTILE:
        for name in ("brand", "alert", "scenario", "level", "without", "q"):
            assert tab.get(LAUNCH, {name: value}).status_code in {200, 404}
            assert tab.post(LAUNCH, {name: value}).status_code in {302, 404}
        assert tab.get(role, {"q": value}).status_code == 200
        for address in (f"/call-outs/{launched.pk}/answers/1/", f"{role}call/"):
            answer = tab.post(address, {"answer": value, "contact": value})
            assert answer.status_code in {302, 404}
        assert tab.post("/call-outs/delays/", {"line_minutes": value}).status_code == 403
    assert CallOut.objects.filter(brand=plan.brand).count() == 1


def test_nothing_of_another_organisation_is_shown_or_changed(
    launched: CallOut, other_organisation: Organisation, nadia: Contact
) -> None:
    from tests.conftest import member  # noqa: PLC0415 - the one stranger of these tests

    stranger = browser(member(other_organisation, "Lou Lacaze", "lou@lacaze.test", "administrator").user)
    call = now_of("Nadia Benali")
    board, role = f"/call-outs/{launched.pk}/", launched.roles.get().pk
    assert stranger.get(board).status_code == 404
    assert stranger.get(LAUNCH, {"brand": "maison-berthier"}).status_code == 404
    for act in (f"answers/{call.pk}/", f"roles/{role}/next/", f"roles/{role}/call/", "raise/", "stand-down/"):
        assert stranger.post(board + act, {"answer": "coming"}).status_code == 404
    assert states()["Nadia Benali"] == "called"
    assert "Contaminated" not in said(stranger, "/call-outs/")


def test_the_board_says_who_is_called_what_left_and_when_the_next_is(
    launched: CallOut, tab: Client, time: SimulatedTime
) -> None:
    let_pass(time, minutes=1)
    page = said(tab, f"/call-outs/{launched.pk}/")
    assert "of 1 role covered" in page
    assert "Karim Haddad" in page  # who is next
    assert "data-until" in page
    assert "+33…78" in page
    let_pass(time, minutes=10)
    assert states()["Nadia Benali"] == "silent"
    page = said(tab, f"/call-outs/{launched.pk}/")
    assert 'data-state="silent"' in page


def test_an_answer_given_by_phone_is_noted_for_who_gave_it(launched: CallOut, tab: Client) -> None:
    call = now_of("Nadia Benali")
    page = post(tab, f"/call-outs/{launched.pk}/answers/{call.pk}/", answer="later-60")
    assert "Noted for Nadia Benali." in page
    call = now_of("Nadia Benali")
    assert (call.state, call.minutes) == ("later", 60)
    post(tab, f"/call-outs/{launched.pk}/answers/{call.pk}/", answer="unable")
    assert states() == {"Nadia Benali": "unable", "Karim Haddad": "called"}


def test_the_next_one_is_called_at_once_and_so_is_somebody_else(
    launched: CallOut, plan: Plan, tab: Client
) -> None:
    role = launched.roles.get()
    lawyer = contact(plan.organisation, "Maître Roussel", ("email", "roussel@avocats.test"))
    post(tab, f"/call-outs/{launched.pk}/roles/{role.pk}/next/")
    assert states()["Karim Haddad"] == "called"
    found = said(tab, f"/call-outs/{launched.pk}/roles/{role.pk}/?q=rouss")
    assert "Maître Roussel" in found
    assert "Karim" not in found
    assert "called already" in said(tab, f"/call-outs/{launched.pk}/roles/{role.pk}/?q=karim")
    post(tab, f"/call-outs/{launched.pk}/roles/{role.pk}/call/", contact=lawyer.pk)
    assert states()["Maître Roussel"] == "called"


def test_it_is_raised_to_red_once(launched: CallOut, tab: Client) -> None:
    board = f"/call-outs/{launched.pk}/"
    assert f"{board}raise/" in said(tab, board)
    assert f"{board}raise/" not in post(tab, f"{board}raise/")
    launched.refresh_from_db()
    assert launched.level == "red"


@pytest.mark.usefixtures("nadia")
def test_a_false_alarm_says_how_many_are_told_tells_them_and_closes_the_alert(
    callout: CallOut, alert: Alert, tab: Client, time: SimulatedTime, mail: MailServer
) -> None:
    let_pass(time, minutes=4)
    board = f"/call-outs/{callout.pk}/"
    assert "Tell 1 person: false alarm" in said(tab, board)
    page = post(tab, f"{board}stand-down/", false_alarm="1", note="Un ancien article")
    assert "It was a false alarm" in page
    assert "Un ancien article" in page
    assert "stand-down" not in page
    let_pass(time, minutes=1)
    assert len(mailed(mail)) == 2
    alert.refresh_from_db()
    assert (alert.state, alert.close_reason) == ("closed", "false_alarm")
    assert "Somebody ended this call-out already" in post(tab, f"{board}stand-down/")


def test_the_list_says_how_long_everything_took(
    launched: CallOut, tab: Client, yanis: User, time: SimulatedTime
) -> None:
    assert "Running" in said(tab, "/call-outs/")
    let_pass(time, minutes=2)
    with scope(organisation=launched.organisation):
        actions.answer(now_of("Nadia Benali"), "coming")
    let_pass(time, minutes=30)
    with scope(organisation=launched.organisation):
        actions.stand_down(launched, yanis, false_alarm=False)
    page = said(tab, "/call-outs/")
    for words in ("first answer after 2 minutes", "all roles covered after 2 minutes", "lasted 32 minutes"):
        assert words in page


def test_a_lead_changes_the_delays_within_bounds(plan: Plan, claire: User, tab: Client) -> None:
    page = browser(claire)
    assert "4 min" not in said(page, "/call-outs/")
    post(page, "/call-outs/delays/", line_minutes=4, answer_minutes=12, red_minutes=3)
    assert "4 min" in said(page, "/call-outs/")
    for wrong in ({"line_minutes": 0}, {"line_minutes": 20}, {"red_minutes": 999}, {"answer_minutes": "x"}):
        fields = {"line_minutes": 5, "answer_minutes": 15, "red_minutes": 3} | wrong
        assert "field__problem" in post(page, "/call-outs/delays/", **fields)
    assert "4 min" in said(page, "/call-outs/")
    assert tab.post("/call-outs/delays/", {"line_minutes": 9}).status_code == 403


def test_without_a_plan_in_force_people_are_called_by_hand(
    organisation: Organisation, brand: Brand, tab: Client, time: SimulatedTime, mail: MailServer
) -> None:
    with scope(organisation=organisation):
        made = contact(organisation, "Hélène Berthier", ("email", "helene@maison-berthier.test"))
    page = said(tab, LAUNCH)
    assert "No plan is in force" in page
    assert "helene@maison-berthier.test" in page
    post(tab, LAUNCH, brand=brand.slug, by_hand="1", contact=made.pk, why="Un appel de la préfecture")
    assert states() == {"Hélène Berthier": "called"}
    let_pass(time, minutes=1)
    assert mailed(mail) == ["helene"]


def test_where_nothing_can_leave_the_page_says_so_and_gives_the_numbers(
    plan: Plan, nadia: Contact, tab: Client, settings: Any
) -> None:
    settings.EMAIL_URL = settings.SMS_URL = settings.VOICE_URL = settings.URL = ""
    page = said(tab, CONTAMINATION)
    assert page.count("Nothing can leave this installation") == 1
    assert "TOCSIN_URL" in page
    assert 'href="tel:+33612345678"' in page
    assert "Open the board and call them yourself" in page


def test_every_page_tells_of_a_call_out_without_a_room(launched: CallOut, tab: Client) -> None:
    banner = f'href="/call-outs/{launched.pk}/"'
    assert banner in said(tab, "/plan/")
    assert "0 of 1 role covered" in said(tab, "/plan/")


def test_the_palette_launches_and_finds_people_and_what_runs(launched: CallOut, tab: Client) -> None:
    page = said(tab, "/palette/?q=call+the+team")
    assert "/call-outs/launch/?brand=maison-berthier" in page
    assert f'href="/call-outs/{launched.pk}/"' in said(tab, "/palette/?q=contaminated")
    assert "Nadia Benali" in said(tab, "/palette/?q=nadia")


def test_the_board_asks_no_more_of_many_roles_than_of_few(
    plan: Plan,
    nadia: Contact,
    yanis: User,
    tab: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for name in ("director", "spokesperson"):
        seat(plan, name, contact(plan.organisation, f"Qui tient {name}", ("email", f"{name}@berthier.test")))
    callout = launch(plan, yanis, roles=None)
    with django_assert_max_num_queries(30):
        tab.get(f"/call-outs/{callout.pk}/")
    with django_assert_max_num_queries(45):
        tab.get(CONTAMINATION)
