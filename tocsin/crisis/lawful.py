"""What the law asks for, as tasks of the room: deadlines that begin when the company learns of the facts."""

from __future__ import annotations

from typing import Final

from tocsin.plan.document.duties import DUTIES, Duty
from tocsin.plan.document.structure import Document, Item, Scenario, Task

LEGAL: Final = "legal"
CONFIRM: Final = {
    "fr": "Délai et forme confirmés par l’avocat",
    "en": "Deadline and form confirmed by the lawyer",
}
PREFIX: Final = "duty-"


def tasks_of(scenario: Scenario, document: Document) -> list[Task]:
    """Return the duties of a scenario whose hours are counted from the discovery, as tasks.

    Who does them is the legal role where the plan has one, else who decides. Duties that begin with words
    published or with a request, or without delay, have no time that a room could count: the plan tells them.
    """
    role = LEGAL if document.role(LEGAL) is not None else scenario.decides
    known = (DUTIES[name] for name in scenario.duties if name in DUTIES)
    return [_task(duty, role) for duty in known if duty.begins == "discovery" and duty.hours > 0]


def _task(duty: Duty, role: str) -> Task:
    points = (
        Item(id="lawyer", words=CONFIRM),
        Item(id="counted", words=duty.counted),
        Item(id="what", words=duty.what),
    )
    return Task(
        id=f"{PREFIX}{duty.id}"[:60], role=role, minutes=60 * duty.hours, words=duty.title, checklist=points
    )
