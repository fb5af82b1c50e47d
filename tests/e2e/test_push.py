"""What a phone does with a call-out when Tocsin is closed, and what its profile says about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Worker, expect

from tests.e2e import phones
from tests.e2e.house import House
from tests.gate.test_push_pages import given

pytestmark = pytest.mark.browser

SHOWN = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/offline/");
  const all = await registration.getNotifications();
  return all.length && all.map(({title, body, tag, requireInteraction, data}) =>
    ({title, body, tag, requireInteraction, link: data.link}));
}"""
TOUCHED = """async link => {
  const opened = [];
  self.clients.openWindow = async address => { opened.push(address); };
  let done;
  const event = new Event("notificationclick");
  Object.assign(event, {notification: {close() {}, data: {link}}, waitUntil: promise => { done = promise; }});
  self.dispatchEvent(event);
  await done;
  return opened;
}"""
RENEWED = """async keys => {
  let done;
  const event = new Event("pushsubscriptionchange");
  const newSubscription = {toJSON: () => ({endpoint: keys.endpoint, keys})};
  Object.assign(event, {newSubscription, waitUntil: promise => { done = promise; }});
  self.dispatchEvent(event);
  await done;
}"""
CALLED = """
from tocsin.gate.models import PushSubscription
print([one.endpoint for one in PushSubscription.objects.order_by("pk")])
"""


@pytest.fixture(scope="module")
def plan(house: House, signed_in: BrowserContext) -> None:
    """The bakery's plan, in force, and an account of its own for each phone."""
    phones.prepare(house)


@pytest.fixture
def phone(browser: Browser, house: House, plan: None) -> Iterator[BrowserContext]:
    """Nadia's phone, which shows notifications of the house, with its worker."""
    context = phones.signed_in(browser, house)
    context.grant_permissions(["notifications"], origin=house.address)
    yield context
    context.close()


@pytest.fixture
def page(phone: BrowserContext, house: House) -> Page:
    """The phone's page of the plan, which has registered the worker."""
    return phones.keep(phone, house)


@pytest.fixture
def worker(phone: BrowserContext, page: Page) -> Worker:
    """The phone's worker."""
    page.reload()
    [found] = phone.service_workers
    return found


def pushed(page: Page, house: House, words: str) -> list[dict[str, Any]]:
    """Deliver a push as the browser's own tools do, and return the notifications that stand afterwards."""
    tools = page.context.new_cdp_session(page)
    delivered = {"origin": house.address, "registrationId": registration(tools, page), "data": words}
    tools.send("ServiceWorker.deliverPushMessage", delivered)
    for _turn in range(500):  # a function that waits is not asked again by `wait_for_function`
        if told := page.evaluate(SHOWN):
            return list(told)
    raise AssertionError("nothing was shown")


def registration(tools: CDPSession, page: Page) -> str:
    """Return how the browser's tools call the worker's registration."""
    found: list[dict[str, Any]] = []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    tools.send("ServiceWorker.enable")
    for _turn in range(500):
        if found:
            break
        page.evaluate("0")  # what the browser's tools tell is heard while the page is asked
    return str(found[0]["registrationId"])


def test_a_red_call_out_is_shown_and_stays(page: Page, house: House) -> None:
    words = {"title": "Mobilisation", "body": "Produit contaminé", "link": "/p/abc/", "tag": "callout.1"}
    [shown] = pushed(page, house, json.dumps({**words, "level": "red"}))
    assert shown == {**words, "requireInteraction": True}


def test_a_newer_word_on_the_same_call_out_takes_the_place_of_the_older(page: Page, house: House) -> None:
    words = {"title": "Mobilisation", "link": "/p/abc/", "tag": "callout.1"}
    pushed(page, house, json.dumps({**words, "body": "Produit contaminé"}))
    page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.getRegistration("/offline/");
          for (const one of await registration.getNotifications()) one.close();
        }"""
    )
    [shown] = pushed(page, house, json.dumps({**words, "body": "Fausse alerte"}))
    assert (shown["body"], shown["requireInteraction"]) == ("Fausse alerte", False)


@pytest.mark.parametrize("words", ["", "not json", "null", "[]", '{"title": 5, "link": {}}'])
def test_a_push_that_cannot_be_read_is_shown_all_the_same(page: Page, house: House, words: str) -> None:
    [shown] = pushed(page, house, words)
    assert (shown["title"], shown["link"], shown["requireInteraction"]) == ("Tocsin", "/", False)


@pytest.mark.parametrize(
    ("link", "opened"),
    [
        ("/p/abc/", "/p/abc/"),
        ("/alerts/12/?a=b", "/alerts/12/?a=b"),
        ("https://ailleurs.test/vol", "/"),
        ("javascript:alert(1)", "/"),
        ("//ailleurs.test/", "/"),
    ],
)
def test_a_touch_opens_a_page_of_the_house_and_no_other(
    worker: Worker, house: House, link: str, opened: str
) -> None:
    assert worker.evaluate(TOUCHED, link) == [house.address + opened]


def test_a_page_that_is_open_already_is_not_opened_again(worker: Worker, page: Page, house: House) -> None:
    other = page.context.new_page()
    other.goto(f"{house.address}/alerts/")
    assert (
        worker.evaluate(
            f"async () => {{ try {{ return await ({TOUCHED})('/alerts/') }} catch {{ return [] }} }}"
        )
        == []
    )


def test_a_subscription_that_the_browser_renews_reaches_the_house(worker: Worker, house: House) -> None:
    worker.evaluate(RENEWED, given("https://push.courrier-loire.test/renewed"))
    assert "https://push.courrier-loire.test/renewed" in house.told(CALLED)


def test_the_profile_says_when_the_browser_did_not_subscribe(phone: BrowserContext, house: House) -> None:
    page = phone.new_page()
    page.goto(f"{house.address}/settings/profile/")
    page.locator("[data-push-on]").click()
    expect(page.locator("[data-push-failed]")).to_be_visible()
    expect(page.locator("[data-push-state=off]")).to_be_visible()


def test_the_profile_says_how_to_unblock_a_browser_that_blocks(phone: BrowserContext, house: House) -> None:
    page = phone.new_page()
    page.add_init_script("Object.defineProperty(Notification, 'permission', {get: () => 'denied'})")
    page.goto(f"{house.address}/settings/profile/")
    expect(page.locator("[data-push-state=blocked]")).to_be_visible()
    expect(page.locator("[data-push-on]")).to_be_hidden()


def test_an_iphone_is_told_to_install_tocsin_first(browser: Browser, house: House, plan: None) -> None:
    phone = phones.signed_in(browser, house)
    page = phone.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'userAgent', {get: () => 'iPhone'})")
    page.goto(f"{house.address}/settings/profile/")
    expect(page.locator("[data-push-state=install]")).to_be_visible()
    phone.close()
