"""What the tests of plans begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django_scopes import scope

from tocsin.accounts.models import Organisation, User
from tocsin.plan import actions, people
from tocsin.plan.models import Contact, Plan, Version
from tocsin.watch.models import Brand


@pytest.fixture
def draft(organisation: Organisation, brand: Brand, claire: User) -> Iterator[Version]:
    """The draft of Maison Berthier's plan, with the scenario of a contaminated product."""
    with scope(organisation=organisation):
        yield actions.begin(brand, claire, ["contamination"], ["fr", "en"])


@pytest.fixture
def page(client: Client, claire: User) -> Client:
    """Claire's browser, signed in."""
    client.force_login(claire)
    return client


@pytest.fixture
def nadia(organisation: Organisation, claire: User) -> Contact:
    """Nadia Benali, head of quality, reached by phone then by mail."""
    with scope(organisation=organisation):
        contact = people.add(organisation, claire, name="Nadia Benali", function="Directrice qualité")
        people.add_line(contact, "voice", "06 12 34 56 78", claire)
        people.add_line(contact, "email", "nadia@maison-berthier.test", claire)
    return contact


@pytest.fixture
def lawyer(organisation: Organisation, claire: User) -> Contact:
    """Maître Olivier Roussel, lawyer, of whom nobody has a number."""
    with scope(organisation=organisation):
        return people.add(
            organisation, claire, name="Maître Olivier Roussel", company="Roussel & Associés", side="outside"
        )


@pytest.fixture
def plan(organisation: Organisation, brand: Brand, claire: User) -> Plan:
    """The plan of Maison Berthier, begun with one scenario."""
    with scope(organisation=organisation):
        return actions.begin(brand, claire, ["contamination"], ["fr", "en"]).plan


@pytest.fixture
def tab(client: Client, yanis: User) -> Client:
    """Yanis's browser: a responder, who reads English."""
    client.force_login(yanis)
    return client
