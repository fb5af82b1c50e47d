"""The parts of a scenario that are edited one after another: what each holds, and which faults concern it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tocsin.plan import editing, forms_editing
from tocsin.plan.document import structure as plan
from tocsin.plan.document.checking import Fault
from tocsin.plan.forms_editing import Beside


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a scenario, or the roles of a plan, as it is edited.

    Attributes
    ----------
    form
        Of the part, or of each of its rows.
    first
        What the form, or each row, begins with in a language.
    change
        The scenario with what the form or the rows say.
    field
        Of the scenario, that holds the rows; empty for a part that is one form.
    """

    code: str
    title: Promise
    add: Promise | str
    form: type[forms_editing.PartForm]
    first: Callable[[Any, str], Any]
    change: Callable[[Any, str, Any], Any]
    field: str = ""
    ordered: bool = True


PARTS: Final = {
    part.code: part
    for part in (
        Part(
            "scenario",
            gettext_lazy("The scenario"),
            "",
            forms_editing.EssentialsForm,
            editing.essentials,
            editing.with_essentials,
        ),
        Part(
            "protocol",
            gettext_lazy("Protocol"),
            gettext_lazy("Add a task"),
            forms_editing.TaskForm,
            editing.tasks,
            editing.with_tasks,
            "protocol",
        ),
        Part(
            "messages",
            gettext_lazy("Messages"),
            gettext_lazy("Add a message"),
            forms_editing.MessageForm,
            editing.messages,
            editing.with_messages,
            "messages",
            ordered=False,
        ),
        Part(
            "facts",
            gettext_lazy("Facts to establish"),
            gettext_lazy("Add a fact"),
            forms_editing.FactForm,
            editing.facts,
            editing.with_facts,
            "facts",
        ),
        Part(
            "questions",
            gettext_lazy("Questions to expect"),
            gettext_lazy("Add a question"),
            forms_editing.QuestionForm,
            editing.questions,
            editing.with_questions,
            "questions",
        ),
        Part(
            "severities",
            gettext_lazy("Degrees of severity"),
            gettext_lazy("Add a degree"),
            forms_editing.SeverityForm,
            editing.severities,
            editing.with_severities,
            "severities",
        ),
        Part(
            "limits",
            gettext_lazy("What not to say, how it ends"),
            "",
            forms_editing.LimitsForm,
            editing.limits,
            editing.with_limits,
        ),
    )
}

ROLES: Final = Part(
    "roles",
    gettext_lazy("Roles"),
    gettext_lazy("Add a role"),
    forms_editing.RoleForm,
    editing.roles,
    editing.with_roles,
    "roles",
)

_OF_FAULT: Final = {
    "cycle": "protocol",
    "unknown_task": "protocol",
    "unknown_message": "protocol",
    "no_protocol": "protocol",
    "slow_start": "protocol",
    "no_message": "messages",
    "no_slot": "messages",
    "unknown_fact": "messages",
    "empty_excuse": "messages",
    "undated_promise": "messages",
    "no_question": "questions",
    "no_end": "limits",
}


def part_of(fault: Fault) -> str:
    """Return the code of the part in which a fault is mended."""
    if fault.code == "unknown_role" and fault.part:
        return "protocol"
    if fault.code == "twice":
        return "messages" if "/" in fault.about else "protocol"
    return _OF_FAULT.get(fault.code, "scenario")


def beside(scenario: plan.Scenario, part: Part, languages: Sequence[str], language: str) -> Beside:
    """Return what the other languages say in each form of a part."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for code in languages:
        if code != language:
            for row in rows_of(scenario, part, code):
                _note(found, row, code)
    return found


def rows_of(whole: Any, part: Part, language: str) -> list[dict[str, Any]]:  # noqa: ANN401 - a scenario or plan
    """Return what the forms of a part begin with, one row for a part that is one form."""
    first = part.first(whole, language)
    return list(first) if part.field else [first]


def _note(found: dict[str, dict[str, dict[str, str]]], row: dict[str, Any], code: str) -> None:
    for name in WORDS & row.keys():
        if row[name]:
            found.setdefault(row.get("id", ""), {}).setdefault(name, {})[code] = row[name]


WORDS: Final = frozenset(
    {"title", "summary", "signs", "responsibility_note", "avoid", "ends", "notes", "words", "condition"}
    | {"checklist", "subject", "name", "answer", "changes", "task"}
)
