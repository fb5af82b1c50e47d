"""The scenarios that Tocsin brings, in French and English, and the roles they speak of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from tocsin.plan.document.languages import in_one
from tocsin.plan.document.markdown.reading import read_scenario
from tocsin.plan.document.structure import LANGUAGES, Document, Risk, Role, Scenario

FOLDER: Final = Path(__file__).parent / "library"

ROLES: Final = tuple(
    Role(id=name, title={"fr": french, "en": english}, task={"fr": tache, "en": task})
    for name, french, english, tache, task in (
        (
            "director",
            "Décision",
            "Decision",
            "Fixe la gravité, tranche en dix minutes, répond de tout.",
            "Sets the severity, decides within ten minutes, answers for everything.",
        ),
        (
            "spokesperson",
            "Porte-parole",
            "Spokesperson",
            "Parle à la presse et au public ; personne d’autre ne le fait.",
            "Speaks to press and public; nobody else does.",
        ),
        (
            "community",
            "Réseaux sociaux",
            "Social networks",
            "Répond en public, garde les preuves, dit ce qui monte.",
            "Answers in public, keeps the evidence, tells what rises.",
        ),
        (
            "care",
            "Relation client",
            "Customer care",
            "Appelle les personnes touchées et suit chacune jusqu’au bout.",
            "Calls the people affected and stays with each until the end.",
        ),
        (
            "operations",
            "Opérations",
            "Operations",
            "Magasins, livraison, production : arrête, retire, répare.",
            "Shops, delivery, production: stops, withdraws, repairs.",
        ),
        (
            "quality",
            "Qualité",
            "Quality",
            "Cherche la cause et dit ce qui est établi.",
            "Looks for the cause and says what is established.",
        ),
        (
            "legal",
            "Juridique",
            "Legal",
            "Délais légaux, autorités, preuves ; relit sans faire taire.",
            "Legal deadlines, authorities, evidence; reads over without silencing.",
        ),
        (
            "technical",
            "Technique",
            "Technical",
            "Services en ligne, comptes, sécurité des données.",
            "Online services, accounts, security of data.",
        ),
        (
            "people",
            "Ressources humaines",
            "Human resources",
            "Salariés : écoute, protège, informe avant la presse.",
            "Employees: listens, protects, tells them before the press.",
        ),
    )
)


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Return every scenario of the library, in all its languages, in the order of its names."""
    document = Document(languages=LANGUAGES)
    for language in LANGUAGES:
        for path in sorted((FOLDER / language).glob("*.md")):
            read = read_scenario(path.read_text(encoding="utf-8"), language=language)
            document = in_one(document, read.scenario, language)
    return document.scenarios


def document_of(names: Sequence[str], languages: Sequence[str] = LANGUAGES) -> Document:
    """Return a plan made of scenarios of the library, with the roles they need and a risk for each.

    Raises
    ------
    KeyError
        When the library has no scenario of a name.
    """
    known = {scenario.id: scenario for scenario in scenarios()}
    chosen = tuple(known[name] for name in dict.fromkeys(names))
    needed = {role for scenario in chosen for role in roles_of(scenario)}
    return Document(
        languages=tuple(languages),
        roles=tuple(role for role in ROLES if role.id in needed),
        scenarios=chosen,
        risks=tuple(risk_of(scenario) for scenario in chosen),
    )


def roles_of(scenario: Scenario) -> set[str]:
    """Return the ids of the roles that a scenario speaks of."""
    return {scenario.decides, *scenario.calls, *(task.role for task in scenario.protocol)} - {""}


def risk_of(scenario: Scenario) -> Risk:
    """Return the risk that a scenario prepares for, as likely and as grave as its author thought."""
    return Risk(
        id=scenario.id,
        title=scenario.title,
        likelihood=scenario.risk.likelihood,
        impact=scenario.risk.impact,
        scenario=scenario.id,
    )
