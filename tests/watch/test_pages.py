"""The overview and a brand's page say what is stored, and nothing of another organisation."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from tests.watch.stored import store_mention
from tocsin.accounts.models import Organisation, User
from tocsin.alerts.models import Alert, Vigilance
from tocsin.watch.models import Brand, Watch

NOW = datetime.now(UTC)


@pytest.fixture
def page(client: Client, claire: User) -> Client:
    """Claire's browser, signed in."""
    client.force_login(claire)
    return client


def ago(**length: float) -> datetime:
    return NOW - timedelta(**length)


def test_a_stranger_is_sent_to_sign_in(client: Client, brand: Brand) -> None:
    for address in ("/", "/explore/", "/alerts/", "/sources/", f"/brands/{brand.slug}/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/")


def test_an_empty_house_says_what_to_do_next(page: Client) -> None:
    assert 'href="/brands/new/"' in page.get("/").content.decode()
    assert 'href="/sources/add/file/"' in page.get("/sources/").content.decode()
    assert "Déclarer une marque" in page.get("/").content.decode()


def test_a_brand_without_posts_points_to_its_sources(page: Client, watch: Watch) -> None:
    assert 'href="/sources/add/"' in page.get("/").content.decode()


def test_the_overview_shows_the_day_beside_the_day_before(page: Client, watch: Watch) -> None:
    for hours in (1, 2, 3):
        store_mention(watch, f"Du verre dans mon pain {hours}", ago(hours=hours), sentiment=-1)
    store_mention(watch, "Très bonne baguette", ago(hours=4), sentiment=1)
    store_mention(watch, "Rien à dire", ago(hours=30))
    said = page.get("/").content.decode()
    assert "75\u00a0%" in said
    assert "1 mention le jour précédent" in said.replace("\u00a0", " ")


def test_the_highest_vigilance_comes_first(page: Client, organisation: Organisation, brand: Brand) -> None:
    with scopes_disabled():
        calm = Brand.objects.create(organisation=organisation, name="Aux Bons Grains", slug="aux-bons-grains")
        Vigilance.objects.create(brand=brand, organisation=organisation, level="red", since=NOW)
    said = page.get("/").content.decode().partition('id="overview"')[2]
    assert said.index(brand.name) < said.index(calm.name)
    assert "Rouge" in said


def test_the_brand_page_counts_the_period(page: Client, brand: Brand, watch: Watch) -> None:
    store_mention(watch, "Commande jamais livrée", ago(hours=2), sentiment=-1, topic="delivery")
    store_mention(watch, "Commande livrée en retard", ago(days=3), sentiment=-1, topic="delivery")
    day = page.get(f"/brands/{brand.slug}/?period=24h")
    week = page.get(f"/brands/{brand.slug}/?period=7d")
    assert day.context["totals"].volume == 1
    assert week.context["totals"].volume == 2
    assert sum(week.context["chart"].totals) == 2


@pytest.mark.parametrize("split", ["sentiment", "topic", "network"])
def test_each_layer_of_the_chart_has_a_table_beside_it(
    page: Client, brand: Brand, watch: Watch, split: str
) -> None:
    store_mention(watch, "Bon pain", ago(hours=2), sentiment=1, topic="quality")
    answer = page.get(f"/brands/{brand.slug}/?split={split}")
    rows = answer.context["chart"].rows()
    if split != "topic":  # the helper sums no topics
        assert [row["total"] for row in rows] == [1]
    assert "<table" in answer.content.decode()


def test_a_part_of_the_chart_filters_the_lists(page: Client, brand: Brand, watch: Watch) -> None:
    store_mention(watch, "La brioche est trop chère", ago(hours=2))
    store_mention(watch, "Le croissant est trop petit", ago(hours=9))
    start, end = ago(hours=3).isoformat(), ago(hours=1).isoformat()
    answer = page.get(
        f"/brands/{brand.slug}/",
        {"from": start, "to": end},
        headers={"HX-Request": "true", "HX-Target": "div#brand-lists"},
    )
    said = answer.content.decode()
    assert "brioche" in said
    assert "croissant" not in said
    assert "<html" not in said


def test_old_posts_are_offered_when_the_period_has_none(page: Client, brand: Brand, watch: Watch) -> None:
    store_mention(watch, "Une vieille histoire", datetime(2015, 2, 23, 12, tzinfo=UTC))
    said = page.get(f"/brands/{brand.slug}/").content.decode()
    assert "since=2015-02-17&amp;until=2015-02-23" in said
    dated = page.get(f"/brands/{brand.slug}/?since=2015-02-17&until=2015-02-23")
    assert dated.context["totals"].volume == 1


def test_another_organisation_has_no_such_brand(
    page: Client, other_organisation: Organisation, watch: Watch
) -> None:
    with scopes_disabled():
        theirs = Brand.objects.create(organisation=other_organisation, name="Lacaze", slug="lacaze")
        their_watch = Watch.objects.create(
            brand=theirs, organisation=other_organisation, name="Lacaze", query="lacaze"
        )
        alert = Alert.objects.create(
            organisation=other_organisation, brand=theirs, watch=their_watch, key="k", level="red",
            highest_level="red", began_at=NOW, raised_at=NOW,
        )  # fmt: skip
    place = store_mention(their_watch, "Secret de Lacaze", ago(hours=1))
    assert page.get("/brands/lacaze/").status_code == 404
    assert page.get(f"/alerts/{alert.pk}/").status_code == 404
    assert page.get(f"/watches/{their_watch.pk}/").status_code == 404
    assert "Secret de Lacaze" not in page.get(f"/mentions/{place}/").content.decode()
    for address in ("/", "/explore/", f"/explore/?watch={their_watch.pk}", "/alerts/", "/palette/?q=lacaze"):
        assert "Secret" not in page.get(address).content.decode()
