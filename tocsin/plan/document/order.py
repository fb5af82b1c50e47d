"""The order of a protocol's tasks: what waits for what, and what belongs to the first quarter of an hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Final

from tocsin.plan.document.structure import Scenario, Task, said

PHASES: Final = (15, 60, 240, 1440)
"""Ends of the phases that a protocol is shown in, minutes; what comes later stands in a last one."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Tasks that are due in the same stretch of time.

    Attributes
    ----------
    until
        Minutes after the activation, 0 for the phase without end.
    """

    until: int
    tasks: tuple[Task, ...]


def phases(tasks: Sequence[Task]) -> tuple[Phase, ...]:
    """Return the tasks by phase, in the order in which they are due; phases without tasks are left out."""
    by_end: dict[int, list[Task]] = {}
    for task in sorted(tasks, key=lambda task: task.minutes):
        end = next((end for end in PHASES if task.minutes <= end), 0)
        by_end.setdefault(end, []).append(task)
    return tuple(Phase(end, tuple(by_end[end])) for end in (*PHASES, 0) if end in by_end)


def cycle(tasks: Sequence[Task]) -> tuple[str, ...]:
    """Return the ids of tasks that wait for each other in a ring, nothing when none do."""
    known = {task.id for task in tasks}
    try:
        TopologicalSorter(
            {task.id: [name for name in task.after if name in known] for task in tasks}
        ).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def ring_words(scenario: Scenario, ring: Sequence[str], language: str, longest: int = 60) -> str:
    """Return the tasks of a ring in words, one after the other, each cut where it is long."""
    words = {task.id: said(task.words, language) or task.id for task in scenario.protocol}
    short = (words.get(name, name) for name in ring)
    return " → ".join(text if len(text) <= longest else f"{text[: longest - 1]}…" for text in short)


def ready(tasks: Sequence[Task], done: set[str]) -> tuple[Task, ...]:
    """Return the tasks that may begin: not done, and whatever they wait for is (or is no longer there)."""
    known = {task.id for task in tasks}
    return tuple(
        task
        for task in tasks
        if task.id not in done and all(name in done or name not in known for name in task.after)
    )
