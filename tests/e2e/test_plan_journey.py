"""A plan is built from the library, approved by a second person, printed, compared, taken out and in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import PASSWORD
from tests.e2e.house import House
from tests.e2e.test_accessibility import faults

pytestmark = pytest.mark.browser

SCENARIOS = ("contamination", "accident", "delivery")
PEOPLE = (
    ("director", "Hélène Berthier", "Présidente", "06 12 34 56 70"),
    ("quality", "Nadia Benali", "Directrice qualité", "06 12 34 56 71"),
)
SUMMARY = "Un pain vendu peut blesser quelqu’un, et quelqu’un a peut-être mal en ce moment."

OTHERS = f"""
from django.contrib.auth.hashers import make_password
from django_scopes import scopes_disabled
from tocsin.accounts.models import Membership, Organisation, User
from tocsin.watch.models import Brand
with scopes_disabled():
    organisation = Organisation.objects.get()
    organisation.brands.create(name="Fournil Berthier", slug="fournil-berthier")
    user = User.objects.create(
        email="bastien@maison-berthier.test", name="Bastien Lacaze", password=make_password("{PASSWORD}"),
        language="fr",
    )
    Membership.objects.create(user=user, organisation=organisation, role="approver")
"""


@dataclass(frozen=True)
class Screen:
    """Where a journey is made, and the brand whose plan it makes."""

    brand: str
    name: str
    width: int
    height: int


SCREENS = (
    Screen("maison-berthier", "Maison Berthier", 1440, 900),
    Screen("fournil-berthier", "Fournil Berthier", 390, 844),
)


@pytest.fixture(scope="module")
def second(house: House, set_up: BrowserContext, browser: Browser) -> Iterator[BrowserContext]:
    """The browser of Bastien, who approves what others propose."""
    house.told(OTHERS)
    context = browser.new_context(locale="fr-FR", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{house.address}/accounts/login/")
    page.locator("input[name=login]").fill("bastien@maison-berthier.test")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page.locator(".rail")).to_be_visible()
    page.close()
    yield context
    context.close()


@pytest.fixture
def plan(house: House, set_up: BrowserContext, second: BrowserContext, screen: Screen) -> Iterator[Page]:
    """A tab of who set Tocsin up, as wide as the screen; a fault of the page's scripts fails the test."""
    seen: list[str] = []
    tab = set_up.new_page()
    tab.set_viewport_size({"width": screen.width, "height": screen.height})
    tab.on("pageerror", lambda error: seen.append(str(error)))
    tab.goto(f"{house.address}/plan/{screen.brand}/begin/?none=1")
    yield tab
    tab.close()
    assert seen == []


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen.width}px")
def test_a_plan_goes_from_the_library_to_the_paper(
    plan: Page, second: BrowserContext, house: House, screen: Screen, tmp_path: Path
) -> None:
    root = f"{house.address}/plan/{screen.brand}/"
    begun(plan)
    seated(plan, root)
    mended(plan, root)
    first = proposed_and_approved(plan, second, root, "Première version, relue avec les magasins de Lyon")
    read_and_signed(plan, first, root)
    printed(plan, root, screen)
    taken_out = exported(plan, root, tmp_path)
    rewritten(plan, root)
    proposed_and_approved(plan, second, root, "Le résumé dit ce qui peut arriver")
    compared(plan, root)
    brought_back(plan, root, taken_out)


def begun(page: Page) -> None:
    """Choose three scenarios of the library."""
    for name in SCENARIOS:
        page.locator(f"input[name=scenarios][value={name}]").check()
    page.get_by_role("button", name="Commencer le plan").click()
    expect(page.locator("h1")).to_contain_text("Plan de crise")
    expect(page.locator(".card__title")).to_have_count(len(SCENARIOS))
    fits(page)


def seated(page: Page, root: str) -> None:
    """Give two roles to people who are new here, with a number and an address each."""
    for role, name, function, number in PEOPLE:
        page.goto(f"{root}team/")
        page.locator(f"#role-{role}").get_by_role("link", name="Nouveau contact").click()
        page.locator("input[name=name]").fill(name)
        page.locator("input[name=function]").fill(function)
        page.locator("input[name=phone]").fill(number)
        page.locator("input[name=email]").fill(f"{role}@maison-berthier.test")
        with page.expect_navigation():
            page.get_by_role("button", name="Ajouter le contact").click()
        page.goto(f"{root}team/")
        expect(page.locator(f"#role-{role}")).to_contain_text(name)
    fits(page)


def mended(page: Page, root: str) -> None:
    """Follow a remark of the readiness to where it is mended, and see it gone."""
    page.goto(f"{root}readiness/")
    remark = page.locator(".gap", has=page.locator("a[href$='#role-legal']"))
    told = remark.locator("p").inner_text()
    assert "Juridique" in told
    score = int(page.locator(".figure__value").inner_text())
    remark.get_by_role("link").click()
    page.locator("#role-legal select[name=contact]").select_option(index=1)
    page.locator("#role-legal").get_by_role("button", name="Confier le rôle").click()
    expect(page.locator("#role-legal .ways-list__row")).to_have_count(1)
    page.goto(f"{root}readiness/")
    expect(page.locator(".gap").first).to_be_visible()
    assert told not in page.locator(".gap p").all_inner_texts()
    assert int(page.locator(".figure__value").inner_text()) >= score
    fits(page)


