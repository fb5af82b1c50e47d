"""A query is checked as it is written, and a watch is saved, paused and taken up again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from tests.watch.stored import store_mention
from tocsin.accounts.models import User
from tocsin.watch.models import Brand, Watch


@pytest.fixture
def page(client: Client, claire: User) -> Client:
    """Claire's browser, signed in."""
    client.force_login(claire)
    return client


def test_a_fault_is_pointed_at_with_a_query_that_works(page: Client) -> None:
    answer = page.get("/watches/check/", {"query": "pain AND (brioche"})
    fault = answer.context["checked"].fault
    assert fault
    assert fault.message
    assert fault.proposal


def test_a_query_shows_what_it_matches_in_stored_posts(page: Client, watch: Watch) -> None:
    store_mention(watch, "Une brioche pour midi", datetime.now(UTC) - timedelta(hours=1))
    store_mention(watch, "Un pain pour midi", datetime.now(UTC) - timedelta(hours=2))
    checked = page.get("/watches/check/", {"query": "brioche"}).context["checked"]
    assert (checked.matched, checked.looked_at) == (1, 2)
    assert "<mark>brioche</mark>" in checked.examples[0].text


def test_a_brand_is_declared_with_a_watch_to_check(page: Client) -> None:
    answer = page.post("/brands/new/", {"name": "Au Fournil Doré"})
    with scopes_disabled():
        watch = Watch.objects.get()
    assert answer.headers["Location"] == f"/watches/{watch.pk}/"
    assert '"Au Fournil Doré"' in watch.query


def test_sensitivity_is_said_in_false_alarms_a_month(page: Client, watch: Watch) -> None:
    changed = {"name": watch.name, "kind": watch.kind, "query": watch.query, "false_alarms_a_month": "0.5"}
    assert page.post(f"/watches/{watch.pk}/", changed).status_code == 302
    with scopes_disabled():
        assert Watch.objects.get(pk=watch.pk).false_alarms_a_month == 0.5


def test_a_wrong_query_is_not_saved(page: Client, watch: Watch) -> None:
    wrong = {"name": watch.name, "kind": watch.kind, "query": "pain AND", "false_alarms_a_month": "2"}
    answer = page.post(f"/watches/{watch.pk}/", wrong)
    assert answer.status_code == 200
    assert answer.context["form"].errors["query"]
    with scopes_disabled():
        assert Watch.objects.get(pk=watch.pk).query == watch.query


def test_a_paused_watch_can_be_undone_at_once(page: Client, watch: Watch) -> None:
    address = f"/watches/{watch.pk}/active/"
    said = page.post(address, follow=True).content.decode()
    assert f'action="{address}"' in said.partition('class="toasts"')[2]
    page.post(address)
    with scopes_disabled():
        assert Watch.objects.get(pk=watch.pk).active


def test_an_observer_reads_and_changes_nothing(
    client: Client, paul: User, watch: Watch, brand: Brand
) -> None:
    client.force_login(paul)
    assert client.get("/").status_code == 200
    assert client.get(f"/brands/{brand.slug}/").status_code == 200
    refused = client.get(f"/watches/{watch.pk}/")
    assert refused.status_code == 403
    assert "répondant" in refused.content.decode()
