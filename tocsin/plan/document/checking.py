"""What is missing or wrong in a plan, before anyone has to rely on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.plan.document.duties import DUTIES
from tocsin.plan.document.languages import texts
from tocsin.plan.document.order import cycle
from tocsin.plan.document.slots import fact_of, slots
from tocsin.plan.document.structure import Document, Scenario, Task, said
from tocsin.plan.document.wording import weaknesses

BLOCKING: Final = frozenset(
    {"cycle", "unknown_role", "unknown_task", "unknown_message", "twice", "unknown_duty"}
)
"""Faults with which no version comes into force: whoever followed it would stand still."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a plan lacks, or that contradicts itself.

    Attributes
    ----------
    code
        ``cycle``, ``unknown_role``, ``unknown_task``, ``unknown_message``, ``unknown_duty``, ``twice`` (two
        parts of one id), ``no_protocol``, ``slow_start`` (nothing to do in the first fifteen minutes),
        ``no_decider``, ``no_message``, ``no_slot`` (a message that could be sent as it stands),
        ``unknown_fact`` (a slot that no fact fills), ``untranslated``, ``empty_excuse``, ``undated_promise``,
        ``no_end``, ``no_question``.
    scenario
        Id of the scenario in which it stands.
    part
        Id of the task or message; empty for the scenario as a whole.
    about
        The id, name, words or language that it is about.
    """

    code: str
    scenario: str
    part: str = ""
    about: str = ""

    @property
    def blocks(self) -> bool:
        """Return whether no version with it comes into force."""
        return self.code in BLOCKING


def faults(document: Document) -> tuple[Fault, ...]:
    """Return what is missing or wrong, scenario by scenario, what blocks first."""
    roles = {role.id for role in document.roles}
    found = [Fault("twice", "", about=name) for name in _twice([each.id for each in document.scenarios])]
    found += [Fault("twice", "", about=name) for name in _twice([role.id for role in document.roles])]
    for scenario in document.scenarios:
        each = [*_of_references(scenario, roles), *_of_gaps(scenario), *_of_messages(scenario)]
        each += _of_languages(scenario, document.languages)
        found += sorted(each, key=lambda fault: not fault.blocks)
    return tuple(found)


def _of_references(scenario: Scenario, roles: set[str]) -> Iterator[Fault]:
    tasks = {task.id for task in scenario.protocol}
    messages = {message.id for message in scenario.messages}
    for name in _twice([task.id for task in scenario.protocol]) + _twice(
        [each.id for each in scenario.messages]
    ):
        yield Fault("twice", scenario.id, about=name)
    for name in dict.fromkeys(filter(None, (scenario.decides, *scenario.calls))):
        if name not in roles:
            yield Fault("unknown_role", scenario.id, about=name)
    for task in scenario.protocol:
        yield from _of_task(scenario.id, task, roles, tasks, messages)
    ring = cycle(scenario.protocol)
    if ring:
        yield Fault("cycle", scenario.id, ring[0], " → ".join(ring))
    for duty in scenario.duties:
        if duty not in DUTIES:
            yield Fault("unknown_duty", scenario.id, about=duty)


def _of_task(
    scenario: str, task: Task, roles: set[str], tasks: set[str], messages: set[str]
) -> Iterator[Fault]:
    if task.role not in roles:
        yield Fault("unknown_role", scenario, task.id, task.role)
    for name in task.after:
        if name not in tasks:
            yield Fault("unknown_task", scenario, task.id, name)
    if task.message and task.message not in messages:
        yield Fault("unknown_message", scenario, task.id, task.message)


def _of_gaps(scenario: Scenario) -> Iterator[Fault]:
    gaps = {
        "no_protocol": not scenario.protocol,
        "slow_start": bool(scenario.protocol) and all(task.minutes > 15 for task in scenario.protocol),
        "no_decider": not scenario.decides,
        "no_message": not scenario.messages,
        "no_question": not scenario.questions,
        "no_end": not scenario.ends,
    }
    for code, missing in gaps.items():
        if missing:
            yield Fault(code, scenario.id)


def _of_messages(scenario: Scenario) -> Iterator[Fault]:
    for message in scenario.messages:
        for language, words in message.words.items():
            found = slots(f"{message.subject.get(language, '')} {words}")
            if not found and message.channel != "sheet":
                yield Fault("no_slot", scenario.id, message.id)
            for name in found:
                if fact_of(scenario, name) is None:
                    yield Fault("unknown_fact", scenario.id, message.id, name)
            for weakness in weaknesses(words, language):
                yield Fault(weakness.code, scenario.id, message.id, weakness.words)


def _of_languages(scenario: Scenario, languages: Sequence[str]) -> Iterator[Fault]:
    for language in languages:
        missing = [text for text in texts(scenario) if text and not text.get(language)]
        if missing:
            yield Fault("untranslated", scenario.id, said(missing[0], languages[0])[:80], language)


def _twice(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
