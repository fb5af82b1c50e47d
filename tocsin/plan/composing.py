"""What a plan is made of: scenarios brought in and taken out, with the roles and risks that go with them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from tocsin.plan import library
from tocsin.plan.document.languages import in_one
from tocsin.plan.document.structure import Document, Role, Scenario
from tocsin.plan.points import fresh


def with_library(document: Document, name: str) -> Document:
    """Return a plan with a scenario of the library, the roles it needs and its risk.

    Raises
    ------
    KeyError
        When the library has no scenario of this name.
    """
    found = next((scenario for scenario in library.scenarios() if scenario.id == name), None)
    if found is None:
        raise KeyError(name)
    if document.scenario(name) is not None:
        return document
    return _completed(replace(document, scenarios=(*document.scenarios, found)), found)


def with_empty(document: Document, title: str, language: str) -> tuple[Document, str]:
    """Return a plan with a scenario that has only a title, and the scenario's id."""
    name = fresh(title, (scenario.id for scenario in document.scenarios))
    made = Scenario(id=name, title={language: title})
    return _completed(replace(document, scenarios=(*document.scenarios, made)), made), name


def with_read(document: Document, scenario: Scenario, language: str) -> Document:
    """Return a plan that says what a file says in a language, with the roles that it names."""
    return _completed(in_one(document, scenario, language), scenario, language)


def without_scenario(document: Document, name: str) -> Document:
    """Return a plan without a scenario; the risks that it prepared for stay, without one."""
    return replace(
        document,
        scenarios=tuple(each for each in document.scenarios if each.id != name),
        risks=tuple(replace(risk, scenario="") if risk.scenario == name else risk for risk in document.risks),
    )


def used_by(document: Document, role: str) -> list[Scenario]:
    """Return the scenarios that speak of a role."""
    return [scenario for scenario in document.scenarios if role in library.roles_of(scenario)]


def _completed(document: Document, scenario: Scenario, language: str = "") -> Document:
    known = {role.id for role in document.roles}
    roles = [_role(name, language) for name in _in_order(library.roles_of(scenario) - known)]
    risks = document.risks
    if all(scenario.id not in {risk.id, risk.scenario} for risk in risks):
        risks = (*risks, library.risk_of(scenario))
    return replace(document, roles=(*document.roles, *roles), risks=risks)


def _in_order(names: Iterable[str]) -> list[str]:
    places = {role.id: place for place, role in enumerate(library.ROLES)}
    return sorted(names, key=lambda name: (places.get(name, len(places)), name))


def _role(name: str, language: str) -> Role:
    known = next((role for role in library.ROLES if role.id == name), None)
    return known or Role(id=name, title={language or "fr": name.replace("-", " ").capitalize()})
