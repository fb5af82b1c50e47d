"""Which scenario fits what is seen, best first, and why: pure, so that it can be tried on anything."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tocsin.plan.document.structure import Item, Scenario

RANKS: Final = {"green": 0, "yellow": 1, "orange": 2, "red": 3}
TOPIC_FROM: Final = 0.1
"""Share of the mentions from which a topic counts."""

LEVEL, TOPICS, MENTIONS, SIGNS = 0.3, 0.4, 0.2, 0.1
SHORTEST_WORD, STEM, WORDS_OF_A_SIGN = 4, 5, 2
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watch sees just now.

    Attributes
    ----------
    level
        Of the alert, or of the brand's vigilance.
    topics
        Share of each topic among the mentions, from 0 to 1.
    negative
        Negative mentions in the last hour; None when that is not known.
    texts
        What the posts say.
    """

    level: str = "green"
    topics: Mapping[str, float] = field(default_factory=dict)
    negative: int | None = None
    texts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that speaks for a scenario or against it; `code` has its sentence in `proposing_words`."""

    code: str
    speaks_for: bool
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """How well a scenario fits.

    Attributes
    ----------
    score
        From 0 to 1.
    fits
        Whether all that its criteria ask is seen.
    """

    scenario: Scenario
    score: float
    fits: bool
    grounds: Sequence[Ground]


def matches(scenarios: Iterable[Scenario], seen: Seen) -> list[Match]:
    """Return every scenario: those whose criteria are all met first, then by score, then as in the plan."""
    stems = _stems(" ".join(seen.texts))
    found = [_match(scenario, seen, stems) for scenario in scenarios]
    return sorted(found, key=lambda match: (not match.fits, -match.score))


def _match(scenario: Scenario, seen: Seen, stems: frozenset[str]) -> Match:
    criteria = scenario.criteria
    heard = _signs(criteria.signs, stems)
    asked = [
        *_level(criteria.level, seen),
        *_topics(criteria.topics, seen),
        *_mentions(criteria.mentions, seen),
    ]
    if not asked:
        only = [*heard, Ground("person", speaks_for=True)]
        return Match(scenario, SIGNS * bool(heard), fits=False, grounds=only)
    grounds = [*(part.ground for part in asked), *heard]
    gained = sum(part.gained for part in asked) / sum(part.weight for part in asked)
    return Match(
        scenario,
        score=round(gained * (1 - SIGNS) + SIGNS * bool(heard), 3),
        fits=all(part.ground.speaks_for for part in asked),
        grounds=sorted(grounds, key=lambda ground: not ground.speaks_for),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A criterion: what it weighs, how much of that is gained, and why."""

    weight: float
    gained: float
    ground: Ground


def _level(least: str, seen: Seen) -> list[_Part]:
    if least not in RANKS:
        return []
    met = RANKS.get(seen.level, 0) >= RANKS[least]
    ground = Ground("level" if met else "level_below", met, {"level": seen.level, "least": least})
    return [_Part(LEVEL, LEVEL * met, ground)]


def _topics(wanted: Sequence[str], seen: Seen) -> list[_Part]:
    if not wanted:
        return []
    best = max(wanted, key=lambda topic: seen.topics.get(topic, 0.0))
    share = min(seen.topics.get(best, 0.0), 1.0)
    if share < TOPIC_FROM:
        return [
            _Part(TOPICS, 0.0, Ground("topics_absent", speaks_for=False, values={"topics": list(wanted)}))
        ]
    # A topic that fills the mentions says more than one that is barely there.
    ground = Ground("topic", speaks_for=True, values={"topic": best, "share": round(100 * share)})
    return [_Part(TOPICS, TOPICS * (0.5 + share / 2), ground)]


def _mentions(least: int, seen: Seen) -> list[_Part]:
    if not least or seen.negative is None:
        return []
    met = seen.negative >= least
    code = "mentions" if met else "mentions_below"
    return [_Part(MENTIONS, MENTIONS * met, Ground(code, met, {"negative": seen.negative, "least": least}))]


def _signs(signs: Sequence[Item], stems: frozenset[str]) -> list[Ground]:
    for sign in signs:
        for words in sign.words.values():
            if len(_stems(words) & stems) >= WORDS_OF_A_SIGN:
                return [Ground("sign", speaks_for=True, values={"sign": sign.words})]
    return []


def _stems(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return frozenset(word[:STEM] for word in _WORD.findall(plain) if len(word) >= SHORTEST_WORD)
