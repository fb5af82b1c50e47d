"""Text messages and calls: what becomes of each, by what a service answers, or does not."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from apprise.plugins.twilio import NotifyTwilio
from django.utils.translation import override

from tests.gate.conftest import now, warn
from tests.gate.receivers import Receiver
from tocsin.accounts.models import Organisation
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime
from tocsin.gate import selectors
from tocsin.gate.channels.telephone import services_for
from tocsin.gate.models import Outgoing, OutgoingState

pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
CLAIRE = "+33612345678"


@pytest.fixture
def gateway(settings: object) -> Iterator[Receiver]:
    """A text message gateway that takes JSON."""
    with Receiver() as receiver:
        settings.SMS_URL = f"json://127.0.0.1:{receiver.port}/sms?:to={{to}}"  # type: ignore[attr-defined]
        yield receiver


def text(organisation: Organisation, addressee: str = CLAIRE, channel: str = "sms") -> Outgoing:
    """Set the notice of an alert on its way to Claire's telephone, and let the clock send what is due."""
    outgoing = warn(organisation, channel=channel, addressee=addressee)
    Clock().run_due()
    return now(outgoing)


def test_a_text_message_carries_the_short_text_to_the_number(
    time: SimulatedTime, gateway: Receiver, organisation: Organisation
) -> None:
    sent = text(organisation)
    (received,) = gateway.taken
    told = json.loads(received.body)
    assert (received.path, told["to"]) == ("/sms", CLAIRE)
    assert told["message"] == sent.body
    assert sent.body.endswith("https://tocsin.example.org/alerts/12/")
    assert len(sent.body) <= 320
    assert sent.state == OutgoingState.SENT


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (400, OutgoingState.FAILED),
        (404, OutgoingState.FAILED),
        (422, OutgoingState.FAILED),
        (401, OutgoingState.WAITING),
        (429, OutgoingState.WAITING),
        (500, OutgoingState.WAITING),
        (503, OutgoingState.WAITING),
        (504, OutgoingState.UNKNOWN),
    ],
)
def test_what_a_gateway_answers_decides_what_becomes_of_it(
    time: SimulatedTime, gateway: Receiver, organisation: Organisation, status: int, state: str
) -> None:
    gateway.orders = [status]
    found = text(organisation)
    assert (found.state, len(gateway.taken)) == (state, 1)
    assert str(status) in found.problem


def test_a_gateway_that_is_busy_is_tried_again(
    time: SimulatedTime, gateway: Receiver, organisation: Organisation
) -> None:
    gateway.orders = [503]
    outgoing = text(organisation)
    time.advance(seconds=2)
    Clock().run_due()
    assert (now(outgoing).state, len(gateway.taken)) == (OutgoingState.SENT, 2)


def test_a_gateway_that_takes_it_and_goes_silent_leaves_it_unknown(
    time: SimulatedTime, gateway: Receiver, organisation: Organisation
) -> None:
    gateway.orders = ["drop"]
    outgoing = text(organisation)
    time.advance(hours=2)
    Clock().run_due()
    assert (now(outgoing).state, len(gateway.taken)) == (OutgoingState.UNKNOWN, 1)


@pytest.mark.parametrize("apart", [" ", ",", " , "])
def test_when_one_gateway_is_away_the_next_takes_it(
    time: SimulatedTime, organisation: Organisation, settings: object, apart: str
) -> None:
    with Receiver() as gone:
        first = f"json://127.0.0.1:{gone.port}/?:to={{to}}"
    with Receiver() as second:
        settings.SMS_URL = f"{first}{apart}json://127.0.0.1:{second.port}/?:to={{to}}"  # type: ignore[attr-defined]
        sent = text(organisation)
    assert (sent.state, len(second.taken)) == (OutgoingState.SENT, 1)


def test_of_a_gateway_nobody_knows_about_the_next_is_not_asked(
    time: SimulatedTime, gateway: Receiver, organisation: Organisation, settings: object
) -> None:
    gateway.orders = ["drop"]
    with Receiver() as second:
        settings.SMS_URL += f" json://127.0.0.1:{second.port}/?:to={{to}}"  # type: ignore[attr-defined]
        assert text(organisation).state == OutgoingState.UNKNOWN
    assert second.taken == []


def test_a_gateway_that_is_away_is_told_and_tried_again(
    time: SimulatedTime, organisation: Organisation, settings: object
) -> None:
    with Receiver() as gone:
        settings.SMS_URL = f"json://127.0.0.1:{gone.port}/?:to={{to}}"  # type: ignore[attr-defined]
    waiting = text(organisation)
    assert waiting.state == OutgoingState.WAITING
    assert "cannot be reached" in waiting.problem


