"""The first visit makes administrator, organisation and brand, once, behind a one-time token."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django_scopes import scopes_disabled

from tests.conftest import PASSWORD
from tocsin.accounts import actions, setup_token
from tocsin.accounts.models import Membership, Organisation, Role, User
from tocsin.accounts.selectors import left_by_imports, organisations_of
from tocsin.journal.selectors import entries
from tocsin.stream.query.errors import QueryError
from tocsin.watch.actions import create_brand
from tocsin.watch.models import Brand, Watch
from tocsin.watch.suggesting import suggest_query

FIRST = {
    "name": "Inès Caron",
    "email": "Ines@Maison-Berthier.test",
    "password": PASSWORD,
    "organisation": "Maison Berthier",
    "brand": "Maison Berthier",
}


@pytest.fixture(autouse=True)
def data_folder(settings: object, tmp_path: Path) -> None:
    """A data folder of this test's own."""
    settings.DATA = tmp_path  # type: ignore[attr-defined]  # pytest-django's wrapper


@pytest.mark.django_db
def test_set_up_makes_everything_the_first_visit_needs() -> None:
    user, brand = actions.set_up(**FIRST)
    membership = Membership.objects.get()
    assert (membership.user, membership.role) == (user, Role.ADMINISTRATOR)
    assert user.check_password(PASSWORD)
    assert (brand.organisation.slug, brand.slug) == ("maison-berthier", "maison-berthier")
    with scopes_disabled():
        assert Watch.objects.get().brand == brand
    verbs = [entry.verb for entry in entries(brand.organisation)]
    assert verbs == [
        "accounts.organisation_created",
        "accounts.member_added",
        "watch.brand_created",
        "watch.watch_created",
    ]


@pytest.mark.django_db
def test_what_imports_made_before_is_taken_over() -> None:
    house = actions.create_organisation("Maison Berthier", actor=None)
    elsewhere = actions.create_organisation("Fournil Vastrelle", actor=None)
    imported = create_brand(house, "maison berthier", actor=None, query="")
    assert left_by_imports() == {"organisation": "Maison Berthier", "brand": "maison berthier"}
    user, brand = actions.set_up(**FIRST)
    assert brand == imported
    assert set(organisations_of(user)) == {house, elsewhere}
    with scopes_disabled():
        assert [watch.query for watch in Watch.objects.filter(brand=brand)] == [
            "",
            suggest_query("maison berthier"),
        ]


@pytest.mark.django_db
def test_tocsin_is_set_up_once() -> None:
    actions.set_up(**FIRST)
    with pytest.raises(actions.AlreadySetUp):
        actions.set_up(**FIRST | {"email": "mallory@elsewhere.test"})
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "error"),
    [({"password": "bread"}, ValidationError), ({"query": '"Maison'}, QueryError)],
)
def test_a_wrong_answer_makes_nothing_at_all(wrong: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        actions.set_up(**FIRST | wrong)
    assert not User.objects.exists()
    assert not Organisation.objects.exists()
    assert not Brand.objects.with_scopes_disabled().exists()


@pytest.mark.django_db
def test_only_the_last_token_opens_the_page() -> None:
    assert not setup_token.is_valid("")
    first, second = setup_token.new_token(), setup_token.new_token()
    assert not setup_token.is_valid(first)
    assert setup_token.is_valid(second)


@pytest.mark.django_db
def test_the_token_itself_is_kept_nowhere_and_its_hash_is_private(tmp_path: Path) -> None:
    token = setup_token.new_token()
    kept = tmp_path / "keys" / "setup"
    assert token not in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db(transaction=True)
def test_the_token_is_void_once_somebody_has_an_account(tmp_path: Path) -> None:
    token = setup_token.new_token()
    actions.set_up(**FIRST)
    assert not setup_token.is_valid(token)
    assert not (tmp_path / "keys" / "setup").exists()


@pytest.mark.parametrize(
    ("url", "host", "link"),
    [
        ("https://tocsin.test", "127.0.0.1", "https://tocsin.test/setup/abc/"),
        ("", "127.0.0.1", "http://127.0.0.1:8123/setup/abc/"),
        ("", "0.0.0.0", "http://127.0.0.1:8123/setup/abc/"),
        ("", "::1", "http://[::1]:8123/setup/abc/"),
    ],
)
def test_the_link_is_one_that_a_browser_here_can_open(
    settings: object, url: str, host: str, link: str
) -> None:
    settings.URL, settings.HOST, settings.PORT = url, host, 8123  # type: ignore[attr-defined]
    assert setup_token.link("abc") == link


@pytest.mark.django_db
def test_the_suggested_watch_is_shown_while_the_brand_is_named(client: Client) -> None:
    token = setup_token.new_token()
    named = client.get(f"/setup/{token}/watch/", {"brand": "Maison Berthier"}).content.decode()
    assert "<code>&quot;Maison Berthier&quot; OR MaisonBerthier</code>" in named
    assert "<code>" not in client.get(f"/setup/{token}/watch/", {"brand": "?!"}).content.decode()
    hostile = client.get(f"/setup/{token}/watch/", {"brand": "<script>alert(1)</script>"}).content.decode()
    assert "<script>" not in hostile


@pytest.mark.django_db
def test_the_set_up_page_says_which_watch_it_would_make(client: Client) -> None:
    page = client.post(f"/setup/{setup_token.new_token()}/", FIRST | {"password": "bread"}).content.decode()
    assert "<code>&quot;Maison Berthier&quot; OR MaisonBerthier</code>" in page


@pytest.mark.django_db
def test_nothing_is_suggested_to_who_has_no_token(client: Client) -> None:
    setup_token.new_token()
    assert client.get("/setup/wrong/watch/", {"brand": "Maison Berthier"}).status_code == 404


@pytest.mark.django_db
def test_the_sign_in_page_says_where_the_first_account_is_made(client: Client) -> None:
    assert b"tocsin setup-link" in client.get("/accounts/login/").content
    actions.set_up(**FIRST)
    page = client.get("/accounts/login/").content
    assert b"tocsin setup-link" not in page
    assert b'name="password"' in page
