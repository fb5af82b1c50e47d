"""What opens over a page has no fault, and closes by the keyboard: dialogs, menus, the sheet of a phone."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.house import House
from tests.e2e.test_accessibility import faults

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_opens_over_a_page_has_no_fault(page: Page, house: House, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of the two names
    page.goto(f"{house.address}/watches/")
    found = {}
    for name in (".strip__end .menu", ".strip > .menu", ".choose-columns"):
        page.locator(f"{name} > summary").click()
        found[name] = faults(page)
        page.keyboard.press("Escape")
        expect(page.locator(f"{name} > summary")).to_be_focused()
    for name, keys in (("#palette", "Control+k"), ("#keys", "?")):
        page.keyboard.press(keys)
        expect(page.locator(name)).to_be_visible()
        found[name] = faults(page)
        page.keyboard.press("Escape")
        expect(page.locator(name)).to_be_hidden()
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_the_filters_of_a_phone_are_a_sheet_over_the_list(page: Page, house: House) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{house.address}/explore/")
    sheet = page.locator("details.sheet")
    summary = sheet.locator("summary")
    expect(sheet).not_to_have_attribute("open", "")
    summary.press("Enter")
    box = sheet.bounding_box()
    assert box
    assert (box["x"], round(box["y"] + box["height"]), box["width"]) == (0, 844, 390)
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(sheet).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    summary.press("Enter")
    sheet.get_by_label("Sentiment").select_option("negative")
    expect(page.locator("#results .chip--on")).to_have_count(1)
    sheet.get_by_role("button", name="Filtrer").click()
    expect(sheet).not_to_have_attribute("open", "")


def test_a_page_that_is_not_there_leads_back_and_on(signed_in: BrowserContext, house: House) -> None:
    page = signed_in.new_page()  # of its own: what is not there is a fault to the browser's console
    page.goto(f"{house.address}/sources/")
    page.goto(f"{house.address}/nowhere/")
    expect(page.get_by_role("link", name="Explorer")).to_be_visible()
    page.locator("[data-history-back]").click()
    expect(page).to_have_url(f"{house.address}/sources/")
    page.close()
