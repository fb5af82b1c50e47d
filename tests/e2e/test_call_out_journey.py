"""A crisis rises, the team is called out, two people answer from their mail, one does not; the room ends it.

Then another: a task runs late, the shift is handed over, and it was a false alarm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.conftest import RAISE
from tests.e2e.house import House, opened
from tests.e2e.test_accessibility import faults
from tests.e2e.test_alert import storm
from tests.gate.mailserver import MailServer

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}

PLAN = """
import msgspec
from django_scopes import scopes_disabled
from tocsin.accounts.models import User
from tocsin.plan import actions, people
from tocsin.watch.models import Brand
with scopes_disabled():
    lead, brand = User.objects.get(), Brand.objects.get()
    draft = actions.begin(brand, lead, ["contamination"], ["fr", "en"])
    scenario = msgspec.structs.replace(
        draft.document.scenarios[0], decides="director", calls=("director", "quality", "spokesperson")
    )
    written = msgspec.structs.replace(draft.document, scenarios=(scenario,))
    draft = actions.change(draft, written, lead, revision=draft.revision)
    version = actions.approve(actions.propose(draft, lead, "Première version"), lead, revision=draft.revision)
    for role, name in (
        ("director", "Hélène Berthier"), ("quality", "Nadia Benali"), ("quality", "Karim Haddad"),
        ("spokesperson", "Sonia Petit"),
    ):
        contact = people.add(brand.organisation, lead, name=name)
        people.add_line(contact, "email", name.split()[0].lower().replace("é", "e").replace("è", "e")
                        + "@maison-berthier.test", lead)
        people.seat(version.plan, role, contact, lead)
