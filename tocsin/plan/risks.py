"""The risk map: what could happen by likelihood and impact, and what the watch has seen of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.http import QueryDict
from msgspec.structs import replace

from tocsin.alerts import selectors as alerts
from tocsin.plan.document.markdown.names import slug
from tocsin.plan.document.structure import GRADES, Document, Risk, Scenario
from tocsin.watch import period
from tocsin.watch.models import Brand
from tocsin.watch.selectors import rollups, watches
from tocsin.watch.vocabulary import TOPIC_WORDS

SEEN_OVER: Final = "30d"


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of the map."""

    likelihood: int
    impact: int
    risks: tuple[Risk, ...]

    @property
    def weight(self) -> int:
        """Return likelihood times impact, from 1 to 25."""
        return self.likelihood * self.impact

    @property
    def band(self) -> str:
        """Return how heavy it is: ``light``, ``middle`` or ``heavy``."""
        return "heavy" if self.weight >= 12 else "middle" if self.weight >= 6 else "light"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watch has seen of a scenario in the last thirty days.

    Attributes
    ----------
    topics
        Each topic of the scenario, its word and its mentions; a mention of two topics counts in each.
    alerts
        How many alerts named one of its topics among their reasons.
    """

    topics: tuple[tuple[str, str, int], ...]
    alerts: int


def matrix(risks: Sequence[Risk]) -> list[list[Cell]]:
    """Return the map by rows, the likeliest first; in each row, the least grave first."""
    return [
        [
            Cell(likelihood, impact, tuple(risk for risk in risks if _grades(risk) == (likelihood, impact)))
            for impact in GRADES
        ]
        for likelihood in reversed(GRADES)
    ]


def by_weight(risks: Sequence[Risk]) -> list[Risk]:
    """Return risks, the heaviest first; of two of one weight, the graver."""
    return sorted(risks, key=lambda risk: (-risk.likelihood * risk.impact, -risk.impact))


def seen(brand: Brand, scenarios: Sequence[Scenario], now: datetime) -> dict[str, Seen]:
    """Return what the watch has seen of each scenario that has topics, by its id."""
    month = period.read(QueryDict(f"period={SEEN_OVER}"), now, ZoneInfo(brand.organisation.time_zone))
    own = watches.own_watches(list(brand.watches.all()))
    counted = sum(rollups.topics_by_watch([one.pk for one in own], month).values(), Counter[str]())
    raised = list(alerts.of_brand(brand).filter(raised_at__gte=month.start, historic=False))
    named = [_topics_of(alert.reasons) for alert in raised]
    return {
        scenario.id: _seen(scenario.criteria.topics, counted, named)
        for scenario in scenarios
        if scenario.criteria.topics
    }


def with_risk(document: Document, risk: Risk) -> Document:
    """Return a plan whose risk of the same id is this one; a new one comes at its end."""
    known = {each.id for each in document.risks}
    changed = tuple(risk if each.id == risk.id else each for each in document.risks)
    return replace(document, risks=changed if risk.id in known else (*changed, risk))


def without_risk(document: Document, name: str) -> Document:
    """Return a plan without a risk; the scenario that prepares for it stays."""
    return replace(document, risks=tuple(risk for risk in document.risks if risk.id != name))


def new_name(document: Document, title: str) -> str:
    """Return a short name that no risk of the plan has."""
    known, name = {risk.id for risk in document.risks}, slug(title)
    number = 1
    while (free := name if number == 1 else f"{name[:55]}-{number}") in known:
        number += 1
    return free


def _grades(risk: Risk) -> tuple[int, int]:
    """Return likelihood and impact; an imported plan may hold others than 1 to 5."""
    return min(max(risk.likelihood, 1), 5), min(max(risk.impact, 1), 5)


def _seen(topics: Sequence[str], counted: Mapping[str, int], alerts_of: Sequence[Collection[str]]) -> Seen:
    known = [topic for topic in topics if topic in TOPIC_WORDS]
    return Seen(
        topics=tuple((topic, str(TOPIC_WORDS[topic]), counted.get(topic, 0)) for topic in known),
        alerts=sum(not set(known).isdisjoint(named) for named in alerts_of),
    )


def _topics_of(reasons: Sequence[Mapping[str, object]]) -> set[str]:
    """Return the topics that an alert's reasons name."""
    found = set()
    for reason in reasons:
        figures = reason.get("figures")
        if reason.get("code") == "topic_share" and isinstance(figures, dict):
            found.add(str(figures.get("topic")))
    return found
