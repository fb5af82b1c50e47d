"""Somebody who serves two companies has both open, and the one stream follows her."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.house import House

pytestmark = pytest.mark.browser

FOUND = """
from tocsin.accounts.actions import add_member, create_organisation
from tocsin.accounts.models import User
user = User.objects.get(email="ines@maison-berthier.test")
organisation = create_organisation("Épicerie Lacaze", actor=user)
add_member(organisation, user, "administrator", actor=user)
"""
NOTE = """
from tocsin.accounts.actions import add_member
from tocsin.accounts.models import Organisation, User
user = User.objects.create_user("odile@lacaze.test", name="Odile Lacaze")
add_member(Organisation.objects.get(name="Épicerie Lacaze"), user, "observer", actor=None)
"""


def choose(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Ouvrir {name}").click()
    page.wait_for_url("**/")


def test_the_stream_follows_to_the_other_organisation_and_the_former_one_says_it_is_out_of_date(
    page: Page, house: House
) -> None:
    house.told(FOUND)
    left = page
    left.goto(f"{house.address}/settings/journal/")
    expect(left.locator("#entries")).to_contain_text("Inès Caron")
    chosen = page.context.new_page()
    chosen.goto(f"{house.address}/settings/")
    choose(chosen, "Épicerie Lacaze")
    chosen.goto(f"{house.address}/settings/journal/")
    expect(left.locator("[data-connection-lost]").first).to_be_visible()
    expect(chosen.locator("#entries")).not_to_contain_text("Odile Lacaze")
    house.told(NOTE)
    expect(chosen.locator("#entries")).to_contain_text("Odile Lacaze")
    expect(chosen.locator("[data-connection-lost]").first).to_be_hidden()
    chosen.goto(f"{house.address}/settings/")
    choose(chosen, "Maison Berthier")
    expect(left.locator("[data-connection-lost]").first).to_be_hidden()
    chosen.close()