"""

METAL = RAISE.replace("e2e", "metal").replace(
    "reasons=[", 'reasons=[{"code": "topic_share", "figures": {"topic": "safety", "share": 60}}, '
)

LATER = """
from datetime import timedelta
from tocsin import clock
from tocsin.accounts.models import Organisation
from tocsin.clock.actions import set_time
organisation = Organisation.objects.get()
set_time(organisation, clock.now(organisation) + timedelta(minutes={minutes}))
"""


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    """The company's mail server."""
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def house(mail: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A Tocsin that can send mail, and whose links lead to it."""
    settings = {
        "TOCSIN_EMAIL_URL": mail.url,
        "TOCSIN_EMAIL_FROM": "tocsin@maison-berthier.test",
        "TOCSIN_URL": "{address}",
    }
    with opened(tmp_path_factory.mktemp("house"), settings) as served:
        yield served


@pytest.fixture(scope="module")
def signed_in(set_up: BrowserContext) -> BrowserContext:
    """The browser of who set Tocsin up; what comes in comes by the API."""
    return set_up


@pytest.fixture(scope="module")
def team(house: House, signed_in: BrowserContext) -> None:
    """The plan in force: who decides, who speaks, and two people for quality."""
    house.told(PLAN)


def has_come(mail: MailServer, name: str, said: str) -> Callable[[], EmailMessage | None]:
    """Return what looks for the newest message to somebody with words in its subject."""

    def look() -> EmailMessage | None:
        found = [
            one
            for one in mail.taken
            if str(one["To"]).startswith(name) and re.search(said, str(one["Subject"]), re.IGNORECASE)
        ]
        return found[-1] if found else None

    return look


def answer_link(message: EmailMessage | None) -> str:
    """Return the link of a message with which its reader answers."""
    body = message.get_body(("plain",)) if message else None
    assert body is not None
    found = re.search(r"https?://\S+/c/[\w-]+/", body.get_content())
    assert found, body.get_content()
    return found[0]


def tap(browser: Browser, link: str, button: str) -> None:
    """Answer on a phone that has never been here, without signing in."""
    context = browser.new_context(locale="fr-FR", viewport=PHONE)  # type: ignore[arg-type]  # width and height
    page = context.new_page()
    page.goto(link)
    expect(page.locator("main")).to_contain_text("Maison Berthier")
    assert faults(page) == []
    page.get_by_role("button", name=button).click()
    expect(page.locator("main")).not_to_contain_text("Server Error")
    context.close()


def called(page: Page, name: str) -> Locator:
    """Return what the board says of somebody."""
    return page.locator(".call", has_text=name)


def let_pass(house: House, minutes: int) -> None:
    """Let the company's time pass."""
    house.told(LATER.format(minutes=minutes))


def rises(page: Page, house: House) -> str:
    """Let a storm break, wait until it is counted, and raise the alert that the clock would store."""
    page.goto(f"{house.address}/sources/add/api/")
    page.locator("[name=name]").fill("Écoute")
    page.locator("[name=network]").fill("x")
    page.locator("main form [type=submit]").click()
    secret = page.locator("#secret").inner_text().strip()
    page.goto(f"{house.address}/")
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/x-ndjson"}
    sent = httpx.post(f"{house.address}/api/v1/posts", headers=headers, content=storm().encode(), timeout=30)
    assert sent.text.count('"accepted"') == 60
    expect(page.locator(".brandrow .figure__value").first).to_have_text("60")
    return f"/alerts/{house.told(METAL)}/"


@pytest.mark.usefixtures("team")
def test_a_crisis_is_called_out_answered_and_closed(
    page: Page, house: House, browser: Browser, mail: MailServer
) -> None:
    alert = rises(page, house)
    page.goto(house.address + alert)
    page.get_by_role("link", name="Lancer la mobilisation").click()
    expect(page.get_by_role("heading", name="Qui sera appelé")).to_be_visible()
    expect(page.locator("main")).to_contain_text("proposé")
    expect(page.locator(".roll")).to_have_count(3)
    assert faults(page) == []
    assert [one for one in mail.taken if "/c/" in one.as_string()] == []
    page.get_by_role("button", name="Mobiliser 3 personnes").click()

    board = page.locator("#board")
    expect(board).to_contain_text("sur 3 rôles pourvus")
    expect(page.locator(".call__messages li")).to_have_count(3)
    expect(page.locator(".call__messages li", has_text="parti")).to_have_count(3)
    address = page.url

    deciding = answer_link(has_come(mail, "helene", "appel|mobilis|cellule")())
    tap(browser, deciding, "J’arrive")
    expect(called(page, "Hélène Berthier").locator("[data-state=coming]")).to_be_visible()
    tap(browser, answer_link(has_come(mail, "sonia", "appel|mobilis|cellule")()), "20 min")
    expect(called(page, "Sonia Petit").locator("[data-state=later]")).to_be_visible()
    expect(board.locator(".board__covered .figure__value")).to_have_text("2")

    assert has_come(mail, "karim", "appel|mobilis|cellule")() is None
    let_pass(house, 11)
    expect(page.locator(".rolecall__past", has_text="Nadia Benali")).to_be_visible()
    expect(called(page, "Karim Haddad").locator(".call__messages li", has_text="parti")).to_have_count(1)
    tap(browser, answer_link(has_come(mail, "karim", "appel|mobilis|cellule")()), "J’arrive")
    expect(board.locator(".board__covered .figure__value")).to_have_text("3")
    assert faults(page) == []

    on_a_phone(page, address)
    page.get_by_role("link", name="Aller à la cellule").click()
    run_the_room(page)
    stand_down(page, house)


def on_a_phone(page: Page, address: str) -> None:
    """Look at the board with one hand: what to do next is within the thumb's reach."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # width and height
    page.goto(address)
    box = page.get_by_role("link", name="Aller à la cellule").bounding_box()
    assert box is not None
    assert box["y"] > PHONE["height"] / 2
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert faults(page) == []


def room_of(page: Page) -> str:
    """Return the address of the room in which the page is."""
    expect(page).to_have_url(re.compile(r"/rooms/\d+/"))
    found = re.match(r".*/rooms/\d+/", page.url)
    assert found
    return found[0]


def run_the_room(page: Page) -> None:
    """Do what is to be done, write down what was decided, and close."""
    page.set_viewport_size({"width": 1440, "height": 900})
    open_ticks = page.locator(".tick--press")
    expect(open_ticks.first).to_be_visible()
    left = open_ticks.count()
    for done in range(1, 3):
        open_ticks.first.click()
        expect(open_ticks).to_have_count(left - done)
    page.locator("#line").fill("/décision Retirer la galette de la vente dans tous les magasins")
    page.locator("#line").press("Enter")
    expect(page.locator("main")).to_contain_text("Retirer la galette de la vente")
    assert faults(page) == []

    page.goto(f"{room_of(page)}close/")
    page.locator("[name=note]").fill("Lot retiré, clients remboursés, plus une publication depuis une heure.")
    page.locator("[name=reason]").fill("Les derniers critères sont suivis par la qualité.")
    page.locator("main form:has([name=note]) [type=submit]").click()
    expect(page.locator(".tick--press")).to_have_count(0)
    page.goto(f"{room_of(page).partition('/rooms/')[0]}/rooms/")
    expect(page.locator("main")).to_contain_text("Produit contaminé")
    expect(page.locator(".strip__crisis[data-level]")).to_have_count(0)


@pytest.mark.usefixtures("team")
def test_a_task_runs_late_the_shift_is_handed_over_and_it_was_a_false_alarm(
    page: Page, house: House, alert: str, mail: MailServer
) -> None:
    page.goto(house.address + alert)
    page.get_by_role("link", name="Lancer la mobilisation").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mobiliser")
    if page.locator("#others").is_visible() and not page.locator(".roll").count():
        page.locator("#others a").first.click()
    page.get_by_role("button", name=re.compile("Mobiliser \\d")).click()
    expect(page.locator(".call__messages li", has_text="parti")).to_have_count(3)
    board = page.url

    page.get_by_role("link", name="Aller à la cellule").click()
    room = room_of(page)
    let_pass(house, 20)
    expect(page.locator("[data-late]").first).to_be_visible()
    assert faults(page) == []

    page.goto(f"{room}handover/")
    note = page.locator("main form textarea").first
    expect(note).not_to_have_value("")
    page.locator("main form:has(textarea) [type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("Inès Caron")
    assert faults(page) == []

    page.goto(board)
    before = len(mail.taken)
    page.get_by_text("Fausse alerte", exact=True).click()
    page.get_by_role("button", name=re.compile("Prévenir \\d+ personnes")).click()
    expect(page.locator("main")).to_contain_text("C’était une fausse alerte")
    told = page.locator(".call__messages li", has_text="fausse alerte").filter(has_text="parti")
    expect(told).not_to_have_count(0)
    assert len(mail.taken) > before
    page.goto(house.address + alert)
    expect(page.locator("main")).to_contain_text(re.compile("fausse alerte", re.IGNORECASE))
    assert faults(page) == []


def stand_down(page: Page, house: House) -> None:
    """End the call-out before, and see it among the past ones with how long it took."""
    page.goto(f"{house.address}/call-outs/")
    running = page.locator(".calledout a").first
    running.click()
    page.get_by_text("Lever la mobilisation", exact=True).click()
    page.get_by_role("button", name=re.compile("Lever et prévenir \\d+ personnes")).click()
    expect(page.locator("main")).to_contain_text("Mobilisation levée")
    page.goto(f"{house.address}/call-outs/")
    expect(page.locator(".calledout")).to_contain_text("première réponse en")
    assert faults(page) == []