@pytest.mark.parametrize(
    "number",
    ["0612345678", "+33 6 12 34 56 78", "+0612345678", "+33", "claire", "+336\n12345678", "+" + "1" * 40],
)
def test_what_is_no_number_in_international_form_fails(
    time: SimulatedTime, gateway: Receiver, organisation: Organisation, number: str
) -> None:
    assert (text(organisation, addressee=number).state, gateway.taken) == (OutgoingState.FAILED, [])


@pytest.mark.parametrize(
    ("configured", "said"),
    [
        ("", "TOCSIN_SMS_URL is not set"),
        ("json://127.0.0.1/sms", "{to}"),
        ("json://127.0.0.1/?:to={to} json://127.0.0.1/", "{to}"),
    ],
)
def test_a_setting_that_cannot_work_is_told_before_anything_is_sent(
    time: SimulatedTime, organisation: Organisation, settings: object, configured: str, said: str
) -> None:
    settings.SMS_URL = configured  # type: ignore[attr-defined]  # pytest-django's wrapper
    assert not selectors.can_send("sms")
    with override("en"):
        assert said in selectors.why_not("sms")
    waiting = text(organisation)
    assert waiting.state == OutgoingState.WAITING
    assert said in waiting.problem


@pytest.mark.parametrize("configured", ["carrier-pigeon://{to}", "twilio://{to}", "{to}"])
def test_an_address_that_apprise_does_not_know_waits_and_tells_no_secret(
    time: SimulatedTime, organisation: Organisation, settings: object, configured: str
) -> None:
    settings.SMS_URL = configured + "?token=hunter2"  # type: ignore[attr-defined]  # pytest-django's wrapper
    waiting = text(organisation)
    assert waiting.state == OutgoingState.WAITING
    assert "TOCSIN_SMS_URL" not in waiting.problem or "hunter2" not in waiting.problem
    assert "SMS_URL" in waiting.problem


@pytest.mark.parametrize("page", ["fr/messages.md", "en/messages.md"])
def test_apprise_knows_every_address_of_the_guide(page: str) -> None:
    written = (GUIDE / page).read_text(encoding="utf-8")
    found = re.findall(r"^    TOCSIN_(?:SMS|VOICE)_URL=(\S+)", written, re.MULTILINE)
    assert len(found) == 7
    for address in found:
        filled = re.sub(r"\b(IDENTIFIANT|ACCOUNT)\b", f"AC{'a' * 32}", address)
        filled = re.sub(r"\b(PLAN|JETON|TOKEN|CLE|KEY)\b", "b" * 32, filled)
        (service,) = services_for(filled, CLAIRE)
        assert service.service_name


def test_the_request_of_a_real_gateway_is_made(
    time: SimulatedTime, organisation: Organisation, settings: object
) -> None:
    with Receiver(body=b'{"result":[{"message_id":1,"status":"ok"}]}') as eagle:
        settings.SMS_URL = f"smseagle://s3cret@127.0.0.1:{eagle.port}/{{to}}"  # type: ignore[attr-defined]
        sent = text(organisation)
    (received,) = eagle.taken
    assert sent.body.split(" https")[0] in json.loads(received.body)["params"]["message"]
    assert CLAIRE in json.dumps(json.loads(received.body)["params"])
    assert (sent.state, sent.receipt) == (OutgoingState.SENT, "SMS Eagle")


def test_a_gateway_that_answers_well_what_apprise_cannot_read_leaves_it_unknown(
    time: SimulatedTime, organisation: Organisation, settings: object
) -> None:
    with Receiver(body=b"<p>Thank you</p>") as eagle:
        settings.SMS_URL = f"smseagle://s3cret@127.0.0.1:{eagle.port}/{{to}}"  # type: ignore[attr-defined]
        assert text(organisation).state == OutgoingState.UNKNOWN


def test_a_call_reads_the_short_text_aloud_without_its_link(
    time: SimulatedTime, organisation: Organisation, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Receiver(status=201) as twilio:
        monkeypatch.setattr(NotifyTwilio, "notify_call_url", f"{twilio.url}/{{sid}}/Calls.json")
        account = f"AC{'a' * 32}:{'b' * 32}"
        settings.VOICE_URL = f"twilio://{account}@33755000000/{{to}}?method=call"  # type: ignore[attr-defined]
        sent = text(organisation, channel="voice")
    (received,) = twilio.taken
    assert received.path == f"/AC{'a' * 32}/Calls.json"
    said = received.body.decode()
    assert "To=%2B33612345678" in said
    assert "%3CSay%3E" in said
    assert "http" not in sent.body
    assert sent.state == OutgoingState.SENT


def test_nothing_of_what_apprise_writes_is_printed(
    time: SimulatedTime, gateway: Receiver, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[logging.LogRecord] = []
    printer = logging.Handler()
    monkeypatch.setattr(printer, "emit", printed.append)
    logging.getLogger().addHandler(printer)
    gateway.orders = [400]
    text(organisation)
    logging.getLogger().removeHandler(printer)
    assert not [record for record in printed if record.name.startswith("apprise")]
