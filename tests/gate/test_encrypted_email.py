"""Mail handed over under TLS, to a real server with a certificate, a name and a password."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.gate.certificates import Identity, issue
from tests.gate.conftest import now, warn
from tests.gate.mailserver import MailServer
from tocsin.accounts.models import Organisation
from tocsin.clock.loop import Clock
from tocsin.gate.models import Outgoing, OutgoingState

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("time"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while"),  # SMTPS is encrypted already
]

PASSWORD = "pain & levain/?#@"


@pytest.fixture
def identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Identity:
    """A certificate that this machine believes."""
    issued = issue(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(issued.trusted))
    return issued


@pytest.fixture
def expired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Identity:
    """A certificate that this machine would believe, had it not expired."""
    issued = issue(tmp_path, lasts=timedelta(days=-1))
    monkeypatch.setenv("SSL_CERT_FILE", str(issued.trusted))
    return issued


def assert_waits_untouched(outgoing: Outgoing, server: MailServer) -> None:
    """Assert that the message waits and the server learnt neither name nor text."""
    waiting = now(outgoing)
    assert (waiting.state, server.taken, server.users) == (OutgoingState.WAITING, [], [])
    assert "certificate" in waiting.problem


@contextmanager
def serving(settings: object, identity: Identity, *, start_tls: bool, password: str) -> Iterator[MailServer]:
    """Serve with TLS, and name the server in the settings as an administrator would."""
    server = MailServer(tls=identity.context(), start_tls=start_tls, login=("tocsin", PASSWORD))
    host = f"tocsin:{quote(password, safe='')}@127.0.0.1:{server.port}"
    settings.EMAIL_URL = (  # type: ignore[attr-defined]  # pytest-django's wrapper
        f"smtp://{host}?tls=start" if start_tls else f"smtps://{host}"
    )
    settings.EMAIL_FROM = "tocsin@maison-berthier.test"  # type: ignore[attr-defined]  # as above
    with server:
        yield server


@pytest.mark.parametrize("start_tls", [True, False], ids=["starttls", "smtps"])
def test_mail_leaves_encrypted_and_signed_in(
    organisation: Organisation,
    settings: object,
    identity: Identity,
    start_tls: bool,
) -> None:
    with serving(settings, identity, start_tls=start_tls, password=PASSWORD) as server:
        outgoing = warn(organisation)
        Clock().run_due()
    assert now(outgoing).state == OutgoingState.SENT
    assert (server.encrypted, server.users) == ([True], ["tocsin"])


@pytest.mark.parametrize("start_tls", [True, False], ids=["starttls", "smtps"])
def test_nothing_is_handed_to_a_server_with_a_stranger_s_certificate(
    organisation: Organisation, settings: object, tmp_path: Path, start_tls: bool
) -> None:
    with serving(settings, issue(tmp_path), start_tls=start_tls, password=PASSWORD) as server:
        refused = warn(organisation)
        Clock().run_due()
    assert_waits_untouched(refused, server)


@pytest.mark.parametrize("start_tls", [True, False], ids=["starttls", "smtps"])
def test_nothing_is_handed_to_a_server_whose_certificate_has_expired(
    organisation: Organisation, settings: object, expired: Identity, start_tls: bool
) -> None:
    with serving(settings, expired, start_tls=start_tls, password=PASSWORD) as server:
        refused = warn(organisation)
        Clock().run_due()
    assert_waits_untouched(refused, server)


def test_a_wrong_password_is_told_and_the_message_waits(
    organisation: Organisation,
    settings: object,
    identity: Identity,
) -> None:
    with serving(settings, identity, start_tls=True, password="brioche") as server:
        outgoing = warn(organisation)
        Clock().run_due()
    waiting = now(outgoing)
    assert (waiting.state, server.taken) == (OutgoingState.WAITING, [])
    assert "535" in waiting.problem
    assert "brioche" not in waiting.problem
