"""A mail server, a simulated house and a clock that drains what is due."""

from collections.abc import Iterator

import pytest
from django_scopes import scopes_disabled

from tests.clock.conftest import NOON
from tests.gate.mailserver import MailServer
from tocsin.accounts.models import Organisation
from tocsin.clock import handlers
from tocsin.clock.simulated import SimulatedTime, simulated
from tocsin.gate import actions, notices
from tocsin.gate.models import Outgoing


@pytest.fixture
def time() -> Iterator[SimulatedTime]:
    """A clock that moves only when told."""
    with simulated(NOON) as moving:
        yield moving


@pytest.fixture
def mail(settings: object) -> Iterator[MailServer]:
    """The mail server that the settings name."""
    with MailServer() as server:
        settings.EMAIL_URL = server.url  # type: ignore[attr-defined]  # pytest-django's wrapper
        settings.EMAIL_FROM = "Tocsin <tocsin@maison-berthier.test>"  # type: ignore[attr-defined]
        yield server


@pytest.fixture
def organisation(organisation: Organisation) -> Organisation:
    """The bakery, told in English what the gate has to say."""
    organisation.language = "en"
    organisation.save()
    return organisation


@pytest.fixture(autouse=True)
def nothing_recurs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep to what is sent."""
    monkeypatch.setattr(handlers, "recurring", list)


def warn(organisation: Organisation, key: str = "alert-1", **changes: object) -> Outgoing:
    """Set the notice of an alert on its way to Claire."""
    values: dict[str, object] = {
        "addressee": "claire@maison-berthier.test",
        "template": "alerts.raised",
        "context": dict(notices._templates["alerts.raised"].sample),
        "language": "fr",
        "level": "orange",
    }
    return actions.notice(organisation, key=key, **(values | changes))  # type: ignore[arg-type]  # by name


def now(outgoing: Outgoing) -> Outgoing:
    """Return the row as it is now."""
    with scopes_disabled():
        found: Outgoing = Outgoing.objects.get(pk=outgoing.pk)
    return found
