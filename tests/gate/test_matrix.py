"""A message reaches a person on a real Matrix server, once, whatever happens on the way."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import pytest
from django_scopes import scopes_disabled

from tests.gate.conftest import now, warn
from tests.gate.receivers import Receiver
from tests.gate.synapse import Person, Synapse
from tocsin.accounts.models import Organisation
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime, simulated
from tocsin.gate import selectors
from tocsin.gate.channels import CHANNELS, matrix
from tocsin.gate.models import MatrixRoom, Outgoing, OutgoingState

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
_numbers = count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """Synapse, started once."""
    synapse = Synapse(tmp_path_factory.mktemp("synapse"))
    synapse.start()
    yield synapse
    synapse.stop()


@pytest.fixture
def present() -> Iterator[SimulatedTime]:
    """The machine's present, moved only when told: the server dates what it is told."""
    with simulated(datetime.now(UTC)) as moving:
        yield moving


@pytest.fixture
def tocsin(server: Synapse, settings: object) -> Person:
    """The account that the settings name, by its token."""
    account = server.register(f"tocsin{next(_numbers)}")
    settings.MATRIX_URL = f"http://{account.token}@127.0.0.1:{server.port}/"  # type: ignore[attr-defined]
    matrix._client_of.cache_clear()
    return account


@pytest.fixture
def claire(server: Synapse) -> Person:
    """Claire's account on the company's server."""
    return server.register(f"claire{next(_numbers)}")


def write(organisation: Organisation, person: Person, key: str = "alert-1") -> Outgoing:
    """Set a notice on its way to somebody, and let the clock send what is due."""
    outgoing = warn(organisation, channel="matrix", addressee=person.address, key=key)
    Clock().run_due()
    return now(outgoing)


def room_of(server: Synapse, person: Person) -> str:
    """Have somebody accept the one invitation she has."""
    (room,) = server.invitations(person)
    server.join(person, room)
    return room


def test_a_person_reads_it_in_plain_words_and_laid_out(
    present: SimulatedTime, server: Synapse, tocsin: Person, claire: Person, organisation: Organisation
) -> None:
    sent = write(organisation, claire)
    assert (sent.state, sent.receipt[:1], sent.problem) == (OutgoingState.SENT, "$", "")
    (read,) = server.messages(claire, room_of(server, claire))
    assert read["body"] == f"{sent.subject}\n\n{sent.body}".strip()
    assert "14 négatives en 15 min" in read["formatted_body"]
    assert read["formatted_body"].startswith("<h1>")
    assert "<style>" not in read["formatted_body"]


def test_the_room_with_a_person_is_made_once(
    present: SimulatedTime, server: Synapse, tocsin: Person, claire: Person, organisation: Organisation
) -> None:
    write(organisation, claire)
    room = room_of(server, claire)
    write(organisation, claire, key="alert-2")
    assert server.invitations(claire) == []
    assert len(server.messages(claire, room)) == 2
    assert [found.room for found in MatrixRoom.objects.all()] == [room]


def test_who_left_the_room_is_invited_again(
    present: SimulatedTime, server: Synapse, tocsin: Person, claire: Person, organisation: Organisation
) -> None:
    write(organisation, claire)
    room = room_of(server, claire)
    server.leave(claire, room)
    assert write(organisation, claire, key="alert-2").state == OutgoingState.SENT
    assert room_of(server, claire) == room


def test_a_room_that_is_lost_is_made_anew(
    present: SimulatedTime, server: Synapse, tocsin: Person, claire: Person, organisation: Organisation
) -> None:
    MatrixRoom.objects.create(
        account=tocsin.address, addressee=claire.address, room="!lost:berthier.test", made_at=present()
    )
    assert write(organisation, claire).state == OutgoingState.SENT
    assert len(server.messages(claire, room_of(server, claire))) == 1


def test_sent_twice_it_is_read_once(
    present: SimulatedTime, server: Synapse, tocsin: Person, claire: Person, organisation: Organisation
) -> None:
    sent = write(organisation, claire)
    for _ in range(2):
        CHANNELS["matrix"].open(sent).deliver()
    assert len(server.messages(claire, room_of(server, claire))) == 1


