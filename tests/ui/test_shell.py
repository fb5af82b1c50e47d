"""What stands around every page: policy, theme, language, palette, banner, icons."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override
from django_scopes import scopes_disabled

from tocsin.accounts.models import User
from tocsin.listen.models import Source
from tocsin.ui import assets, context
from tocsin.watch.models import Brand, Watch

TEMPLATES = sorted(Path(assets.__file__).parent.parent.rglob("templates/**/*.html"))


@pytest.fixture
def page(client: Client, claire: User) -> Client:
    """Claire's browser, signed in."""
    client.force_login(claire)
    return client


def test_the_policy_allows_nothing_inline(page: Client, brand: Brand) -> None:
    policy = page.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_what_the_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\s(?:style|on\w+|hx-on[^=]*)=", text)
    assert not re.search(r"hx-[\w:]+=[\"'](?:js|javascript):", text)
    assert not re.search(r"hx-trigger=\"[^\"]*\[", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_icon_of_a_template_is_drawn(path: Path) -> None:
    known = (Path(assets.__file__).parents[2] / "web" / "build" / "icons.ts").read_text(encoding="utf-8")
    for name in re.findall(r"{% icon \"([\w-]+)\"(?! ?\|add)", path.read_text(encoding="utf-8")):
        assert name == "level-" or f'"{name}"' in known or name == "mark", name


def test_the_theme_of_a_cookie_is_on_the_page_and_nothing_else_is(page: Client, brand: Brand) -> None:
    page.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in page.get("/").content.decode()
    page.cookies["theme"] = '"><script>'
    assert "data-theme" not in page.get("/").content.decode().partition("<head>")[0]


def test_a_language_chosen_stays(page: Client, claire: User, brand: Brand) -> None:
    said = page.post("/language/", {"language": "en", "next": "/"}, follow=True).content.decode()
    assert '<html lang="en"' in said
    claire.refresh_from_db()
    assert claire.language == "en"


def test_a_dead_source_is_said_on_every_page(page: Client, source: Source) -> None:
    with scopes_disabled():
        Source.objects.filter(pk=source.pk).update(state="dead")
    for address in ("/", "/explore/", "/alerts/", "/settings/"):
        assert source.name in page.get(address).content.decode().partition('class="banner"')[2]


def test_the_palette_finds_pages_watches_and_things_to_do(page: Client, watch: Watch) -> None:
    assert "Réglages" not in page.get("/palette/?q=berthier").content.decode()
    assert f'href="/watches/{watch.pk}/"' in page.get("/palette/?q=BERTHIER").content.decode()
    assert 'href="/settings/journal/"' in page.get("/palette/?q=jour").content.decode()
    assert "data-theme-switch" in page.get("/palette/?q=sombre").content.decode()


@pytest.mark.parametrize(("status", "address"), [(404, "/brands/nowhere/"), (404, "/nowhere/")])
def test_errors_are_said_in_words(page: Client, status: int, address: str) -> None:
    answer = page.get(address)
    assert answer.status_code == status
    assert "Cette page n’existe pas" in answer.content.decode()


def test_the_set_up_page_opens_only_with_its_token(client: Client, db: None) -> None:
    answer = client.get("/setup/not-the-token/", headers={"Accept-Language": "fr"})
    assert answer.status_code == 404
    assert "ne fonctionne pas" in answer.content.decode()


def test_a_brand_that_nothing_watches_is_never_green(client: Client, yanis: User, brand: Brand) -> None:
    client.force_login(yanis)
    answer = client.get(f"/brands/{brand.slug}/")
    assert context.Shell(answer.wsgi_request).overall.shape == "none"
    said = answer.content.decode()
    assert 'data-level="green"' not in said
    assert said.count("Nothing is watched yet") >= 4  # rail, strip, its menu, the page itself


def test_a_dead_source_makes_green_a_partial_one(
    client: Client, yanis: User, watch: Watch, source: Source
) -> None:
    with scopes_disabled():
        Source.objects.create(
            organisation=watch.organisation,
            kind="feed",
            name="Le Fil",
            state="dead",
            address="https://fil.test/",
        )
    client.force_login(yanis)
    standing = context.Shell(client.get("/").wsgi_request).standing_of(watch.brand)
    with override("en"):
        assert (standing.shape, standing.word, standing.note) == ("green", "Green", "Partly watched")


def test_what_stands_around_a_page_comes_in_one_answer(
    client: Client, yanis: User, watch: Watch, source: Source
) -> None:
    client.force_login(yanis)
    said = client.get(f"/around/?brand={watch.brand_id}").content.decode()
    for part in (
        "around",
        "strip-standing",
        "strip-brands",
        "rail-alerts",
        "tabs-alerts",
        "banners",
        "brand-standing",
    ):
        assert f'id="{part}"' in said
    assert said.count('aria-current="page"') == 2  # the brand that is open, in the rail and in the menu
    htmx = {"HX-Request": "true", "HX-Target": "div#overview"}
    assert 'id="strip-standing"' in client.get("/", headers=htmx).content.decode()
    assert "hx-swap-oob" not in client.get("/").content.decode()
