"""What a community manager does on the first day, by hand and by keyboard."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.house import House

pytestmark = pytest.mark.browser


def test_the_imported_posts_are_on_the_brands_page(page: Page, house: House) -> None:
    page.goto(f"{house.address}/")
    page.get_by_role("link", name="Maison Berthier").first.click()
    expect(page.locator("#brand-figures .figure__value").first).to_have_text("40")
    expect(page.locator(".chart canvas")).to_be_visible()
    expect(page.locator("#brand-lists")).to_contain_text("Jeanne")


def test_a_drag_on_the_chart_filters_the_lists(page: Page, house: House) -> None:
    page.goto(f"{house.address}/brands/maison-berthier/")
    over = page.locator(".chart .u-over")
    box = over.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.85, box["y"] + 60, steps=4)
    page.mouse.up()
    expect(page.locator("#brand-lists")).to_contain_text("Montrer toute la période")
    assert "from=" in page.url


def test_a_word_is_found_and_its_post_opens_beside_the_list(page: Page, house: House) -> None:
    page.goto(f"{house.address}/explore/")
    page.keyboard.press("/")
    page.keyboard.type("brioche")
    page.keyboard.press("Enter")
    expect(page.locator("#results .mention")).to_have_count(10)
    expect(page).to_have_url(re.compile(r"\?(?:.*&)?q=brioche"))
    expect(page.locator("#results mark").first).to_have_text("brioche")
    page.locator("#results").click(position={"x": 2, "y": 2})
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#pane")).to_contain_text("Ce qui a été compris")
    page.keyboard.press("Escape")
    expect(page.locator("#pane")).to_be_empty()


def test_the_palette_goes_anywhere_by_keyboard(page: Page, house: House) -> None:
    page.goto(f"{house.address}/")
    page.keyboard.press("Control+k")
    page.keyboard.type("journ")
    expect(page.locator("#palette-results [role=option]").first).to_contain_text("Journal")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Journal", exact=True)).to_be_visible()


def test_the_keys_are_listed_and_the_table_is_one_key_away(page: Page, house: House) -> None:
    page.goto(f"{house.address}/brands/maison-berthier/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.get_by_role("region", name="Le graphique en tableau")).to_be_visible()


def test_a_query_is_checked_while_it_is_written(page: Page, house: House) -> None:
    page.goto(f"{house.address}/brands/maison-berthier/watches/new/")
    page.get_by_label("Requête").fill("brioche AND (")
    expect(page.locator("#query-check .querycheck__pointer")).to_be_visible()
    page.get_by_label("Requête").fill("brioche")
    expect(page.locator("#query-check")).to_contain_text("Elle retient 10 des 40")


def test_a_page_left_open_learns_of_what_another_tab_did(page: Page, house: House) -> None:
    page.goto(f"{house.address}/settings/journal/")
    other = page.context.new_page()
    other.goto(f"{house.address}/watches/")
    other.get_by_role("button", name="Mettre en pause").first.click()
    expect(page.locator("#entries")).to_contain_text("a mis en pause la veille")
    other.locator(".toast").get_by_role("button", name="Annuler").click()
    expect(page.locator("#entries")).to_contain_text("a repris la veille")
    other.close()


def test_dark_stays_dark(page: Page, house: House) -> None:
    page.goto(f"{house.address}/")
    page.get_by_role("button", name="Clair ou sombre").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Clair ou sombre").click()


def test_a_browser_without_shared_workers_stays_live(page: Page, house: House) -> None:
    listening = page.context.browser
    assert listening
    context = listening.new_context(storage_state=page.context.storage_state(), locale="fr-FR")
    context.add_init_script("delete window.SharedWorker")
    first, second = context.new_page(), context.new_page()
    for tab in (first, second):
        tab.goto(f"{house.address}/settings/journal/")
        assert tab.evaluate("typeof SharedWorker") == "undefined"
    page.goto(f"{house.address}/watches/")
    page.get_by_role("button", name="Mettre en pause").first.click()
    for tab in (first, second):
        expect(tab.locator("#entries li").first).to_contain_text("a mis en pause la veille")
    page.locator(".toast").get_by_role("button", name="Annuler").click()
    for tab in (second, first):
        expect(tab.locator("#entries li").first).to_contain_text("a repris la veille")
    context.close()


def test_a_table_is_sorted_by_its_head(page: Page, house: House) -> None:
    page.goto(f"{house.address}/brands/maison-berthier/")
    page.keyboard.press("t")
    table = page.locator(".chart__table table")
    head = table.locator("thead th").filter(has_text="Tout")
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    sums = [int(text) for text in table.locator("tbody tr td:nth-child(5)").all_text_contents()]
    assert sums == sorted(sums, reverse=True)
    assert len(sums) > 1


def test_a_pane_answers_at_once_goes_on_and_is_given_up(page: Page, house: House) -> None:
    page.goto(f"{house.address}/explore/")

    def never(route: Route) -> None:
        """Leave the answer on its way."""

    page.route("**/mentions/**", never)
    page.locator(".mention__open").first.click()
    expect(page.locator("#pane")).to_contain_text("Ouverture de la publication")
    page.keyboard.press("Escape")
    expect(page.locator("#pane")).to_be_empty()
    page.unroute("**/mentions/**")
    names = page.locator(".mention__open").all_text_contents()
    page.keyboard.press("Enter")
    expect(page.locator("#pane h2")).to_have_text(names[0])
    page.keyboard.press("j")
    expect(page.locator("#pane h2")).to_have_text(names[1])
    page.keyboard.press("k")
    expect(page.locator("#pane h2")).to_have_text(names[0])
    page.keyboard.press("Escape")
    expect(page.locator("#pane")).to_be_empty()
    expect(page.locator(".mention__open").first).to_be_focused()


def test_an_alert_is_settled_by_keyboard_alone(page: Page, house: House, alert: str) -> None:
    page.goto(f"{house.address}/alerts/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mentions négatives : 14 en 15 min")
    page.keyboard.press("e")
    expect(page.locator(".toast")).to_contain_text("Vous vous occupez de cette alerte")
    reason = page.get_by_role("radio", name="Traitée")
    reason.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Clore l’alerte").press("Enter")
    expect(page.locator(".toast")).to_contain_text("L’alerte est close")
    page.locator(".toast").get_by_role("button", name="Annuler").press("Enter")
    expect(page.get_by_role("button", name="Clore l’alerte")).to_be_visible()


def test_one_message_updates_all_that_tells_how_a_brand_stands(page: Page, house: House) -> None:
    page.goto(f"{house.address}/")
    other = page.context.new_page()
    other.goto(f"{house.address}/watches/")
    other.get_by_role("button", name="Mettre en pause").first.click()
    shown = (page.locator("#strip-standing"), page.locator("#around"), page.locator(".brandrow").first)
    for part in shown:
        expect(part).to_contain_text("Plus rien n’est surveillé")
    other.locator(".toast").get_by_role("button", name="Annuler").click()
    for part in shown:
        expect(part).to_contain_text("Rien n’est encore surveillé")
    other.close()
