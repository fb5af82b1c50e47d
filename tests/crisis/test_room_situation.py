"""How a crisis stands: always true, honest about what it does not know, and cheap on every page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.browsing import browser
from tests.crisis.conftest import NIGHT, run_clock
from tests.watch.stored import store_mention
from tocsin.accounts.models import Organisation, User
from tocsin.alerts.models import Alert
from tocsin.callout.models import CallOut
from tocsin.clock.simulated import SimulatedTime
from tocsin.crisis import actions, asked, following, log, questions, selectors, situation
from tocsin.crisis.models import Crisis
from tocsin.gate.models import Outgoing
from tocsin.plan.models import Plan
from tocsin.watch.models import Brand, Watch

pytestmark = pytest.mark.django_db
INFORMATION = asked.ASKING


@pytest.fixture
def ask(crisis: Crisis, watch: Watch) -> list[int]:
    """Eight people ask whether other loaves are safe, two complain, in the last hour."""
    places = [
        store_mention(
            watch,
            f"Les autres pains sont-ils sûrs ? {n}",
            NIGHT - timedelta(minutes=30 - n),
            narrative=77,
            expectations=INFORMATION,
            author_name=f"Cliente {n}",
        )
        for n in range(8)
    ]
    for n in range(2):
        store_mention(watch, f"Encore en retard {n}", NIGHT - timedelta(minutes=5 + n), sentiment=-1)
    return places


def test_what_people_ask_is_counted_by_narrative_with_the_newest_post(
    crisis: Crisis, ask: list[int], yanis: User
) -> None:
    seen = situation.situation(crisis)
    assert [(one.narrative, one.count) for one in seen.asked] == [(77, 8)]
    assert seen.asked[0].mention.post.n == max(ask)
    assert not seen.asked[0].told
    question, _entry = questions.ask(crisis, yanis, "Les autres pains ?", narrative=77)
    assert [one.narrative for one in situation.situation(crisis).asked if not one.told] == [77]
    questions.answer(question, yanis, "Oui, ils sont sûrs.")
    assert all(one.told for one in situation.situation(crisis).asked)


def test_narratives_say_how_they_go(crisis: Crisis, ask: list[int], time: SimulatedTime) -> None:
    def state() -> str:
        found = situation.situation(crisis).narratives
        return next(one.state for one in found if one.narrative.key == 77)

    assert state() == "rising"
    time.advance(hours=1)
    assert state() == "silent"


def test_the_curve_carries_the_decisions(crisis: Crisis, ask: list[int], claire: User) -> None:
    log.write(crisis, claire, "/décision On retire le lot 4")
    seen = situation.situation(crisis)
    assert seen.chart is not None
    assert [mark.words for mark in seen.chart.marks] == ["On retire le lot 4"]
    assert seen.chart.total == 10
    assert "early" in seen.outlook or "tôt" in seen.outlook
    assert seen.hour == 10


def test_a_brand_that_nobody_watches_has_no_curve_and_says_so(crisis: Crisis, paul: User) -> None:
    seen = situation.situation(crisis)
    assert (seen.watched, seen.chart, seen.asked) == (False, None, [])
    page = browser(paul).get(f"/rooms/{crisis.pk}/").content.decode()
    assert 'href="/watches/"' in page


def test_the_room_is_warned_a_quarter_of_an_hour_before_the_next_update(
    crisis: Crisis, claire: User, yanis: User, time: SimulatedTime
) -> None:
    def warned() -> list[str]:
        return list(
            Outgoing.objects.filter(template="crisis.update_soon").values_list("addressee", flat=True)
        )

    actions.set_next_update(crisis, NIGHT + timedelta(hours=1), claire)
    time.advance(minutes=44, seconds=59)
    run_clock()
    assert warned() == []
    time.advance(seconds=1)
    run_clock()
    assert warned() == ["claire@maison-berthier.test"]
    time.advance(minutes=15)
    run_clock()
    assert [line.verb for line in log.lines(crisis)].count("crisis.update_missed") == 1
    assert selectors.strip(crisis.organisation)[0].update_late


def test_an_update_that_was_given_warns_nobody_of_the_one_before(
    crisis: Crisis, claire: User, time: SimulatedTime
) -> None:
    actions.set_next_update(crisis, NIGHT + timedelta(hours=1), claire)
    time.advance(minutes=30)
    actions.set_next_update(crisis, NIGHT + timedelta(hours=3), claire, given=True)
    time.advance(minutes=40)
    run_clock()
    assert not Outgoing.objects.filter(template="crisis.update_soon").exists()
    assert "crisis.update_missed" not in {line.verb for line in log.lines(crisis)}
    with pytest.raises(actions.NoSuchTime):
        actions.set_next_update(crisis, NIGHT, claire)


def test_the_onset_is_that_of_the_running_alert(
    inside: Organisation, brand: Brand, watch: Watch, claire: User
) -> None:
    for began, ended in ((timedelta(hours=9), NIGHT), (timedelta(hours=2), None), (timedelta(hours=1), None)):
        Alert.objects.create(
            organisation=brand.organisation,
            brand=brand,
            watch=watch,
            key=f"{began}",
            level="orange",
            highest_level="orange",
            began_at=NIGHT - began,
            raised_at=NIGHT,
            ended_at=ended,
        )
    crisis = actions.open_room(brand, claire, title="Du verre", level="orange")
    assert crisis.onset_at == NIGHT - timedelta(hours=2)
    later = actions.open_room(
        brand, claire, title="Autre", level="orange", onset_at=NIGHT + timedelta(hours=5)
    )
    assert later.onset_at == NIGHT


def test_a_call_out_opens_its_room_or_joins_the_one_that_stands(
    seated: Plan, brand: Brand, claire: User
) -> None:
    def launched() -> CallOut:
        return CallOut.objects.create(
            organisation=brand.organisation,
            brand=brand,
            plan=seated,
            version=seated.versions.get(state="in_force"),
            scenario="contamination",
            title={"fr": "Produit contaminé", "en": "Contaminated product"},
            level="red",
            launched_by=claire,
            launched_at=NIGHT,
        )

    first = launched()
    following.open_with(first)
    crisis = Crisis.objects.get()
    assert (crisis.callout, crisis.level, crisis.scenario) == (first, "red", "contamination")
    crisis.callout = None
    crisis.save()
    first.state = "stood_down"
    first.save()
    second = launched()
    following.open_with(second)
    assert Crisis.objects.get().callout == second


def test_the_strip_costs_one_query_while_no_crisis_is_open_and_two_when_one_is(
    organisation: Organisation, bare: Crisis, claire: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        assert selectors.strip(organisation)[0].crisis == bare
    Crisis.objects.update(state="closed")
    with django_assert_num_queries(1):
        assert selectors.strip(organisation) == []


def test_every_page_says_that_a_crisis_is_open(
    bare: Crisis, crisis: Crisis, paul: User, time: SimulatedTime
) -> None:
    time.advance(minutes=90)
    run_clock()
    for address in ("/", "/alerts/", "/plan/", "/settings/"):
        page = browser(paul).get(address, follow=True).content.decode()
        strip = page.partition('id="strip-crisis"')[2].partition("</header>")[0]
        assert 'data-level="orange"' in strip
        assert f'href="/rooms/{crisis.pk}/"' in strip
        assert "1\u00a0h\u00a030" in strip or "1 h 30" in strip
        assert 'href="/rooms/"' in strip


def test_another_organisation_s_crisis_is_on_nobody_else_s_strip(
    crisis: Crisis, other_organisation: Organisation
) -> None:
    assert selectors.strip(other_organisation) == []
    assert list(selectors.open_crises(other_organisation)) == []
    assert Client().get("/rooms/").status_code == 302