def proposed_and_approved(page: Page, second: BrowserContext, root: str, summary: str) -> Page:
    """Propose what is written, and have somebody else bring it into force; return their tab."""
    page.goto(root)
    page.locator("textarea[name=summary]").fill(summary)
    page.get_by_role("button", name="Proposer cette version").click()
    expect(page.locator("#written-panel")).to_contain_text(summary)
    expect(page.get_by_role("button", name="Approuver et mettre en vigueur")).to_have_count(0)
    other = second.new_page()
    other.goto(root)
    expect(other.locator("#written-panel")).to_contain_text(summary)
    other.get_by_role("button", name="Approuver et mettre en vigueur").click()
    expect(other.locator("#written-panel")).to_have_count(0)
    return other


def read_and_signed(page: Page, other: Page, root: str) -> None:
    """Read the version in force, and say so, the two of them."""
    page.goto(f"{root}scenarios/contamination/")
    expect(page.get_by_role("heading", name="Les quinze premières minutes")).to_be_visible()
    expect(page.locator(".quarter")).to_contain_text("Hélène Berthier")
    fits(page)
    for tab in (page, other):
        tab.goto(root)
        tab.get_by_role("button", name="Je l’ai lu").click()
        expect(tab.get_by_role("button", name="Je l’ai lu")).to_have_count(0)
    page.goto(root)
    readers = page.locator("section", has=page.locator("#readers"))
    expect(readers.locator("li", has_text="Bastien Lacaze")).not_to_contain_text("pas encore")
    expect(readers.locator("li", has_text="Inès Caron")).not_to_contain_text("pas encore")


def printed(page: Page, root: str, screen: Screen) -> None:
    """Take the kit: it has the people, their numbers and the first minutes."""
    page.goto(f"{root}kit/")
    links = page.locator("#kits a[href*='language=fr']")
    expect(links).to_have_count(2)
    fits(page)
    for shape in ("a4", "phone"):
        address = page.locator(f"#kits a[href*='language=fr&shape={shape}']").get_attribute("href")
        answer = page.request.get(f"{root}{(address or '').rpartition('/')[2]}")
        assert answer.headers["content-type"] == "application/pdf"
        assert f"{screen.brand}-1-fr" in answer.headers["content-disposition"]
        pages = [sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(answer.body())).pages]
        words = " ".join(" ".join(pages).split()).replace("\u00a0", " ")
        for _role, name, _function, number in PEOPLE:
            assert name in words
            assert f"+33 {number[1:]}" in words
        assert screen.name in words
        assert f"1 / {len(pages)}" in " ".join(pages[0].split())
        assert shape == "phone" or "Rideaux baissés" in words


def exported(page: Page, root: str, folder: Path) -> Path:
    """Take the plan out as files."""
    answer = page.request.get(f"{root}export.zip")
    path = folder / "plan.zip"
    path.write_bytes(answer.body())
    assert path.stat().st_size > 5_000
    return path


def rewritten(page: Page, root: str) -> None:
    """Say a scenario's summary in other words, in a draft."""
    page.goto(f"{root}draft/contamination/?language=fr")
    page.locator("textarea[name=summary]").fill(SUMMARY)
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer dans le brouillon").click()
    page.goto(f"{root}draft/contamination/?language=fr")
    expect(page.locator("textarea[name=summary]")).to_have_value(SUMMARY)


def compared(page: Page, root: str) -> None:
    """See what the second version changed in the first, in words."""
    page.goto(f"{root}versions/")
    expect(page.get_by_role("heading", name="Ce qui a changé depuis la version 1")).to_be_visible()
    group = page.locator("section.panel", has=page.locator("h3", has_text="Produit contaminé"))
    expect(group.locator(".changes > li")).to_have_count(1)
    expect(group).to_contain_text("résumé")
    expect(group).to_contain_text("quelqu’un a peut-être mal en ce moment")
    assert faults(page) == []
    fits(page)


def brought_back(page: Page, root: str, path: Path) -> None:
    """Bring the first version in again: what it changes is shown, and put into a draft when confirmed."""
    page.goto(f"{root}import/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Voir ce que cela change").click()
    expect(page.locator(".changes > li", has_text="résumé")).to_have_count(1)
    expect(page.locator(".changes > li", has_text="résumé")).to_contain_text("corps étranger")
    fits(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Mettre dans le brouillon").click()
    page.goto(f"{root}draft/contamination/?language=fr")
    expect(page.locator("textarea[name=summary]")).to_have_value(re.compile("corps étranger"))


def fits(page: Page) -> None:
    """Nothing of the page stands beside the screen."""
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= screen, page.url
