"""Maison Berthier with a plan in force, its people, a mail server and a text message gateway."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from django_scopes import scope, scopes_disabled

from tests.clock.conftest import NOON
from tests.gate.mailserver import MailServer
from tests.gate.receivers import Receiver
from tocsin.accounts.models import Organisation, User
from tocsin.callout import actions
from tocsin.callout.models import Call, CallOut
from tocsin.clock import handlers
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime, simulated
from tocsin.clock.waking import next_due
from tocsin.plan.document.structure import Criteria, Document, Item, Role, Scenario, encode
from tocsin.plan.models import Contact, Line, Plan, Seat, Version, VersionState
from tocsin.watch.models import Brand

DOCUMENT = Document(
    languages=("fr", "en"),
    roles=(
        Role(id="director", title={"fr": "Décision", "en": "Decision"}),
        Role(id="quality", title={"fr": "Qualité", "en": "Quality"}),
        Role(id="spokesperson", title={"fr": "Porte-parole", "en": "Spokesperson"}),
    ),
    scenarios=(
        Scenario(
            id="contamination",
            title={"fr": "Produit contaminé", "en": "Contaminated product"},
            criteria=Criteria(
                level="orange",
                topics=("safety", "quality"),
                mentions=10,
                signs=(Item(id="glass", words={"fr": "Du verre trouvé dans une brioche"}),),
            ),
            decides="director",
            calls=("quality", "spokesperson"),
        ),
        Scenario(
            id="outage",
            title={"fr": "Panne du site", "en": "Site outage"},
            criteria=Criteria(level="yellow", topics=("availability",)),
            decides="director",
            calls=("quality",),
        ),
        Scenario(id="accident", title={"fr": "Accident"}, decides="director", calls=("quality",)),
    ),
)


@pytest.fixture
def english() -> Iterator[None]:
    """Words as an English reader sees them."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def nothing_recurs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep to what call-outs set."""
    monkeypatch.setattr(handlers, "recurring", list)


@pytest.fixture(autouse=True)
def time() -> Iterator[SimulatedTime]:
    """A clock that moves only when told: a Sunday, 13:00 in Paris."""
    with simulated(NOON) as moving:
        yield moving


@pytest.fixture(autouse=True)
def mail(settings: Any) -> Iterator[MailServer]:
    """The mail server that the settings name, and the address of the house."""
    with MailServer() as server:
        settings.EMAIL_URL = server.url
        settings.EMAIL_FROM = "Tocsin <tocsin@maison-berthier.test>"
        settings.URL = "https://tocsin.berthier.test"
        yield server


@pytest.fixture(autouse=True)
def phones(settings: Any) -> Iterator[Receiver]:
    """A gateway that takes text messages and calls."""
    with Receiver() as receiver:
        settings.SMS_URL = f"json://127.0.0.1:{receiver.port}/sms?:to={{to}}"
        settings.VOICE_URL = f"json://127.0.0.1:{receiver.port}/voice?:to={{to}}"
        yield receiver


@dataclass(frozen=True)
class House:
    """What most tests need: the plan, who launches, the clock, and where messages arrive."""

    plan: Plan
    yanis: User
    time: SimulatedTime
    mail: MailServer
    phones: Receiver


@pytest.fixture
def house(plan: Plan, yanis: User, time: SimulatedTime, mail: MailServer, phones: Receiver) -> House:
    """All of it."""
    return House(plan, yanis, time, mail, phones)


@pytest.fixture
def plan(organisation: Organisation, brand: Brand, claire: User) -> Iterator[Plan]:
    """The plan in force; the test's queries are about Maison Berthier."""
    with scope(organisation=organisation):
        made: Plan = Plan.objects.create(organisation=organisation, brand=brand, created_at=NOON)
        Version.objects.create(
            organisation=organisation,
            plan=made,
            number=1,
            state=VersionState.IN_FORCE,
            content=encode(DOCUMENT).decode(),
            author=claire,
            changed_at=NOON,
        )
        yield made


