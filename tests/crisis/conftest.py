"""What the tests of rooms begin with: the night on which somebody finds glass in a loaf."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django_scopes import scope

from tocsin.accounts.models import Organisation, User
from tocsin.clock import handlers
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime, simulated
from tocsin.crisis import actions as crises
from tocsin.crisis.models import Crisis, RoomTask
from tocsin.plan import actions, people
from tocsin.plan.models import Contact, Plan, Version
from tocsin.watch.models import Brand

NIGHT = datetime(2026, 11, 22, 2, 12, tzinfo=UTC)
"""03 h 12 in Paris."""


@pytest.fixture(autouse=True)
def time() -> Iterator[SimulatedTime]:
    """A clock that moves only when told."""
    with simulated(NIGHT) as moving:
        yield moving


@pytest.fixture(autouse=True)
def nothing_recurs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep to the deadlines that each test sets."""
    monkeypatch.setattr(handlers, "recurring", list)


@pytest.fixture(autouse=True)
def mail_server(settings: Any) -> None:
    """A mail server that is never reached: messages wait at the gate, where tests look at them."""
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    settings.URL = "https://tocsin.maison-berthier.test"


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """A data folder of the test's own: pictures and archives lie there."""
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def inside(organisation: Organisation) -> Iterator[Organisation]:
    """Maison Berthier, whose rows can be asked for."""
    with scope(organisation=organisation):
        yield organisation


@pytest.fixture
def nadia(inside: Organisation, claire: User, ines: User) -> Contact:
    """Nadia Benali, head of quality, reached by mail."""
    contact = people.add(inside, claire, name="Nadia Benali", function="Directrice qualité")
    people.add_line(contact, "email", "nadia@maison-berthier.test", claire)
    return contact


@pytest.fixture
def yanis_contact(inside: Organisation, claire: User, yanis: User) -> Contact:
    """Yanis Morel as the plan knows him."""
    contact = people.add(inside, claire, name="Yanis Morel", user=yanis)
    people.add_line(contact, "email", "yanis@maison-berthier.test", claire)
    return contact


@pytest.fixture
def plan(inside: Organisation, brand: Brand, claire: User, yanis: User) -> Plan:
    """The plan in force of Maison Berthier, with the scenario of a contaminated product."""
    draft: Version = actions.begin(brand, yanis, ["contamination"], ["fr", "en"])
    actions.propose(draft, yanis, "Première version")
    return actions.approve(draft, claire, revision=draft.revision).plan


@pytest.fixture
def seated(plan: Plan, nadia: Contact, yanis_contact: Contact, claire: User) -> Plan:
    """The same with Nadia for quality, and Yanis for the social networks."""
    version = plan.versions.get(state="in_force")
    roles = [role.id for role in version.document.roles]
    for role in roles:
        contact = yanis_contact if role in {"community", "social", "networks"} else nadia
        people.seat(plan, role, contact, claire)
    return plan


@pytest.fixture
def crisis(seated: Plan, brand: Brand, claire: User) -> Crisis:
    """The room, opened by Claire at 03 h 12."""
    return crises.open_room(
        brand, claire, title="Du verre dans un pain", scenario="contamination", level="orange"
    )


@pytest.fixture
def bare(inside: Organisation, brand: Brand, claire: User) -> Crisis:
    """A room of a crisis that no plan foresaw."""
    return crises.open_room(brand, claire, title="Un car devant le fournil", level="yellow")


@pytest.fixture
def task(crisis: Crisis) -> RoomTask:
    """The first task of the protocol."""
    return crisis.tasks.order_by("position")[0]


def run_clock() -> int:
    """Handle what is due, once."""
    return Clock().run_due()
