"""People are asked on their own lines whether these are right, and one tap answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as hour

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled
from pytest_django import Settings

from tests.plan.answers import HOSTILE, words
from tocsin.accounts.models import Organisation, User
from tocsin.clock.simulated import SimulatedTime, simulated
from tocsin.gate import actions as gate
from tocsin.gate.models import Outgoing
from tocsin.journal.models import Entry
from tocsin.plan import actions, calling, people, selectors
from tocsin.plan.models import Answer, Contact, Line, Plan, Probe
from tocsin.plan.probes import answering, asking, links
from tocsin.plan.probes import selectors as probes

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def time(settings: Settings, organisation: Organisation) -> Iterator[SimulatedTime]:
    """A Tuesday at noon in Paris, in a house that can send mail and is reached from outside."""
    settings.URL = "https://tocsin.test"
    settings.EMAIL_URL = "smtp://localhost:25"
    with simulated(NOON) as simulated_time, scope(organisation=organisation):
        yield simulated_time


@pytest.fixture
def seated(plan: Plan, nadia: Contact, claire: User, yanis: User) -> Contact:
    """Nadia, who holds a role in a plan that is in force."""
    people.seat(plan, "quality", nadia, claire)
    draft = selectors.written(plan)
    assert draft is not None
    actions.propose(draft, yanis, "Premier plan")
    draft.refresh_from_db()
    actions.approve(draft, claire, revision=draft.revision)
    Outgoing.objects.all().delete()
    return nadia


@pytest.fixture
def mail(nadia: Contact) -> Line:
    """Nadia's address."""
    return nadia.lines.get(means="email")


def asked(line: Line) -> str:
    """Ask on a line, and return the page of its answer."""
    return links.path(asking.ask(line, None))


def test_who_sits_in_a_plan_is_asked_by_mail_once_the_time_has_come(
    seated: Contact, organisation: Organisation, time: SimulatedTime
) -> None:
    assert asking.ask_due(organisation, most=10) == 0
    time.advance(days=91)
    assert asking.ask_due(organisation, most=10) == 1
    assert asking.ask_due(organisation, most=10) == 0
    [sent] = Outgoing.objects.filter(template="plan.probe")
    assert (sent.channel, sent.addressee) == ("email", "nadia@maison-berthier.test")
    assert "https://tocsin.test/p/" in sent.body
    assert "?a=gone" in sent.body
    time.advance(days=91)
    assert asking.ask_due(organisation, most=10) == 1


@pytest.mark.usefixtures("seated")
@pytest.mark.parametrize(
    "why", ["never", "no address", "exercise", "doubted", "left", "no seat", "confirmed"]
)
def test_nobody_is_asked_for_nothing(
    why: str, plan: Plan, organisation: Organisation, time: SimulatedTime, settings: Settings
) -> None:
    time.advance(days=91)
    if why == "never":
        Plan.objects.update(probe_days=0)
    elif why == "no address":
        settings.URL = ""
    elif why == "exercise":
        organisation.is_exercise = True
    elif why == "doubted":
        Line.objects.update(doubted_at=NOON)
    elif why == "left":
        Contact.objects.update(left_at=NOON)
    elif why == "no seat":
        plan.seats.all().delete()
    else:
        Line.objects.update(confirmed_at=NOON + timedelta(days=60))
    assert asking.ask_due(organisation, most=10) == 0


def test_nobody_is_asked_in_quiet_hours_nor_outside_their_own(
    seated: Contact, organisation: Organisation, time: SimulatedTime, claire: User
) -> None:
    time.advance(days=91, hours=11)
    gate.set_quiet_hours(organisation, claire, hour(21), hour(7))
    assert asking.ask_due(organisation, most=10) == 0
    gate.set_quiet_hours(organisation, claire, None, None)
    Contact.objects.update(hours=[{"days": [0, 1, 2, 3, 4], "from": "09:00", "until": "18:00"}])
    assert asking.ask_due(organisation, most=10) == 0
    time.advance(hours=12)
    assert asking.ask_due(organisation, most=10) == 1


