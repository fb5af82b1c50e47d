"""A way out that hangs holds up nobody who goes another way."""

import socket
import threading

import pytest
from django_scopes import scopes_disabled

from tests.conftest import member
from tests.gate.browser import Browser
from tests.gate.conftest import warn
from tests.gate.receivers import Receiver
from tocsin.accounts.models import Organisation, User
from tocsin.clock.loop import WORKERS, Clock
from tocsin.clock.models import Lane
from tocsin.gate import slots
from tocsin.gate.models import Outgoing, OutgoingState

WAIT = 30


class Silent:
    """A mail server that lets everybody connect and says nothing, until it closes."""

    def __enter__(self) -> "Silent":
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._server.getsockname()[1]
        self._held: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join(WAIT)
        self._server.close()
        for connection in self._held:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                self._held.append(self._server.accept()[0])
            except OSError:
                return


def states(channel: str) -> set[str]:
    """Return how far the messages of a channel are."""
    with scopes_disabled():
        return set(Outgoing.objects.filter(channel=channel).values_list("state", flat=True))


@pytest.fixture
def claire(transactional_db: None) -> User:
    """Claire Vasseur, in a database that threads share."""
    organisation = Organisation.objects.create(name="Maison Berthier", slug="maison-berthier")
    return member(organisation, "Claire Vasseur", "claire@maison-berthier.test", "lead").user


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that keeps to its workers, with the patience of the mail channel beyond the test's own."""
    monkeypatch.setattr("tocsin.clock.loop.pulses", list)
    monkeypatch.setattr("tocsin.gate.channels.email.TIMEOUT_SECONDS", 4 * WAIT)
    return Clock()


def test_push_and_text_messages_leave_while_the_mail_server_says_nothing(
    settings: object, claire: User, clock: Clock
) -> None:
    organisation = Organisation.objects.get()
    settings.FETCH_PRIVATE = True  # type: ignore[attr-defined]  # pytest-django's wrapper
    thread = threading.Thread(target=clock.run)
    with Receiver(status=201) as service, Receiver() as gateway, Silent() as mail:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{mail.port}"  # type: ignore[attr-defined]
        settings.SMS_URL = f"json://127.0.0.1:{gateway.port}/?:to={{to}}"  # type: ignore[attr-defined]
        for number in range(12):
            warn(organisation, key=f"mail-{number}")
        subscription = Browser(f"{service.url}/1").subscribe(claire)
        warn(organisation, key="push", channel="push", addressee=f"push:{subscription.pk}")
        warn(organisation, key="sms", channel="sms", addressee="+33612345678")
        thread.start()
        assert service.arrived.acquire(timeout=WAIT)
        assert gateway.arrived.acquire(timeout=WAIT)
        assert states("email") == {OutgoingState.WAITING}
        clock.stop()
    thread.join(WAIT)
    assert not thread.is_alive()
    assert states("push") == states("sms") == {OutgoingState.SENT}


def test_a_way_has_fewer_places_than_the_clock_has_workers() -> None:
    assert WORKERS[Lane.URGENT] > slots.AT_ONCE


def test_whoever_finds_no_place_goes_on_with_something_else() -> None:
    places = slots.Slots(at_once=1)
    with places.taken("email"), places.taken("sms"), pytest.raises(slots.Full), places.taken("email"):
        pytest.fail("there was no place")
    with places.taken("email"):
        pass
