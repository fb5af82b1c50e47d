"""A phone keeps the plan, opens it without a network, and deletes it when it may not be kept any more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e import phones
from tests.e2e.house import House
from tests.e2e.phones import PIN, keep
from tests.e2e.test_accessibility import faults

pytestmark = pytest.mark.browser

COPIES = """
from django_scopes import scopes_disabled
from tocsin.plan.models_offline import OfflineCopy
with scopes_disabled():
    print([copy.ending or "kept" for copy in OfflineCopy.objects.order_by("pk")][-1])
"""
ANOTHER_NUMBER = """
from django_scopes import scopes_disabled
from tocsin.accounts.models import User
from tocsin.plan import people
from tocsin.plan.models import Contact
with scopes_disabled():
    contact = Contact.objects.get(name="Nadia Ferrand")
    people.add_line(contact, "sms", "06 98 76 54 32", User.objects.first())
"""
ALL_THAT_IS_KEPT = """
async () => {
  const databases = (await indexedDB.databases()).map(one => one.name);
  const caches_ = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    caches_[name] = (await cache.keys()).map(request => new URL(request.url).pathname);
  }
  const workers = (await navigator.serviceWorker.getRegistrations()).map(one => one.scope);
  return {databases, caches: caches_, workers};
}
"""
WHAT_THE_DATABASE_HOLDS = """
() => new Promise((resolve, reject) => {
  const asked = indexedDB.open("tocsin-offline", 1);
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("copies").objectStore("copies").getAll();
    all.onsuccess = () => {
      const text = value => value instanceof ArrayBuffer ? new TextDecoder().decode(value)
        : ArrayBuffer.isView(value) ? new TextDecoder().decode(value)
        : value instanceof CryptoKey ? `${value.type} ${value.extractable} ${value.algorithm.name}` : value;
      resolve(JSON.stringify(all.result, (_name, value) => text(value)));
      asked.result.close();
    };
  };
})
"""
CHANGED = """
fields => new Promise((resolve, reject) => {
  const asked = indexedDB.open("tocsin-offline", 1);
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const writing = asked.result.transaction("copies", "readwrite");
    const rows = writing.objectStore("copies");
    rows.get("this").onsuccess = event => rows.put({...event.target.result, ...fields}, "this");
    writing.oncomplete = () => { asked.result.close(); resolve(); };
  };
})
"""


@pytest.fixture(scope="module")
def plan(house: House, signed_in: BrowserContext) -> None:
    """The bakery's plan, in force, and an account of its own for each phone."""
    phones.prepare(house)


@pytest.fixture
def phone(browser: Browser, house: House, plan: None) -> Iterator[BrowserContext]:
    """Nadia's phone, signed in, with a browser that keeps what it is told to keep."""
    context = phones.signed_in(browser, house)
    yield context
    context.close()


def type_pin(page: Page, pin: str) -> None:
    page.locator("#pin").fill(pin)
    page.locator("#pin").press("Enter")


def kept(page: Page) -> dict[str, Any]:
    """Return everything that the browser keeps of the house."""
    told: dict[str, Any] = page.evaluate(ALL_THAT_IS_KEPT)
    return told


def test_the_plan_opens_without_a_network_and_calls_at_a_touch(phone: BrowserContext, house: House) -> None:
    page = keep(phone, house)
    phone.set_offline(True)
    page.reload()
    type_pin(page, PIN)
    card = page.locator(".kept__card", has_text="Nadia Ferrand").first
    expect(card.locator(".kept__call")).to_have_attribute("href", "tel:+33241551234")
    page.locator("[data-search]").fill("0241 55")
    expect(page.locator("[data-people] .kept__card")).to_have_count(1)
    page.locator("[data-search]").fill("personne de tel")
    expect(page.locator("[data-people] .kept__card")).to_have_count(0)
    page.locator(".kept__tabs a[href='#scenarios']").click()
    page.locator(".kept__row").first.click()
    first = page.locator("[data-body] > section").first
    expect(first.locator("li strong").first).to_be_visible()
    page.go_back()
    expect(page.locator("[data-view='scenarios']")).to_be_visible()
    page.locator(".kept__tabs a[href='#team']").click()
    expect(page.locator("[data-roles] .kept__card").first).to_be_visible()
    phone.set_offline(False)


def test_a_copy_that_nobody_checked_for_a_week_says_so(phone: BrowserContext, house: House) -> None:
    page = keep(phone, house)
    expect(page.locator("[data-age]")).to_contain_text("Version 1")
    expect(page.locator("[data-stale]")).to_be_hidden()
    phone.set_offline(True)
    page.evaluate(CHANGED, {"checked": 1})
    page.reload()
    type_pin(page, PIN)
    expect(page.locator("[data-stale]")).to_be_visible()
    phone.set_offline(False)