def test_a_call_is_only_made_where_there_is_nothing_to_tap(
    seated: Contact, organisation: Organisation, claire: User, mail: Line
) -> None:
    assert [line.means for line in asking.askable(seated)] == ["email"]
    people.remove_line(mail, claire)
    assert [line.means for line in asking.askable(seated)] == ["voice"]


def test_the_strictest_plan_gives_the_rhythm(
    seated: Contact, organisation: Organisation, time: SimulatedTime
) -> None:
    Plan.objects.update(probe_days=30)
    time.advance(days=31)
    assert [line.means for line in probes.due(organisation, NOON + timedelta(days=31))] == ["email"]


def test_pressing_asks_now_or_when_their_hours_begin_and_not_twice_within_the_hour(
    seated: Contact, claire: User
) -> None:
    first = asking.ask_now([seated], claire)
    again = asking.ask_now([seated], claire)
    assert (first.now, again.now, again.lately) == (1, 0, 1)
    Probe.objects.all().delete()
    Contact.objects.update(hours=[{"days": [5], "from": "09:00", "until": "10:00"}])
    seated.refresh_from_db()
    assert asking.ask_now([seated], claire).later == 1
    assert not Probe.objects.exists()


def test_opening_the_page_changes_nothing_and_a_press_does(mail: Line) -> None:
    page = asked(mail)
    stranger = Client(enforce_csrf_checks=True)
    with scopes_disabled():
        for address in (page, f"{page}?a=yes", f"{page}?a=gone"):
            answer = stranger.get(address)
            assert answer.status_code == 200
            assert stranger.head(address).status_code == 200
        assert Probe.objects.get().answer == ""
        assert answer.headers["Cache-Control"].startswith("max-age=0")
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        done = stranger.post(page, {"answer": "yes"})
        assert (done.status_code, done.headers["Location"]) == (303, page)
        mail.refresh_from_db()
        assert mail.confirmed_at == NOON
        assert 'class="said"' in words(stranger.get(page))


def test_the_answer_that_was_tapped_is_sent_by_the_page_and_others_stand_beside(mail: Line) -> None:
    page = asked(mail)
    said = words(Client().get(f"{page}?a=wrong"))
    form = said.partition("data-answer>")[2].partition("</form>")[0]
    assert 'value="wrong"' in form
    assert said.count('name="answer" value=') == 3
    assert "data-answer>" not in words(Client().get(page))
    assert "data-answer>" not in words(Client().get(f"{page}?a={HOSTILE}"))


def test_an_answer_can_be_changed_and_the_one_before_leaves_no_trace(mail: Line, nadia: Contact) -> None:
    probe = asking.ask(mail, None)
    answering.answer(probe, Answer.WRONG)
    mail.refresh_from_db()
    assert mail.doubted_at == NOON
    answering.answer(probe, Answer.GONE)
    assert Line.objects.filter(pk=mail.pk, doubted_at=None).exists()
    assert Contact.objects.filter(pk=nadia.pk, left_at=NOON).exists()
    answering.answer(probe, Answer.YES)
    assert Line.objects.filter(pk=mail.pk, doubted_at=None, confirmed_at=NOON).exists()
    assert Contact.objects.filter(pk=nadia.pk, left_at=None).exists()


def test_a_number_that_is_right_for_messages_is_right_for_calls(nadia: Contact, claire: User) -> None:
    text = people.add_line(nadia, "sms", "06 12 34 56 78", claire)
    answering.answer(
        Probe.objects.create(
            organisation=nadia.organisation, line=text, asked_at=NOON, expires_at=NOON + links.LIFETIME
        ),
        Answer.YES,
    )
    assert nadia.lines.get(means="voice").confirmed_at == NOON


