"""Phones of a journey: a plan in force, an account for each phone, and what their pages are asked to do."""

from __future__ import annotations

import itertools

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import PASSWORD
from tests.e2e.house import House
from tests.e2e.test_accessibility import PLAN

PIN = "481516"
SIZE = {"width": 390, "height": 844}
MEMBERS = f"""
from django.contrib.auth.hashers import make_password
from tocsin.accounts.models import Membership, Organisation, User
password = make_password("{PASSWORD}")
for number in range(40):
    address = f"nadia{{number}}@maison-berthier.test"
    user = User.objects.create(email=address, password=password, name="Nadia Ferrand")
    Membership.objects.create(user=user, organisation=Organisation.objects.first(), role="responder")
"""
numbers = itertools.count()


def prepare(house: House) -> None:
    """Put the bakery's plan in force, and make an account for each phone."""
    house.told(PLAN)
    house.told(MEMBERS)


def signed_in(browser: Browser, house: House) -> BrowserContext:
    """Return a phone on which somebody is signed in who is signed in nowhere else."""
    context = browser.new_context(locale="fr-FR", viewport=SIZE)  # type: ignore[arg-type]  # width and height
    page = context.new_page()
    page.goto(f"{house.address}/accounts/login/")
    page.locator("input[name=login]").fill(f"nadia{next(numbers) % 40}@maison-berthier.test")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page.locator("nav.tabs")).to_be_visible()
    page.close()
    return context


def keep(phone: BrowserContext, house: House, pin: str = PIN) -> Page:
    """Keep the plan on a phone, as its page says."""
    page = phone.new_page()
    page.goto(f"{house.address}/offline/")
    page.locator("#new-pin").fill(pin)
    page.locator("#new-pin-again").fill(pin)
    page.locator("[data-make] [type=submit]").click()
    expect(page.locator(".kept__tabs")).to_be_visible()
    return page
