"""The risk map: every risk stands in its square, is changed on the draft, and says what was seen of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st

from tests.clock.conftest import NOON
from tests.conftest import member
from tests.watch.stored import store_mention
from tocsin.accounts.models import Organisation, User
from tocsin.alerts.models import Alert
from tocsin.clock.simulated import SimulatedTime, simulated
from tocsin.plan import actions, risks, selectors
from tocsin.plan.document.structure import Document, Risk
from tocsin.plan.models import Plan, Version
from tocsin.watch.models import Brand, Watch

RISKS = st.builds(
    Risk,
    id=st.text("abc", min_size=1, max_size=3),
    title=st.just({"fr": "Farine moisie"}),
    likelihood=st.integers(-3, 9),
    impact=st.integers(-3, 9),
)


@given(st.lists(RISKS))
def test_every_risk_stands_in_one_square(found: list[Risk]) -> None:
    rows = risks.matrix(found)
    assert [len(row) for row in rows] == [5] * 5
    assert sorted(risk.id for row in rows for cell in row for risk in cell.risks) == sorted(
        risk.id for risk in found
    )


@given(st.lists(RISKS))
def test_the_heaviest_comes_first(found: list[Risk]) -> None:
    weights = [risk.likelihood * risk.impact for risk in risks.by_weight(found)]
    assert weights == sorted(weights, reverse=True)


@given(st.lists(RISKS, unique_by=lambda risk: risk.id), st.text(max_size=90))
def test_a_new_risk_never_takes_the_name_of_another(found: list[Risk], title: str) -> None:
    name = risks.new_name(Document(risks=tuple(found)), title)
    assert name
    assert name not in {risk.id for risk in found}


@pytest.fixture
def time() -> Iterator[SimulatedTime]:
    """A clock that moves only when told."""
    with simulated(NOON) as moving:
        yield moving


@pytest.fixture
def draft(organisation: Organisation, brand: Brand, claire: User, time: SimulatedTime) -> Iterator[Version]:
    """The first draft of the bakery's plan."""
    with scope(organisation=organisation):
        yield actions.begin(brand, claire, ["contamination"], ["fr"])


@pytest.fixture
def page(client: Client, claire: User) -> Client:
    """Claire's browser, signed in."""
    client.force_login(claire)
    return client


def written(draft: Version) -> Version:
    found = selectors.written(Plan.objects.get(pk=draft.plan_id))
    assert found is not None
    return found


def sent(draft: Version, **values: object) -> dict[str, object]:
    said = {"title": "Bris de verre", "likelihood": 4, "impact": 5, "scenario": "contamination"}
    return {**said, "revision": draft.revision, **values}


def test_the_map_shows_each_risk_with_its_scenario(draft: Version, page: Client) -> None:
    shown = page.get("/plan/maison-berthier/risks/").content.decode()
    assert 'href="#risk-contamination"' in shown
    assert f"/plan/maison-berthier/scenarios/contamination/?version={draft.pk}" in shown


def test_a_risk_is_changed_on_the_draft(draft: Version, page: Client) -> None:
    page.post("/plan/maison-berthier/risks/contamination/change/", sent(draft))
    (risk,) = written(draft).document.risks
    assert (risk.title["fr"], risk.likelihood, risk.impact) == ("Bris de verre", 4, 5)


def test_what_is_in_force_stays_when_a_risk_is_changed(
    draft: Version, page: Client, claire: User, organisation: Organisation
) -> None:
    approved = actions.approve(actions.propose(draft, claire, "Première version"), claire, revision=1)
    page.post("/plan/maison-berthier/risks/contamination/change/", sent(draft, revision=0, impact=1))
    in_force = selectors.in_force(approved.plan)
    assert in_force is not None
    assert in_force.document == draft.document
    assert written(draft).document.risks[0].impact == 1


def test_a_risk_is_added_and_taken_off(draft: Version, page: Client) -> None:
    page.post("/plan/maison-berthier/risks/add/", sent(draft, title="Farine contaminée", scenario=""))
    added = written(draft)
    assert [risk.id for risk in added.document.risks] == ["contamination", "farine-contaminee"]
    page.post("/plan/maison-berthier/risks/farine-contaminee/remove/", {"revision": added.revision})
    assert [risk.id for risk in written(draft).document.risks] == ["contamination"]


def test_a_change_on_what_somebody_else_changed_is_refused(draft: Version, page: Client, yanis: User) -> None:
    actions.change(draft, draft.document, yanis, revision=draft.revision)
    answered = page.post("/plan/maison-berthier/risks/contamination/change/", sent(draft), follow=True)
    assert "Yanis Morel" in answered.content.decode()
    assert written(draft).document == draft.document


@pytest.mark.parametrize(
    "wrong",
    [{"likelihood": 6}, {"impact": "''"}, {"scenario": "../../etc"}, {"title": ""}, {"title": "x" * 161}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_values_that_no_risk_has_change_nothing(
    draft: Version, page: Client, wrong: dict[str, object]
) -> None:
    answered = page.post("/plan/maison-berthier/risks/contamination/change/", sent(draft, **wrong))
    assert answered.status_code == 200
    assert written(draft).document == draft.document


def test_a_revision_that_is_no_number_is_refused(draft: Version, page: Client) -> None:
    page.post("/plan/maison-berthier/risks/contamination/change/", sent(draft, revision="²" * 99))
    assert written(draft).document == draft.document


def test_a_title_is_shown_as_it_was_typed(draft: Version, page: Client) -> None:
    page.post("/plan/maison-berthier/risks/add/", sent(draft, title="<script>alert(1)</script>"))
    shown = page.get("/plan/maison-berthier/risks/").content.decode()
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_an_observer_sees_the_map_and_changes_nothing(draft: Version, client: Client, paul: User) -> None:
    client.force_login(paul)
    shown = client.get("/plan/maison-berthier/risks/").content.decode()
    assert "risks/add/" not in shown
    assert client.post("/plan/maison-berthier/risks/add/", sent(draft)).status_code == 403
    assert written(draft).document == draft.document


def test_a_risk_says_what_was_seen_of_its_topics(draft: Version, brand: Brand, watch: Watch) -> None:
    long_ago, lately = NOON - timedelta(days=40), NOON - timedelta(days=2)
    for when in (long_ago, lately, lately - timedelta(minutes=5)):
        store_mention(watch, f"Du verre dans la baguette, {when}", when)
    with connections["river"].cursor() as cursor:
        cursor.execute("UPDATE rollup SET topic_safety = volume")
    for key, topic, when in (("a", "safety", lately), ("b", "price", lately), ("c", "safety", long_ago)):
        Alert.objects.create(
            organisation=brand.organisation, brand=brand, watch=watch, key=key, level="orange",
            highest_level="orange", began_at=when, raised_at=when,
            reasons=[{"code": "topic_share", "figures": {"topic": topic, "share": 80}}],
        )  # fmt: skip
    told = risks.seen(brand, draft.document.scenarios, NOON)["contamination"]
    assert {topic: count for topic, _word, count in told.topics} == {"safety": 2, "quality": 0}
    assert told.alerts == 1


def test_another_company_sees_no_map(
    draft: Version, client: Client, other_organisation: Organisation
) -> None:
    client.force_login(member(other_organisation, "Luc Lacaze", "luc@lacaze.test", "lead").user)
    assert client.get("/plan/maison-berthier/risks/").status_code == 404