def contact(organisation: Organisation, name: str, *lines: tuple[str, str], **fields: object) -> Contact:
    """Write somebody down, reached by these lines in this order."""
    made: Contact = Contact.objects.create(
        organisation=organisation, name=name, created_at=NOON, changed_at=NOON, **fields
    )
    for means, address in lines:
        Line.objects.create(
            organisation=organisation, contact=made, means=means, address=address, rank=made.lines.count()
        )
    return made


def seat(plan: Plan, role: str, *holders: Contact) -> None:
    """Give a role to contacts, first who is called first."""
    for rank, holder in enumerate(holders):
        Seat.objects.create(plan=plan, organisation=plan.organisation, role=role, contact=holder, rank=rank)


@pytest.fixture
def nadia(plan: Plan) -> Contact:
    """Nadia Benali, head of quality: a text message first, then mail."""
    lines = (("sms", "+33612345678"), ("email", "nadia@maison-berthier.test"))
    made = contact(plan.organisation, "Nadia Benali", *lines, languages=["fr"])
    seat(plan, "quality", made)
    return made


@pytest.fixture
def karim(plan: Plan, nadia: Contact) -> Contact:
    """Karim Haddad, who holds the quality role after Nadia: mail only, and English."""
    made = contact(
        plan.organisation, "Karim Haddad", ("email", "karim@maison-berthier.test"), languages=["en"]
    )
    Seat.objects.create(plan=plan, organisation=plan.organisation, role="quality", contact=made, rank=1)
    return made


@pytest.fixture
def sonia(plan: Plan, nadia: Contact) -> Contact:
    """Sonia Petit, Nadia's deputy: mail only."""
    made = contact(plan.organisation, "Sonia Petit", ("email", "sonia@maison-berthier.test"))
    nadia.deputy = made
    nadia.save()
    return made


@pytest.fixture
def helene(plan: Plan) -> Contact:
    """Hélène Berthier, who decides: a phone call, then mail."""
    lines = (("voice", "+33698765432"), ("email", "helene@maison-berthier.test"))
    made = contact(plan.organisation, "Hélène Berthier", *lines)
    seat(plan, "director", made)
    return made


@pytest.fixture
def launched(plan: Plan, nadia: Contact, karim: Contact, yanis: User) -> CallOut:
    """The quality role of the contamination scenario, called by Yanis at orange."""
    return launch(plan, yanis)


def launch(plan: Plan, actor: User | None, **changes: Any) -> CallOut:
    """Call the quality role of the contamination scenario."""
    values: dict[str, Any] = {"level": "orange", "roles": ["quality"]} | changes
    return actions.launch(plan.brand, values.pop("scenario", "contamination"), actor, **values)


def let_pass(time: SimulatedTime, **duration: float) -> None:
    """Let time pass, and everything that falls due in it happen at its time."""
    until = time() + timedelta(**duration)
    Clock().run_due()
    while (due := next_due()) is not None and due <= until:
        time.advance(seconds=max(0.0, (due - time()).total_seconds()))
        if not Clock().run_due():
            break
    time.advance(seconds=(until - time()).total_seconds())


def now_of(name: str, role: str = "") -> Call:
    """Return the call of somebody as it is now."""
    with scopes_disabled():
        found = Call.objects.filter(name=name).select_related("callout", "role_call", "organisation")
        return found.get(role_call__role=role) if role else found.get()


def states() -> dict[str, str]:
    """Return how far everybody's call is, by name."""
    with scopes_disabled():
        return dict(Call.objects.order_by("pk").values_list("name", "state"))


def mailed(mail: MailServer) -> list[str]:
    """Return to whom mail went, in order."""
    return [str(message["To"]).split("@")[0] for message in mail.taken]


def subjects(mail: MailServer, name: str) -> list[str]:
    """Return the subjects of what somebody was mailed, in order."""
    return [str(one["Subject"]) for one in mail.taken if str(one["To"]).startswith(name)]


def texts(phones: Receiver, way: str = "/sms") -> list[str]:
    """Return the texts of messages, or with ``/voice`` of calls, in order."""
    return [json.loads(one.body)["message"] for one in phones.taken if one.path == way]


def minutes_after(moment: datetime, minutes: float) -> datetime:
    """Return a moment so many minutes later."""
    return moment + timedelta(minutes=minutes)
