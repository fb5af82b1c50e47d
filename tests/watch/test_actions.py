"""Brands, watches and accounts are made and changed, and the journal says what was."""

import pytest
from django_scopes import scopes_disabled
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.accounts.models import Organisation, User
from tocsin.journal.selectors import entries
from tocsin.stream.query.errors import QueryError
from tocsin.stream.query.parser import parse
from tocsin.watch import actions
from tocsin.watch.models import Account, Brand, Watch
from tocsin.watch.suggesting import suggest_query


def test_a_brand_comes_with_a_watch_of_its_name(organisation: Organisation, claire: User) -> None:
    brand = actions.create_brand(organisation, "  Maison  Berthier ", actor=claire)
    assert (brand.name, brand.slug) == ("Maison Berthier", "maison-berthier")
    with scopes_disabled():
        (watch,) = Watch.objects.filter(brand=brand)
    assert (watch.kind, watch.query) == ("brand", '"Maison Berthier" OR MaisonBerthier')
    assert [entry.verb for entry in entries(organisation)] == ["watch.brand_created", "watch.watch_created"]


def test_two_brands_of_one_name_have_short_names_of_their_own(
    organisation: Organisation, other_organisation: Organisation
) -> None:
    slugs = [actions.create_brand(organisation, "Delta", actor=None).slug for _ in range(3)]
    assert slugs == ["delta", "delta-2", "delta-3"]
    assert actions.create_brand(other_organisation, "Delta", actor=None).slug == "delta"


def test_a_brand_needs_a_name(organisation: Organisation) -> None:
    with pytest.raises(actions.NotAWatch):
        actions.create_brand(organisation, "  ", actor=None)
    assert not Brand.objects.with_scopes_disabled().exists()


def test_a_brand_whose_query_is_wrong_is_not_made(organisation: Organisation) -> None:
    with pytest.raises(QueryError):
        actions.create_brand(organisation, "Delta", actor=None, query='"Delta')
    assert not Brand.objects.with_scopes_disabled().exists()


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Delta", "Delta"),
        ("Maison Berthier", '"Maison Berthier" OR MaisonBerthier'),
        ("L’Oréal", '"L’Oréal" OR LOréal'),
        ("OR", '"OR"'),
        ('Le "Petit" Four', '"Le Petit Four" OR LePetitFour'),
    ],
)
def test_the_suggested_query_finds_the_name_as_people_write_it(name: str, query: str) -> None:
    assert suggest_query(name) == query


@settings(max_examples=300)
@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"]), max_size=60))
def test_whatever_a_brand_is_called_the_suggestion_is_a_query_or_nothing(name: str) -> None:
    query = suggest_query(name)
    if query:
        parse(query)


def test_a_change_of_a_watch_says_before_and_after(watch: Watch, claire: User) -> None:
    changed = actions.change_watch(watch, actor=claire, false_alarms_a_month=5.0, name=watch.name)
    assert changed.false_alarms_a_month == 5.0
    (entry,) = entries(watch.organisation)
    assert entry.data == {"name": "Maison Berthier", "false_alarms_a_month": [2.0, 5.0]}


def test_a_change_that_changes_nothing_is_not_told(watch: Watch, claire: User) -> None:
    actions.change_watch(watch, actor=claire, query=watch.query)
    assert not entries(watch.organisation).exists()


@pytest.mark.parametrize(
    "changes",
    [{"false_alarms_a_month": 0.0}, {"kind": "gossip"}, {"name": " "}, {"brand": 3}, {"active": False}],
)
def test_what_a_watch_cannot_be_is_refused(watch: Watch, claire: User, changes: dict[str, object]) -> None:
    with pytest.raises(actions.NotAWatch):
        actions.change_watch(watch, actor=claire, **changes)
    with scopes_disabled():
        assert Watch.objects.get(pk=watch.pk).name == "Maison Berthier"
    assert not entries(watch.organisation).exists()


def test_a_query_that_cannot_be_understood_changes_nothing(watch: Watch, claire: User) -> None:
    with pytest.raises(QueryError):
        actions.change_watch(watch, actor=claire, query="pain AND")
    with scopes_disabled():
        assert Watch.objects.get(pk=watch.pk).query == watch.query


def test_pausing_and_resuming_move_the_time_of_change_that_the_river_looks_at(
    watch: Watch, claire: User
) -> None:
    before = watch.changed_at
    paused = actions.pause_watch(watch, actor=claire)
    assert (paused.active, paused.changed_at > before) == (False, True)
    assert actions.resume_watch(paused, actor=claire).active
    actions.resume_watch(paused, actor=claire)
    assert [entry.verb for entry in entries(watch.organisation)] == [
        "watch.watch_paused",
        "watch.watch_resumed",
    ]


def test_an_account_is_the_brands_once(brand: Brand, claire: User) -> None:
    account = actions.add_account(brand, network=" Bluesky ", handle="@maison-berthier", actor=claire)
    assert (account.network, account.handle) == ("bluesky", "maison-berthier")
    with pytest.raises(actions.AccountTaken):
        actions.add_account(brand, network="bluesky", handle="maison-berthier", actor=claire)
    actions.remove_account(account, actor=claire)
    with scopes_disabled():
        assert not Account.objects.exists()


@pytest.mark.parametrize(("network", "handle"), [("", "berthier"), ("bluesky", " @")])
def test_an_account_needs_a_network_and_a_handle(brand: Brand, network: str, handle: str) -> None:
    with pytest.raises(actions.NotAWatch):
        actions.add_account(brand, network=network, handle=handle, actor=None)
