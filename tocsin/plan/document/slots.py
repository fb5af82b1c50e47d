"""What a message leaves open, so that none can be sent as it stands: ``[[product]]``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from tocsin.plan.document.markdown.names import plain
from tocsin.plan.document.structure import Fact, Scenario

SLOT: Final = re.compile(r"\[\[\s*([^\[\]\n]{1,80}?)\s*\]\]")


def slots(words: str) -> tuple[str, ...]:
    """Return the names of the slots of a message, in order, each once.

    >>> slots("Bonjour [[prenom]], le [[produit]] ; [[prenom]]")
    ('prenom', 'produit')
    """
    return tuple(dict.fromkeys(SLOT.findall(words)))


def filled(words: str, facts: Mapping[str, str]) -> str:
    """Return a message with the slots filled that facts are known for; the others stay open.

    >>> filled("Le [[produit]] de [[ville]]", {"produit": "pain", "ville": " "})
    'Le pain de [[ville]]'
    """
    return SLOT.sub(lambda found: facts.get(found[1], "").strip() or found[0], words)


def fact_of(scenario: Scenario, slot: str) -> Fact | None:
    """Return the fact that fills a slot: the one of this name in any language, or of this id; else None."""
    name = plain(slot)
    return next(
        (fact for fact in scenario.facts if name in {plain(fact.id), *map(plain, fact.name.values())}), None
    )
