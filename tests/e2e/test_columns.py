"""Whoever reads a table chooses its columns, and the browser remembers them."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.house import House

pytestmark = pytest.mark.browser


def test_columns_that_were_put_away_stay_away(page: Page, house: House) -> None:
    page.goto(f"{house.address}/watches/")
    query = page.get_by_role("columnheader", name="Requête")
    expect(query).to_be_visible()
    choice = page.locator("details[data-columns-of=watches]")
    choice.locator("summary").click()
    choice.get_by_label("Requête").uncheck()
    expect(query).to_be_hidden()
    expect(page.locator("table[data-columns=watches] td.wide").first).to_be_hidden()
    page.reload()
    expect(page.get_by_role("columnheader", name="Veille")).to_be_visible()
    expect(query).to_be_hidden()
    choice.locator("summary").click()
    expect(choice.get_by_label("Veille")).to_have_count(0)
    choice.get_by_label("Requête").check()
    expect(query).to_be_visible()
