"""Somebody without a mouse, from the sign-in to a watch of her own."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.conftest import PASSWORD
from tests.e2e.house import House

pytestmark = pytest.mark.browser

MOST_TABS = 90


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, as often as a patient person would."""
    expect(target).to_be_visible()
    for _ in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {target}")


def sign_in(page: Page, house: House) -> None:
    """Come in by the form."""
    page.goto(f"{house.address}/accounts/login/")
    tab_to(page, page.locator("input[name=login]"))
    page.keyboard.type("ines@maison-berthier.test")
    tab_to(page, page.locator("input[name=password]"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Vigilance", level=1)).to_be_visible()


def read_two_posts(page: Page) -> None:
    """Filter the explorer, open a post beside the list, the next one, and close it."""
    tab_to(page, page.get_by_label("Sentiment"))
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("sentiment=[a-z]"))
    tab_to(page, page.get_by_role("link", name="Exporter en CSV"))
    names = page.locator("#results .mention__open")
    expect(names.nth(1)).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#pane h2")).to_have_text(names.nth(0).inner_text())
    page.keyboard.press("j")
    expect(page.locator("#pane h2")).to_have_text(names.nth(1).inner_text())
    page.keyboard.press("Escape")
    expect(page.locator("#pane")).to_be_empty()
    expect(names.nth(1)).to_be_focused()


def take_and_close(page: Page) -> None:
    """Take an alert, close it with a reason, then undo the closing."""
    page.keyboard.press("e")
    expect(page.locator(".toast")).to_contain_text("Vous vous occupez de cette alerte")
    tab_to(page, page.get_by_role("radio", name="Traitée"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("button", name="Clore l’alerte"))
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("L’alerte est close")
    tab_to(page, page.locator(".toast").get_by_role("button", name="Annuler"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Clore l’alerte")).to_be_visible()


def write_a_watch(page: Page) -> None:
    """Go to the watches by the palette and save a new one."""
    page.keyboard.press("Control+k")
    page.keyboard.type("veilles")
    expect(page.locator("#palette-results [role=option]").first).to_contain_text("Veilles")
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Ajouter une veille").first)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Nom"))
    page.keyboard.type("Brioches")
    tab_to(page, page.get_by_label("Requête"))
    page.keyboard.type("brioche AND berthier")
    expect(page.locator("#query-check")).to_contain_text("Elle retient 10 des 40")
    tab_to(page, page.get_by_role("button", name="Enregistrer la veille"))
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("La veille est enregistrée")
    expect(page.get_by_role("heading", name="Brioches", level=1)).to_be_visible()


def test_a_shift_without_a_mouse(
    browser: Browser, signed_in: BrowserContext, house: House, alert: str
) -> None:
    context = browser.new_context(locale="fr-FR", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    sign_in(page, house)
    tab_to(page, page.locator(".brandrow a").first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Maison Berthier", level=1)).to_be_visible()
    tab_to(page, page.locator("main").get_by_role("link", name="Explorer les mentions"))
    page.keyboard.press("Enter")
    read_two_posts(page)
    page.goto(house.address + alert)
    take_and_close(page)
    write_a_watch(page)
    context.close()
