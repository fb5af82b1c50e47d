"""An exercise sends nothing, by whatever way: real servers stand ready at the end of each, and stay empty."""

from collections.abc import Iterator

import pytest

from tests.gate.browser import Browser
from tests.gate.conftest import now, warn
from tests.gate.mailserver import MailServer
from tests.gate.receivers import Receiver
from tocsin.accounts.models import Organisation, User
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime
from tocsin.gate import actions, hooks, ways
from tocsin.gate.channels import CHANNELS
from tocsin.gate.models import Outgoing, OutgoingState


@pytest.fixture
def world(settings: object, mail: MailServer, time: SimulatedTime) -> Iterator[Receiver]:
    """The servers of every way out but mail, in one."""
    settings.FETCH_PRIVATE = True  # type: ignore[attr-defined]  # pytest-django's wrapper
    with Receiver(status=201) as receiver:
        settings.SMS_URL = f"json://127.0.0.1:{receiver.port}/sms?:to={{to}}"  # type: ignore[attr-defined]
        settings.VOICE_URL = f"json://127.0.0.1:{receiver.port}/call?:to={{to}}"  # type: ignore[attr-defined]
        settings.MATRIX_URL = f"http://token@127.0.0.1:{receiver.port}/"  # type: ignore[attr-defined]
        yield receiver


@pytest.fixture(params=sorted(CHANNELS))
def prepared(
    request: pytest.FixtureRequest, organisation: Organisation, world: Receiver, claire: User, ines: User
) -> Outgoing:
    """A message on its way by each channel in turn."""
    channel = str(request.param)
    if channel == "webhook":
        hook, _secret = hooks.add(organisation, ines, name="Buffer", url=f"{world.url}/hook", brand=None)
        return actions.call_hook(hook, "publication.freeze", {}, key="freeze")
    addressees = {
        "email": "claire@maison-berthier.test",
        "sms": "+33612345678",
        "voice": "+33612345678",
        "matrix": "@claire:berthier.test",
    }
    if channel == "push":
        addressees["push"] = f"push:{Browser(f'{world.url}/push').subscribe(claire).pk}"
    return warn(organisation, channel=channel, addressee=addressees[channel], level="red")


def test_an_exercise_sends_nothing(prepared: Outgoing, world: Receiver, mail: MailServer) -> None:
    prepared.organisation.is_exercise = True
    prepared.organisation.save()
    Clock().run_due()
    assert now(prepared).state == OutgoingState.FAILED
    assert "exercise" in now(prepared).problem
    assert (world.taken, mail.tries) == ([], 0)


@pytest.mark.usefixtures("prepared")
def test_the_same_message_knocks_at_the_same_server_when_it_is_none(
    world: Receiver, mail: MailServer
) -> None:
    Clock().run_due()
    assert world.taken or mail.taken


def test_every_way_out_is_known_to_the_settings() -> None:
    assert set(ways.CHANNELS) == set(CHANNELS)
