"""A query is checked as it is written, and a watch is saved, paused and taken up again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from tests.watch.stored import store_mention
from tocsin.accounts.models import Organisation, User
from tocsin.river.watches import load
from tocsin.watch.models import Account, Brand, Watch


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
    answer = page.post(f"/watches/{watch.pk}/", changed)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/watches/{watch.pk}/"
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


def test_a_saved_watch_stays_open_and_offers_its_mentions(client: Client, yanis: User, watch: Watch) -> None:
    client.force_login(yanis)
    same = {"name": watch.name, "kind": watch.kind, "query": watch.query, "false_alarms_a_month": "2"}
    said = client.post(f"/watches/{watch.pk}/", same, follow=True).content.decode()
    toast = said.partition('class="toasts"')[2]
    assert "The watch is changed." in toast
    assert f'href="/explore/?watch={watch.pk}"' in toast


def test_a_new_watch_stays_open_too(client: Client, yanis: User, brand: Brand) -> None:
    client.force_login(yanis)
    new = {"name": "Galettes", "kind": "product", "query": "galette*", "false_alarms_a_month": "2"}
    answer = client.post(f"/brands/{brand.slug}/watches/new/", new)
    with scopes_disabled():
        assert answer.headers["Location"] == f"/watches/{Watch.objects.get().pk}/"


@pytest.mark.parametrize(("tolerated", "shown"), [(2.0, "2"), (0.5, "0.5")])
def test_sensitivity_is_written_without_an_empty_decimal(
    page: Client, watch: Watch, tolerated: float, shown: str
) -> None:
    watch.false_alarms_a_month = tolerated
    watch.save()
    assert (
        f'name="false_alarms_a_month" value="{shown}"' in page.get(f"/watches/{watch.pk}/").content.decode()
    )


def test_a_lead_declares_the_brands_own_accounts(page: Client, brand: Brand) -> None:
    page.post(f"/brands/{brand.slug}/accounts/add/", {"network": "instagram", "handle": "@maisonberthier"})
    with scopes_disabled():
        account = Account.objects.get()
    assert (account.brand_id, account.network, account.handle) == (brand.pk, "instagram", "maisonberthier")
    assert f"/brand-accounts/{account.pk}/remove/" in page.get("/watches/").content.decode()
    page.post(f"/brand-accounts/{account.pk}/remove/")
    with scopes_disabled():
        assert not Account.objects.exists()


def test_the_address_of_an_account_tells_its_network_and_the_river_learns_it(
    page: Client, brand: Brand
) -> None:
    given = {"network": "", "handle": "https://www.instagram.com/maisonberthier/"}
    page.post(f"/brands/{brand.slug}/accounts/add/", given)
    assert ("instagram", "maisonberthier") in load().own[brand.organisation_id].accounts


@pytest.mark.parametrize(
    "given",
    [
        {"network": "", "handle": "@berthier"},
        {"network": "x"},
        {"network": "=HYPERLINK(1)", "handle": "berthier"},
        {"network": "x", "handle": "b" * 301},
    ],
)
def test_an_account_without_a_network_or_a_handle_is_refused_in_words(
    page: Client, brand: Brand, given: dict[str, str]
) -> None:
    shown = page.post(f"/brands/{brand.slug}/accounts/add/", given, follow=True).content.decode()
    assert "Rien n’a été enregistré" in shown
    with scopes_disabled():
        assert not Account.objects.exists()


def test_an_account_removed_by_mistake_is_taken_back(page: Client, brand: Brand) -> None:
    page.post(f"/brands/{brand.slug}/accounts/add/", {"network": "x", "handle": "berthier & fils"})
    with scopes_disabled():
        account = Account.objects.get()
    shown = page.post(f"/brand-accounts/{account.pk}/remove/", follow=True).content.decode()
    undo = f"/brands/{brand.slug}/accounts/add/?network=x&amp;handle=berthier+%26+fils"
    assert undo in shown
    page.post(undo.replace("&amp;", "&"))
    with scopes_disabled():
        assert Account.objects.get().handle == "berthier & fils"


def test_a_responder_declares_no_account(client: Client, yanis: User, brand: Brand) -> None:
    client.force_login(yanis)
    answer = client.post(f"/brands/{brand.slug}/accounts/add/", {"network": "x", "handle": "berthier"})
    assert answer.status_code == 403
    assert "/accounts/add/" not in client.get("/watches/").content.decode()


def test_the_account_of_another_organisation_cannot_be_removed(
    page: Client, other_organisation: Organisation
) -> None:
    with scopes_disabled():
        theirs = Brand.objects.create(organisation=other_organisation, name="Lacaze", slug="lacaze")
        account = Account.objects.create(
            brand=theirs, organisation=other_organisation, network="x", handle="lacaze"
        )
    assert page.post(f"/brand-accounts/{account.pk}/remove/").status_code == 404