def test_who_no_longer_does_this_is_called_last_and_the_owner_is_told(
    seated: Contact, plan: Plan, mail: Line, lawyer: Contact, claire: User
) -> None:
    people.set_deputy(seated, lawyer, claire)
    answering.answer(asking.ask(mail, None), Answer.GONE)
    assert [callee.contact for callee in calling.order(plan, "quality", NOON)] == [lawyer, seated]
    assert "left" in {gap.code for gap in selectors.readiness_of(plan).gaps}
    [told] = Outgoing.objects.filter(template="plan.probe_answered")
    assert told.addressee == claire.email
    seated.refresh_from_db()
    answering.stays(seated, claire)
    assert "left" not in {gap.code for gap in selectors.readiness_of(plan).gaps}


def test_a_link_that_has_run_out_is_forged_or_about_nothing_explains_itself(
    mail: Line, time: SimulatedTime, claire: User
) -> None:
    page = asked(mail)
    for forged in (f"{page[:-3]}x/", "/p/x/", "/p/%00/", f"/p/{'x' * 5000}/"):
        answer = Client().get(forged)
        assert (answer.status_code, "public-head" in words(answer)) == (404, True)
    other = asked(mail)
    time.advance(days=15)
    assert Client().post(page, {"answer": "wrong"}).status_code == 410
    mail.refresh_from_db()
    assert mail.doubted_at is None
    time.advance(days=-2)
    people.remove_line(mail, claire)
    assert Client().get(other).status_code == 410


@pytest.mark.parametrize("given", ["", "perhaps", HOSTILE, "yes" * 1000])
def test_an_answer_that_is_none_is_not_kept(mail: Line, given: str) -> None:
    page = asked(mail)
    assert Client().post(page, {"answer": given}).status_code == 400
    assert Probe.objects.get().answer == ""


def test_the_page_is_light_and_in_the_language_of_who_reads_it(
    nadia: Contact, mail: Line, claire: User
) -> None:
    people.change(nadia, claire, languages=["en"])
    mail.contact.refresh_from_db()
    said = words(Client().get(asked(mail)))
    assert 'lang="en"' in said
    assert "Yes, it is right" in said
    assert len(said) < 5000
    assert "main.ts" not in said


def test_the_journal_names_no_number_and_no_address(seated: Contact, mail: Line) -> None:
    for given in (Answer.WRONG, Answer.GONE, Answer.YES):
        answering.answer(asking.ask(mail, None), given)
    said = " ".join(str(entry.data) for entry in Entry.objects.filter(verb__startswith="plan."))
    assert "nadia@" not in said
    assert Entry.objects.filter(verb="plan.contact_left").exists()


def test_the_pages_ask_say_what_became_of_it_and_keep_the_rhythm(
    client: Client, claire: User, seated: Contact, settings: Settings
) -> None:
    client.force_login(claire)
    assert 'action="/plan/maison-berthier/team/ask/"' in words(client.get("/plan/maison-berthier/team/"))
    client.post(f"/contacts/{seated.pk}/ask/")
    assert Probe.objects.count() == 1
    client.post("/plan/maison-berthier/team/ask/")
    assert Probe.objects.count() == 1
    for days, kept in (("30", 30), ("31", 30), ("-1", 30), ("x", 30), ("9" * 50, 30), ("0", 0)):
        client.post("/plan/maison-berthier/team/rhythm/", {"days": days})
        assert Plan.objects.get().probe_days == kept
    settings.URL = ""
    Probe.objects.all().delete()
    said = words(client.post(f"/contacts/{seated.pk}/ask/", follow=True))
    assert "TOCSIN_URL" in said
    assert not Probe.objects.exists()


def test_who_may_not_ask_does_not(client: Client, paul: User, yanis: User, seated: Contact) -> None:
    client.force_login(paul)
    assert client.post(f"/contacts/{seated.pk}/ask/").status_code == 403
    assert client.post("/plan/maison-berthier/team/ask/").status_code == 403
    client.force_login(yanis)
    assert client.post("/plan/maison-berthier/team/rhythm/", {"days": "0"}).status_code == 403