def test_the_page_speaks_the_language_that_its_reader_chose(phone: BrowserContext, house: House) -> None:
    page = keep(phone, house)
    page.goto(f"{house.address}/settings/profile/")
    page.locator("select[name=language]").select_option("en")
    page.locator("main form [type=submit]").first.click()
    expect(page.get_by_role("heading", name="Your profile")).to_be_visible()
    page.goto(f"{house.address}/offline/")
    with page.expect_response(lambda answer: answer.url.endswith("/offline/")):
        type_pin(page, PIN)
    expect(page.locator(".kept__card").first).to_be_visible()
    phone.set_offline(True)
    page.reload()
    expect(page.get_by_role("button", name="Open the plan")).to_be_visible()
    phone.set_offline(False)


def test_what_is_stored_says_nothing_and_nothing_else_is_stored(phone: BrowserContext, house: House) -> None:
    page = keep(phone, house)
    for address in ("/", "/plan/", "/contacts/", "/alerts/", "/explore/", "/settings/profile/", "/offline/"):
        page.goto(house.address + address)
    told = kept(page)
    assert told["databases"] == ["tocsin-offline"]
    assert [scope.removeprefix(house.address) for scope in told["workers"]] == ["/offline/"]
    [files] = told["caches"].values()
    assert all(file == "/offline/" or file.startswith("/static/") for file in files)
    stored = page.evaluate(WHAT_THE_DATABASE_HOLDS)
    for secret in ("Nadia", "Ferrand", "241551234", "Maison Berthier", PIN, "contamin"):
        assert secret not in stored
    assert "secret false HMAC" in stored
    assert "private" not in stored
    assert page.evaluate("() => caches.match('/offline/').then(r => r.text())").count("Nadia") == 0


def test_other_pages_never_meet_the_worker(phone: BrowserContext, house: House) -> None:
    page = keep(phone, house)
    through: list[str] = []
    page.on("response", lambda answer: through.append(answer.url) if answer.from_service_worker else None)
    for address in ("/", "/plan/", "/contacts/", "/alerts/"):
        page.goto(house.address + address)
        assert page.evaluate("navigator.serviceWorker.controller") is None
    assert through == []
    page.goto(f"{house.address}/offline/")
    assert f"{house.address}/offline/" in through


def test_wrong_pins_are_counted_slowed_and_end_the_copy(phone: BrowserContext, house: House) -> None:
    page = keep(phone, house)
    page.reload()
    for left in (9, 8, 7, 6, 5):
        type_pin(page, "000000")
        expect(page.locator("[data-left]")).to_have_text(str(left))
    expect(page.locator("[data-unlock] [type=submit]")).to_be_disabled()
    expect(page.locator("[data-until]")).to_have_text(re.compile(r"^0:[0-3]\d$"))
    page.evaluate(CHANGED, {"wrong": 9, "at": 1})
    page.reload()
    type_pin(page, "000000")
    expect(page.get_by_role("heading", name="La copie est supprimée")).to_be_visible()
    assert page.evaluate(WHAT_THE_DATABASE_HOLDS) == "[]"
    page.goto(f"{house.address}/settings/profile/")
    assert house.told(COPIES) == "wrong_pin"


def test_the_right_pin_begins_the_count_anew(phone: BrowserContext, house: House) -> None:
    page = keep(phone, house)
    page.reload()
    type_pin(page, "000000")
    expect(page.locator("[data-left]")).to_have_text("9")
    type_pin(page, PIN)
    expect(page.locator(".kept__tabs")).to_be_visible()
    page.locator("[data-lock]").click()
    expect(page.locator(".kept__card")).to_have_count(0)
    type_pin(page, "000000")
    expect(page.locator("[data-left]")).to_have_text("9")


