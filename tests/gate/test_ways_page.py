"""The settings show every way out with what it lacks, try each, and keep the programs that are called."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils.translation import override
from django_scopes import scopes_disabled

from tests.gate.browser import Browser
from tests.gate.mailserver import MailServer
from tests.gate.receivers import Receiver
from tocsin.accounts.models import Organisation, User
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime
from tocsin.gate import hooks, trials
from tocsin.gate.models import Hook, Outgoing
from tocsin.journal.selectors import entries
from tocsin.journal.verbs import display
from tocsin.watch.models import Brand

PAGE = "/settings/messages/"

pytestmark = pytest.mark.usefixtures("time")


@pytest.fixture
def page(client: Client, ines: User) -> Client:
    """Inès' browser, signed in, in English."""
    ines.language = "en"
    ines.save()
    client.force_login(ines)
    return client


@pytest.fixture
def world(settings: object) -> Iterator[Receiver]:
    """A server on loopback that may be called."""
    settings.FETCH_PRIVATE = True  # type: ignore[attr-defined]  # pytest-django's wrapper
    with Receiver(status=201) as receiver:
        settings.SMS_URL = f"json://127.0.0.1:{receiver.port}/?:to={{to}}"  # type: ignore[attr-defined]
        yield receiver


def part(page: Client, name: str) -> str:
    """Return a part of the page, as htmx asks for it."""
    headers = {"HX-Request": "true", "HX-Target": f"section#{name}"}
    return page.get(PAGE, headers=headers).content.decode()


def said(page: Client, channel: str) -> str:
    """Return what the page says of a way out."""
    shown = part(page, "ways")
    return shown[shown.index(f'id="way-{channel}"') :].split('<li id="way-', 1)[0]


@pytest.mark.parametrize(
    ("channel", "setting"),
    [
        ("email", "TOCSIN_EMAIL_URL"),
        ("sms", "TOCSIN_SMS_URL"),
        ("voice", "TOCSIN_VOICE_URL"),
        ("matrix", "TOCSIN_MATRIX_URL"),
    ],
)
def test_a_way_that_is_not_set_up_says_which_setting_it_lacks(
    page: Client, settings: object, channel: str, setting: str
) -> None:
    for name in ("EMAIL_URL", "SMS_URL", "VOICE_URL", "MATRIX_URL"):
        setattr(settings, name, "")
    assert setting in said(page, channel)
    assert "not set up" in said(page, channel)


def test_a_trial_by_mail_goes_to_who_asks_and_the_page_follows_it(page: Client, mail: MailServer) -> None:
    page.post(f"{PAGE}try/email/", {"address": "everybody@client.test"})
    assert "every 1s" in part(page, "ways")
    Clock().run_due()
    (message,) = mail.taken
    assert message["To"] == "ines@maison-berthier.test"
    shown = part(page, "ways")
    assert "every 1s" not in shown
    assert "ines@maison-berthier.test" in shown
    assert "sent" in shown


@pytest.mark.parametrize("number", ["+33 6 12 34 56 78", "+33612345678", "00 33 6 12.34.56.78"])
def test_a_trial_by_text_message_goes_to_the_number_typed(
    page: Client, world: Receiver, ines: User, number: str
) -> None:
    ines.language = "fr"
    ines.save()
    page.post(f"{PAGE}try/sms/", {"address": number})
    Clock().run_due()
    (received,) = world.taken
    assert b"+33612345678" in received.body


def test_trials_are_in_the_journal_and_not_without_end(
    page: Client, world: Receiver, organisation: Organisation, ines: User
) -> None:
    for _ in range(trials.MOST_AN_HOUR + 5):
        page.post(f"{PAGE}try/sms/", {"address": "+33612345678"})
    Clock().run_due()
    assert len(world.taken) == trials.MOST_AN_HOUR
    told = [entry for entry in entries(organisation) if entry.verb == "gate.tried"]
    assert len(told) == trials.MOST_AN_HOUR
    with override("en"):
        assert display(told[0]) == "Inès Caron had a trial message sent to +33612345678"


