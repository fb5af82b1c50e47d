"""axe finds nothing on any page, on a desk and on a phone, light and dark; nothing comes from elsewhere."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from tests.e2e.house import ROOT, House, opened

pytestmark = pytest.mark.browser

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
PAGES = (
    "/",
    "/brands/maison-berthier/",
    "/brands/maison-berthier/?split=network",
    "/explore/",
    "/explore/?q=rien+de+tel",
    "/alerts/",
    "/alerts/?show=past",
    "/plan/",
    "/plan/maison-berthier/",
    "/plan/maison-berthier/scenarios/contamination/",
    "/plan/maison-berthier/versions/",
    "/plan/maison-berthier/draft/",
    "/plan/maison-berthier/draft/roles/",
    "/plan/maison-berthier/draft/contamination/scenario/",
    "/plan/maison-berthier/draft/contamination/protocol/",
    "/plan/maison-berthier/draft/contamination/messages/",
    "/plan/maison-berthier/draft/contamination/limits/",
    "/plan/maison-berthier/import/",
    "/plan/maison-berthier/team/",
    "/plan/aux-bons-grains/begin/",
    "/contacts/",
    "/contacts/add/",
    "/contacts/import/",
    "/contacts/1/",
    "/plan/maison-berthier/rota/",
    "/plan/maison-berthier/rota/add/",
    "/plan/maison-berthier/rota/import/",
    "/offline/",
    "/call-outs/",
    "/call-outs/launch/?brand=maison-berthier",
    "/call-outs/launch/?brand=maison-berthier&scenario=contamination&level=red",
    "/call-outs/launch/?brand=maison-berthier&by_hand=1",
    "/call-outs/1/",
    "/call-outs/1/roles/1/",
    "/rooms/",
    "/rooms/open/",
    "/rooms/1/",
    "/rooms/1/tasks/1/",
    "/rooms/1/log/",
    "/rooms/1/known/",
    "/rooms/1/wall/",
    "/rooms/1/close/",
    "/rooms/1/handover/",
    "/rooms/1/evidence/",
    "/rooms/1/export/",
    "/evidence/",
    "/evidence/1/",
    "/freeze/",
    "/freeze/maison-berthier/",
    "/publishing-tools/",
    "/publishing-tools/add/",
    "/publishing-tools/terms/",
    "/rest/",
    "/sources/",
    "/sources/1/",
    "/sources/add/",
    "/sources/add/feed/",
    "/sources/add/file/",
    "/sources/add/api/",
    "/watches/",
    "/watches/1/",
    "/brands/maison-berthier/watches/new/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/brands/maison-berthier/watches/new/",
    "/brands/new/",
    "/settings/",
    "/settings/people/",
    "/settings/messages/",
    "/settings/journal/?verify=1",
    "/settings/profile/",
    "/nowhere/",
)
ENTRANCE = ("/accounts/login/", "/accounts/password/reset/", "/setup/wrong/")


def faults(page: Page) -> list[str]:
    """Return what axe finds in the light, and what contrasts too little in the dark.

    It is put in by the browser itself, past the page's policy.
    """
    session = page.context.new_cdp_session(page)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    session.send("Runtime.evaluate", {"expression": AXE})
    found = _axe(session, "{}")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dark = _axe(session, "{runOnly: ['color-contrast']}")
    session.detach()
    return [*found, *(f"dark, {fault}" for fault in dark)]


def _axe(session: CDPSession, options: str) -> list[str]:
    run = (
        f"axe.run(document, {options})"
        ".then(r => JSON.stringify(r.violations.map(v => v.id + ': ' + v.nodes[0].html)))"
    )
    found = session.send("Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True})
    return list(json.loads(found["result"]["value"]))


PLAN = """
from django.db import connections
from django_scopes import scopes_disabled
from tocsin.accounts.models import User
from tocsin.callout import actions as callout
from tocsin.crisis import evidence, freezing, handing, log, tools
from tocsin.crisis.models import Tool
from tocsin.plan import actions, library, people
from tocsin.watch.models import Brand
with scopes_disabled():
    lead, brand = User.objects.first(), Brand.objects.first()
    names = [scenario.id for scenario in library.scenarios()]
    draft = actions.propose(actions.begin(brand, lead, names, ["fr", "en"]), lead, "Première version")
    version = actions.approve(draft, lead, revision=draft.revision)
    contact = people.add(brand.organisation, lead, name="Nadia Ferrand")
    people.add_line(contact, "voice", "02 41 55 12 34", lead)
    people.seat(version.plan, "director", contact, lead)
    actions.propose(actions.draft_of(version.plan, lead), lead, "Le numéro du magasin d’Angers")
    Brand.objects.create(organisation=brand.organisation, name="Aux Bons Grains", slug="aux-bons-grains")
    called = callout.launch(brand, "contamination", lead, level="orange", room=True)
    for line in ("/fait confirmé un lot (source : Nadia)", "/décision retrait", "/question depuis ?"):
        log.write(called.crisis, lead, line)
    handing.give(called.crisis, lead, "La nuit a été calme depuis deux heures.")
    with connections["river"].cursor() as cursor:
        cursor.execute("SELECT min(n) FROM mention")
        evidence.secure(brand.organisation, cursor.fetchone()[0], lead, crisis=called.crisis)
    agency = Tool(organisation=brand.organisation, name="Agence Grand Large", how="Appeler la permanence")
    tools.save(agency, lead)
    freezing.begin(brand, lead, may_post=["Claire Vasseur"])
    callout.stand_down(callout.launch(brand, "outage", lead, level="red"), lead, false_alarm=True)
"""


@pytest.fixture(scope="module")
def plan(house: House, signed_in: BrowserContext) -> None:
    """The bakery's plan, in force and with a version that waits for approval, a room, a false alarm."""
    house.told(PLAN)


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_has_a_fault(signed_in: BrowserContext, house: House, alert: str, width: int) -> None:
    page = signed_in.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    elsewhere: list[str] = []
    page.on(
        "request",
        lambda request: None if request.url.startswith(house.address) else elsewhere.append(request.url),
    )
    found = {}
    page.goto(f"{house.address}/explore/")
    mention = page.locator(".mention__open").first.get_attribute("href") or ""
    for address in (*PAGES, alert, mention):
        page.goto(house.address + address)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if problems := [*faults(page), *(["wider than the screen"] if wide else [])]:
            found[address] = problems
    page.close()
    assert found == {}
    assert elsewhere == []


def test_pages_reached_from_others_have_no_fault(signed_in: BrowserContext, house: House) -> None:
    page = signed_in.new_page()
    found = {}
    for address, link in (
        ("/explore/", "a[href^='/mentions/']"),
        ("/sources/", "main a[href^='/sources/imports/']"),
        ("/watches/", "main a[href^='/watches/']"),
    ):
        page.goto(house.address + address)
        page.goto(house.address + str(page.locator(link).first.get_attribute("href")))
        if problems := faults(page):
            found[page.url] = problems
    page.close()
    assert found == {}


def test_the_first_page_of_all_has_no_fault(browser: Browser, tmp_path: Path) -> None:
    with opened(tmp_path) as fresh:
        page = browser.new_page(locale="fr-FR")
        page.goto(fresh.run("setup-link").split()[-1])
        found = faults(page)
        page.close()
    assert found == []


def test_the_entrance_has_no_fault(signed_in: BrowserContext, house: House) -> None:
    browser = signed_in.browser
    assert browser
    page = browser.new_page(locale="fr-FR")
    found = {}
    for address in ENTRANCE:
        page.goto(house.address + address)
        if problems := faults(page):
            found[address] = problems
    page.close()
    assert found == {}
