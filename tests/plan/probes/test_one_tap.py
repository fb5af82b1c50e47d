"""One tap in a message is enough for a person, and opening the page does nothing for a mail scanner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django_scopes import scopes_disabled
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.e2e.house import ARGUMENTS, CHROMIUM
from tocsin.plan.models import Contact
from tocsin.plan.probes import asking, links

pytestmark = pytest.mark.browser
NOT_DRIVEN = "--disable-blink-features=AutomationControlled"


@pytest.fixture(params=[True, False], ids=["a person’s browser", "a driven one"])
def browser(request: pytest.FixtureRequest) -> Iterator[tuple[Browser, bool]]:
    """Chromium as somebody has it, then as a program drives it."""
    with sync_playwright() as playwright:
        arguments = [*ARGUMENTS, NOT_DRIVEN] if request.param else ARGUMENTS
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started, request.param
        started.close()


@pytest.fixture
def address(live_server: LiveServer, nadia: Contact) -> str:
    """Where Nadia answers."""
    with scopes_disabled():
        probe = asking.ask(nadia.lines.get(means="email"), None)
    return f"{live_server.url}{links.path(probe)}"


def test_the_answer_of_the_tapped_link_leaves_by_itself_only_before_a_person(
    address: str, browser: tuple[Browser, bool]
) -> None:
    chromium, is_person = browser
    page = chromium.new_page(viewport={"width": 390, "height": 844}, locale="fr-FR")
    page.goto(f"{address}?a=yes")
    if is_person:
        expect(page.locator(".said")).to_be_visible()
    else:
        page.get_by_role("button").first.click()
        expect(page.locator(".said")).to_be_visible()
    assert page.url == address
    page.close()


def test_another_answer_is_a_tap_away_and_stops_the_first(
    address: str, browser: tuple[Browser, bool]
) -> None:
    chromium, _is_person = browser
    page = chromium.new_page(viewport={"width": 390, "height": 844}, locale="fr-FR")
    page.goto(f"{address}?a=gone")
    page.locator('button[value="yes"]').click()
    expect(page.locator('button[aria-pressed="true"]')).to_have_attribute("value", "yes")
    page.close()


def test_without_scripts_the_buttons_answer(address: str, browser: tuple[Browser, bool]) -> None:
    chromium, _is_person = browser
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}?a=yes")
    assert page.locator(".said").count() == 0
    page.locator("form[data-answer] button").click()
    assert page.locator(".said").count() == 1
    assert page.locator('button[value="yes"]').get_attribute("aria-pressed") == "true"
    page.close()
