"""A scenario as its page shows it: the first quarter of an hour, then the rest, in the order of use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tocsin.plan.document.checking import Fault, faults
from tocsin.plan.document.duties import DUTIES, Duty
from tocsin.plan.document.order import PHASES, Phase, phases
from tocsin.plan.document.responsibility import CLUSTERS, Cluster
from tocsin.plan.document.structure import AUDIENCES, CHANNELS, Document, Grade, Message, Scenario, Task, Text


@dataclass(frozen=True, slots=True)
class Card:
    """A scenario at a glance."""

    scenario: Scenario
    risk: Grade
    faults: int
    blocks: bool

    @property
    def weight(self) -> int:
        """Return likelihood times impact."""
        return self.risk.likelihood * self.risk.impact


@dataclass(frozen=True, slots=True)
class Shown:
    """A scenario in the order in which it is used.

    Attributes
    ----------
    first
        What is to be done in the first fifteen minutes.
    later
        The phases after them.
    messages
        By audience, in the order in which they are to hear it.
    waits
        What each task says, by its id, for those that wait for it.
    prepared
        Ids of the messages that are written; a task may name one that is not.
    """

    scenario: Scenario
    first: Sequence[Task]
    later: Sequence[Phase]
    messages: Sequence[tuple[str, Sequence[Message]]]
    waits: Mapping[str, Text]
    prepared: frozenset[str]
    duties: Sequence[Duty]
    cluster: Cluster | None
    risk: Grade


def cards(document: Document, found: Sequence[Fault] | None = None) -> list[Card]:
    """Return a plan's scenarios, the gravest risk first."""
    found = faults(document) if found is None else found
    told = [
        Card(
            scenario,
            risk_of(document, scenario),
            sum(fault.scenario == scenario.id for fault in found),
            any(fault.blocks for fault in found if fault.scenario == scenario.id),
        )
        for scenario in document.scenarios
    ]
    return sorted(told, key=lambda card: -card.weight)


def shown(document: Document, scenario: Scenario) -> Shown:
    """Return a scenario in the order in which it is used."""
    by_phase = phases(scenario.protocol)
    return Shown(
        scenario=scenario,
        first=[task for phase in by_phase if phase.until == PHASES[0] for task in phase.tasks],
        later=[phase for phase in by_phase if phase.until != PHASES[0]],
        messages=_by_audience(scenario.messages),
        waits={task.id: task.words for task in scenario.protocol},
        prepared=frozenset(message.id for message in scenario.messages),
        duties=[DUTIES[name] for name in scenario.duties if name in DUTIES],
        cluster=CLUSTERS.get(scenario.responsibility),
        risk=risk_of(document, scenario),
    )


def risk_of(document: Document, scenario: Scenario) -> Grade:
    """Return how likely and grave a scenario is by the plan's risk map, or as its author thought."""
    risk = next((risk for risk in document.risks if risk.scenario == scenario.id), None)
    return Grade(likelihood=risk.likelihood, impact=risk.impact) if risk else scenario.risk


def _by_audience(messages: Sequence[Message]) -> list[tuple[str, Sequence[Message]]]:
    known = [*AUDIENCES, *(message.audience for message in messages)]
    ordered = sorted(messages, key=lambda message: (known.index(message.audience), _place(message.channel)))
    return [
        (audience, of_it)
        for audience in dict.fromkeys(known)
        if (of_it := [message for message in ordered if message.audience == audience])
    ]


def _place(channel: str) -> int:
    return CHANNELS.index(channel) if channel in CHANNELS else len(CHANNELS)