def test_easy_pins_are_refused(phone: BrowserContext, house: House) -> None:
    page = phone.new_page()
    page.goto(f"{house.address}/offline/")
    for pin in ("12345", "111111", "123456", "987654", "121212", "      "):
        page.locator("#new-pin").fill(pin)
        page.locator("#new-pin-again").fill(pin)
        page.locator("[data-make] [type=submit]").click()
        expect(page.locator("[data-problem=weak]")).to_be_visible()
    page.locator("#new-pin").fill("481516")
    page.locator("#new-pin-again").fill("481517")
    page.locator("[data-make] [type=submit]").click()
    expect(page.locator("[data-problem=differs]")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_signing_out_deletes_the_copy(phone: BrowserContext, house: House) -> None:
    page = keep(phone, house)
    page.goto(f"{house.address}/settings/profile/")
    page.locator("header details.menu > summary").last.click()
    page.locator("header form[action='/accounts/logout/'] button").click()
    expect(page.locator("input[name=login]")).to_be_visible()
    assert page.evaluate(WHAT_THE_DATABASE_HOLDS) == "[]"
    assert page.evaluate("localStorage.getItem('tocsin-offline')") is None
    assert house.told(COPIES) == "signed_out"
    page.goto(f"{house.address}/offline/")
    expect(page.get_by_role("link", name="Se connecter")).to_be_visible()


def test_a_sign_out_that_bypassed_the_pages_script_is_made_good_by_the_next_page(
    phone: BrowserContext, house: House
) -> None:
    page = keep(phone, house)
    page.goto(f"{house.address}/accounts/logout/")
    page.evaluate("document.querySelector('main form').submit()")
    expect(page.locator("input[name=login]")).to_be_visible()
    page.wait_for_function("localStorage.getItem('tocsin-offline') === null")
    page.goto(f"{house.address}/offline/")
    expect(page.get_by_role("link", name="Se connecter")).to_be_visible()


def test_a_session_that_ends_otherwise_deletes_it_at_the_next_contact(
    phone: BrowserContext, house: House
) -> None:
    page = keep(phone, house)
    phone.clear_cookies()
    page.reload()
    expect(page.locator("[data-why=signed_out]")).to_be_visible()
    assert page.evaluate(WHAT_THE_DATABASE_HOLDS) == "[]"


def test_a_copy_taken_back_from_the_profile_is_deleted_though_locked(
    phone: BrowserContext, house: House
) -> None:
    page = keep(phone, house)
    page.goto(f"{house.address}/settings/profile/")
    page.locator("#copies tbody form button").first.click()
    expect(page.locator(".toast")).to_be_visible()
    page.goto(f"{house.address}/offline/")
    expect(page.locator("[data-why=revoked]")).to_be_visible()
    assert page.evaluate(WHAT_THE_DATABASE_HOLDS) == "[]"


def test_a_newer_number_is_kept_without_asking_for_the_pin(phone: BrowserContext, house: House) -> None:
    page = keep(phone, house)
    page.locator("[data-lock]").click()
    house.told(ANOTHER_NUMBER)
    with page.expect_response(lambda answer: "/offline/copies/" in answer.url and answer.status == 200):
        page.reload()
    expect(page.locator("#pin")).to_be_visible()
    phone.set_offline(True)
    page.reload()
    type_pin(page, PIN)
    page.locator(".kept__card summary").first.click()
    expect(page.locator("a[href='sms:+33698765432']").first).to_be_visible()
    phone.set_offline(False)


def foreign(status: int, body: str) -> Callable[[Route], None]:
    """Answer as a hotel's sign-in page or a broken proxy does."""
    return lambda route: route.fulfill(status=status, body=body)


def test_answers_that_are_not_the_houses_delete_nothing(phone: BrowserContext, house: House) -> None:
    page = keep(phone, house)
    for status, body in ((401, "<h1>Wi-Fi de l’hôtel</h1>"), (410, "{}"), (502, ""), (200, "<html>")):
        phone.route("**/offline/copies/**", foreign(status, body))
        page.goto(f"{house.address}/offline/?{status}")
        expect(page.locator("#pin")).to_be_visible()
        type_pin(page, PIN)
        expect(page.locator(".kept__card").first).to_be_visible()
        phone.unroute("**/offline/copies/**")


def test_from_the_home_screen_one_goes_on_to_tocsin_or_to_the_plan(
    phone: BrowserContext, house: House
) -> None:
    page = keep(phone, house)
    page.goto(f"{house.address}/offline/?start")
    page.wait_for_url(f"{house.address}/")
    phone.set_offline(True)
    page.goto(f"{house.address}/offline/?start")
    expect(page.locator("#pin")).to_be_visible()
    phone.set_offline(False)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_screen_of_the_page_has_a_fault(
    phone: BrowserContext, house: House, width: int, theme: str
) -> None:
    page = phone.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of the two names
    page.goto(f"{house.address}/offline/")
    expect(page.locator("#new-pin")).to_be_visible()
    found = {"make": faults(page)}
    page.close()
    page = keep(phone, house)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of the two names
    for view in ("people", "team", "scenarios", "scenario/1", "copy"):
        page.goto(f"{house.address}/offline/#{view}")
        for fold in page.locator("main details:visible").all()[:12]:
            fold.evaluate("one => { one.open = true }")
        found[view] = faults(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[view].append("wider than the screen")
    page.reload()
    expect(page.locator("#pin")).to_be_visible()
    type_pin(page, "000000")
    expect(page.locator("[data-left]")).to_be_visible()
    found["locked"] = faults(page)
    assert {view: problems for view, problems in found.items() if problems} == {}