@pytest.mark.parametrize("left", [True, False])
@pytest.mark.usefixtures("tocsin")
def test_after_a_crash_the_room_tells_whether_it_left(
    present: SimulatedTime, server: Synapse, claire: Person, organisation: Organisation, left: bool
) -> None:
    outgoing = warn(organisation, channel="matrix", addressee=claire.address)
    handover = CHANNELS["matrix"].open(outgoing)
    if left:
        handover.deliver()
    with scopes_disabled():
        Outgoing.objects.filter(pk=outgoing.pk).update(state=OutgoingState.SENDING, sending_since=present())
    Clock().run_due()
    assert now(outgoing).state == OutgoingState.SENT
    assert len(server.messages(claire, room_of(server, claire))) == 1


def test_a_name_and_a_password_do_as_well_as_a_token(
    present: SimulatedTime, server: Synapse, claire: Person, organisation: Organisation, settings: object
) -> None:
    name = f"veilleur{next(_numbers)}"
    server.register(name, "Lev@in/naturel:2026")
    settings.MATRIX_URL = (  # type: ignore[attr-defined]  # pytest-django's wrapper
        f"http://{name}:Lev%40in%2Fnaturel%3A2026@127.0.0.1:{server.port}/"
    )
    assert write(organisation, claire).state == OutgoingState.SENT
    assert len(server.messages(claire, room_of(server, claire))) == 1


def test_an_ended_session_signs_in_again(
    present: SimulatedTime, server: Synapse, claire: Person, organisation: Organisation, settings: object
) -> None:
    name = f"veilleur{next(_numbers)}"
    server.register(name, "levain2026")
    settings.MATRIX_URL = f"http://{name}:levain2026@127.0.0.1:{server.port}/"  # type: ignore[attr-defined]
    write(organisation, claire)
    client = matrix._client()
    server.ask("POST", "/_matrix/client/v3/logout", {}, client._token)
    outgoing = write(organisation, claire, key="alert-2")
    assert outgoing.state == OutgoingState.WAITING
    present.advance(seconds=2)
    Clock().run_due()
    assert now(outgoing).state == OutgoingState.SENT


def test_a_token_that_is_none_waits_and_is_told(
    present: SimulatedTime, server: Synapse, claire: Person, organisation: Organisation, settings: object
) -> None:
    settings.MATRIX_URL = f"http://forged@127.0.0.1:{server.port}/"  # type: ignore[attr-defined]
    waiting = write(organisation, claire)
    assert waiting.state == OutgoingState.WAITING
    assert "refuses us" in waiting.problem
    assert "forged" not in waiting.problem


@pytest.mark.parametrize(
    "address",
    ["claire", "@claire", "claire:berthier.test", "@cl aire:b.test", "@c:b.test/../..", "@c:" + "b" * 300],
)
def test_what_is_no_matrix_address_fails(
    present: SimulatedTime, server: Synapse, tocsin: Person, organisation: Organisation, address: str
) -> None:
    assert write(organisation, Person(address, "")).state == OutgoingState.FAILED


def test_a_server_that_is_away_is_tried_again(
    present: SimulatedTime, organisation: Organisation, settings: object
) -> None:
    with Receiver() as gone:
        settings.MATRIX_URL = f"http://token@127.0.0.1:{gone.port}/"  # type: ignore[attr-defined]
    waiting = write(organisation, Person("@claire:berthier.test", ""))
    assert waiting.state == OutgoingState.WAITING
    assert "does not answer" in waiting.problem


def test_a_server_that_is_none_is_told(
    present: SimulatedTime, organisation: Organisation, settings: object
) -> None:
    with Receiver(body=b"<html>") as website:
        settings.MATRIX_URL = f"http://token@127.0.0.1:{website.port}/"  # type: ignore[attr-defined]
        failed = write(organisation, Person("@claire:berthier.test", ""))
    assert failed.state == OutgoingState.FAILED
    assert "no Matrix server" in failed.problem


@pytest.mark.parametrize(
    "url", ["", "https://matrix.berthier.test/", "matrix.berthier.test", "https://t@h:x/"]
)
def test_a_setting_that_cannot_work_is_told_before_anything_is_sent(settings: object, url: str) -> None:
    settings.MATRIX_URL = url  # type: ignore[attr-defined]  # pytest-django's wrapper
    assert not selectors.can_send("matrix")
    assert "TOCSIN_MATRIX_URL" in selectors.why_not("matrix")