def test_the_page_follows_a_trial_that_cannot_leave_for_a_while_only(
    page: Client, time: SimulatedTime, settings: object
) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:1"  # type: ignore[attr-defined]  # pytest-django's wrapper
    page.post(f"{PAGE}try/email/")
    Clock().run_due()
    assert "every 1s" in part(page, "ways")
    time.advance(minutes=3)
    assert "every 1s" not in part(page, "ways")
    assert "does not answer" in part(page, "ways")


@pytest.mark.parametrize("number", ["", "claire", "12", "+33\0", "+" + "1" * 200, "<b>"])
def test_what_is_no_number_is_not_tried(page: Client, world: Receiver, number: str) -> None:
    assert page.post(f"{PAGE}try/sms/", {"address": number}).status_code == 302
    with scopes_disabled():
        assert not Outgoing.objects.exists()


def test_a_trial_by_push_goes_to_every_browser_of_who_asks(
    page: Client, world: Receiver, ines: User, claire: User
) -> None:
    assert "Allow it in your profile" in part(page, "ways")
    mine = [Browser(f"{world.url}/{number}") for number in (1, 2)]
    for browser in mine:
        browser.subscribe(ines, "Firefox <b>")
    Browser(f"{world.url}/3").subscribe(claire)
    page.post(f"{PAGE}try/push/")
    Clock().run_due()
    assert sorted(received.path for received in world.taken) == ["/1", "/2"]
    assert "Firefox &lt;b&gt;" in part(page, "ways")


def test_an_unknown_way_is_not_there(page: Client) -> None:
    for channel in ("pigeon", "webhook"):
        assert page.post(f"{PAGE}try/{channel}/").status_code == 404


def test_a_program_is_added_tried_and_removed(page: Client, world: Receiver, brand: Brand) -> None:
    added = page.post(f"{PAGE}hooks/add/", {"name": "Buffer", "url": f"{world.url}/x", "brand": brand.pk})
    secret = re.search(r'id="secret"[^>]*>([\w-]{40,})<', added.content.decode())
    assert secret is not None
    assert "no-store" in added["Cache-Control"]
    with scopes_disabled():
        hook = Hook.objects.get()
    assert (hook.name, hook.brand_id) == ("Buffer", brand.pk)
    page.post(f"{PAGE}hooks/{hook.pk}/try/")
    Clock().run_due()
    assert b"tocsin.trial" in world.taken[0].body
    assert "It answered well" in part(page, "hooks")
    assert secret[1] not in page.get(PAGE).content.decode()
    page.post(f"{PAGE}hooks/{hook.pk}/remove/")
    assert "Buffer" not in part(page, "hooks")


@pytest.mark.parametrize(
    "url", ["http://tool.test/", "https://10.0.0.1/", "javascript:alert(1)", "", "x" * 900]
)
def test_an_address_that_may_not_be_called_is_said_beside_its_field(page: Client, url: str) -> None:
    shown = page.post(f"{PAGE}hooks/add/", {"name": "Buffer", "url": url})
    assert b"field__problem" in shown.content
    with scopes_disabled():
        assert not Hook.objects.exists()


def test_another_organisation_s_brand_is_no_choice(
    page: Client, world: Receiver, other_organisation: Organisation
) -> None:
    with scopes_disabled():
        theirs = Brand.objects.create(organisation=other_organisation, name="Lacaze", slug="lacaze")
    page.post(f"{PAGE}hooks/add/", {"name": "Buffer", "url": world.url, "brand": theirs.pk})
    with scopes_disabled():
        assert not Hook.objects.exists()


def test_another_organisation_s_program_is_not_there(
    page: Client, world: Receiver, other_organisation: Organisation, ines: User
) -> None:
    hook, _secret = hooks.add(other_organisation, ines, name="Theirs", url=world.url, brand=None)
    for what in ("try", "remove"):
        assert page.post(f"{PAGE}hooks/{hook.pk}/{what}/").status_code == 404
    assert "Theirs" not in page.get(PAGE).content.decode()


def test_a_lead_sees_programs_and_changes_none(
    client: Client, claire: User, organisation: Organisation, world: Receiver, ines: User
) -> None:
    hook, _secret = hooks.add(organisation, ines, name="Buffer", url=world.url, brand=None)
    client.force_login(claire)
    assert b"Buffer" in client.get(PAGE).content
    assert client.get(f"{PAGE}hooks/add/").status_code == 403
    assert client.post(f"{PAGE}hooks/{hook.pk}/remove/").status_code == 403
