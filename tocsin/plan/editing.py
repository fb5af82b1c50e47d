"""Changes to what a plan says; parts keep their names, and their words in other languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from tocsin.plan.document import structure as plan
from tocsin.plan.document.languages import texts
from tocsin.plan.document.slots import SLOT
from tocsin.plan.document.structure import AUDIENCES, CHANNELS
from tocsin.plan.points import fresh, points, put, typed

Values = Mapping[str, Any]
"""What a form says, by the names of its fields."""

Named = TypeVar("Named", plan.Severity, plan.Fact, plan.Question, plan.Role)

UNITS: Final = {"min": 1, "h": 60, "d": 1440}


def essentials(scenario: plan.Scenario, language: str) -> dict[str, Any]:
    """Return what the form on a scenario as a whole begins with."""
    return {
        "title": scenario.title.get(language, ""),
        "summary": scenario.summary.get(language, ""),
        "signs": typed(scenario.criteria.signs, language),
        "level": scenario.criteria.level,
        "topics": list(scenario.criteria.topics),
        "mentions": scenario.criteria.mentions,
        "likelihood": scenario.risk.likelihood,
        "impact": scenario.risk.impact,
        "responsibility": scenario.responsibility,
        "responsibility_note": scenario.responsibility_note.get(language, ""),
        "decides": scenario.decides,
        "calls": list(scenario.calls),
        "duties": list(scenario.duties),
    }


def with_essentials(scenario: plan.Scenario, language: str, values: Values) -> plan.Scenario:
    """Return a scenario that says as a whole what a form says."""
    called = [name for name in scenario.calls if name in values["calls"]]
    return replace(
        scenario,
        title=put(scenario.title, language, values["title"]),
        summary=put(scenario.summary, language, values["summary"]),
        criteria=plan.Criteria(
            level=values["level"],
            topics=tuple(values["topics"]),
            mentions=values["mentions"] or 0,
            signs=points(values["signs"], scenario.criteria.signs, language),
        ),
        risk=plan.Grade(likelihood=int(values["likelihood"]), impact=int(values["impact"])),
        responsibility=values["responsibility"],
        responsibility_note=put(scenario.responsibility_note, language, values["responsibility_note"]),
        decides=values["decides"],
        calls=(*called, *(name for name in values["calls"] if name not in called)),
        duties=tuple(values["duties"]),
    )


def limits(scenario: plan.Scenario, language: str) -> dict[str, Any]:
    """Return what the form on what not to say, how it ends and the notes begins with."""
    return {
        "avoid": typed(scenario.avoid, language),
        "ends": typed(scenario.ends, language),
        "notes": scenario.notes.get(language, ""),
    }


def with_limits(scenario: plan.Scenario, language: str, values: Values) -> plan.Scenario:
    """Return a scenario that says what not to say, how it ends and what was kept as notes."""
    return replace(
        scenario,
        avoid=points(values["avoid"], scenario.avoid, language),
        ends=points(values["ends"], scenario.ends, language),
        notes=put(scenario.notes, language, values["notes"]),
    )


def tasks(scenario: plan.Scenario, language: str) -> list[dict[str, Any]]:
    """Return what the form of each task begins with."""
    return [
        {
            "id": task.id,
            "words": task.words.get(language, ""),
            "role": task.role,
            "delay": task.minutes // UNITS[unit_of(task.minutes)],
            "unit": unit_of(task.minutes),
            "condition": task.condition.get(language, ""),
            "checklist": typed(task.checklist, language),
            "after": list(task.after),
            "message": task.message,
        }
        for task in scenario.protocol
    ]


def unit_of(minutes: int) -> str:
    """Return the largest unit that a delay is whole in: ``min``, ``h`` or ``d``."""
    return next((unit for unit in ("d", "h") if minutes and minutes % UNITS[unit] == 0), "min")


def with_tasks(scenario: plan.Scenario, language: str, rows: Sequence[Values]) -> plan.Scenario:
    """Return a scenario whose protocol is what rows say, in their order."""
    old = {task.id: task for task in scenario.protocol}
    taken = set(old)
    protocol = []
    for row in _kept(rows, old, language):
        before = old.get(row["id"]) or plan.Task(id=fresh(row["words"], taken), role="", minutes=0, words={})
        taken.add(before.id)
        protocol.append(_task(before, language, row) if "words" in row else before)
    gone = set(old) - {task.id for task in protocol}
    return replace(
        scenario,
        protocol=tuple(
            replace(task, after=tuple(name for name in task.after if name not in gone)) for task in protocol
        ),
    )


def _task(before: plan.Task, language: str, row: Values) -> plan.Task:
    chosen = [name for name in before.after if name in row["after"]]
    return replace(
        before,
        words=put(before.words, language, row["words"]),
        role=row["role"],
        minutes=row["delay"] * UNITS[row["unit"]],
        condition=put(before.condition, language, row["condition"]),
        checklist=points(row["checklist"], before.checklist, language),
        after=(*chosen, *(name for name in row["after"] if name not in chosen and name != before.id)),
        message=row["message"],
    )


def messages(scenario: plan.Scenario, language: str) -> list[dict[str, Any]]:
    """Return what the form of each message begins with."""
    return [
        {
            "id": message.id,
            "audience": message.audience,
            "channel": message.channel,
            "subject": message.subject.get(language, ""),
            "words": message.words.get(language, ""),
        }
        for message in scenario.messages
    ]


def with_messages(scenario: plan.Scenario, language: str, rows: Sequence[Values]) -> plan.Scenario:
    """Return a scenario whose messages are what rows say; tasks follow a message to its new place."""
    old = {message.id: message for message in scenario.messages}
    moved: dict[str, str] = {}
    bank = []
    for row in _kept(rows, old, language):
        before = old.get(row["id"]) or plan.Message(audience="", channel="", words={})
        after = _message(before, language, row) if "words" in row else before
        if row["id"]:
            moved[row["id"]] = after.id
        bank.append(after)
    gone = set(old) - set(moved)
    bank.sort(key=lambda message: (AUDIENCES.index(message.audience), CHANNELS.index(message.channel)))
    protocol = (
        replace(task, message="" if task.message in gone else moved.get(task.message, task.message))
        for task in scenario.protocol
    )
    return replace(scenario, messages=tuple(bank), protocol=tuple(protocol))


def _message(before: plan.Message, language: str, row: Values) -> plan.Message:
    return plan.Message(
        audience=row["audience"],
        channel=row["channel"],
        subject=put(before.subject, language, row["subject"]),
        words=put(before.words, language, row["words"]),
    )


def facts(scenario: plan.Scenario, language: str) -> list[dict[str, Any]]:
    """Return what the form of each fact begins with."""
    return [_row(fact, language, "name", "words") for fact in scenario.facts]


def with_facts(scenario: plan.Scenario, language: str, rows: Sequence[Values]) -> plan.Scenario:
    """Return a scenario whose facts are what rows say; a new name goes into the slots of its messages."""
    found = _parts(scenario.facts, plan.Fact, language, rows, ("name", "words"))
    old = {fact.id: fact.name.get(language, "") for fact in scenario.facts}
    renamed = {
        old[fact.id]: fact.name[language]
        for fact in found
        if old.get(fact.id) and fact.name.get(language) and fact.name[language] != old[fact.id]
    }
    bank = tuple(_renamed(message, language, renamed) for message in scenario.messages)
    return replace(scenario, facts=found, messages=bank if renamed else scenario.messages)


def _renamed(message: plan.Message, language: str, renamed: Mapping[str, str]) -> plan.Message:
    def said(text: plan.Text) -> plan.Text:
        words = text.get(language, "")
        return put(text, language, SLOT.sub(lambda slot: f"[[{renamed.get(slot[1], slot[1])}]]", words))

    return replace(message, subject=said(message.subject), words=said(message.words))


def questions(scenario: plan.Scenario, language: str) -> list[dict[str, Any]]:
    """Return what the form of each question begins with."""
    return [_row(question, language, "words", "answer") for question in scenario.questions]


def with_questions(scenario: plan.Scenario, language: str, rows: Sequence[Values]) -> plan.Scenario:
    """Return a scenario whose questions are what rows say."""
    found = _parts(scenario.questions, plan.Question, language, rows, ("words", "answer"))
    return replace(scenario, questions=found)


def severities(scenario: plan.Scenario, language: str) -> list[dict[str, Any]]:
    """Return what the form of each degree begins with."""
    return [_row(severity, language, "title", "changes") for severity in scenario.severities]


def with_severities(scenario: plan.Scenario, language: str, rows: Sequence[Values]) -> plan.Scenario:
    """Return a scenario whose degrees are what rows say."""
    found = _parts(scenario.severities, plan.Severity, language, rows, ("title", "changes"))
    return replace(scenario, severities=found)


def roles(document: plan.Document, language: str) -> list[dict[str, Any]]:
    """Return what the form of each role begins with."""
    return [_row(role, language, "title", "task") for role in document.roles]


def with_roles(document: plan.Document, language: str, rows: Sequence[Values]) -> plan.Document:
    """Return a plan whose roles are what rows say."""
    return replace(document, roles=_parts(document.roles, plan.Role, language, rows, ("title", "task")))


def _row(part: plan.Part, language: str, *names: str) -> dict[str, Any]:
    return {"id": part.id, **{name: getattr(part, name).get(language, "") for name in names}}


def _parts(
    parts: Sequence[Named], kind: type[Named], language: str, rows: Sequence[Values], fields: tuple[str, str]
) -> tuple[Named, ...]:
    old = {part.id: part for part in parts}
    taken = set(old)
    found: list[Named] = []
    for row in _kept(rows, old, language):
        new: dict[str, Any] = {name: {} for name in fields}
        before = old.get(row["id"]) or kind(id=fresh(row.get(fields[0], ""), taken), **new)
        taken.add(before.id)
        changed = {name: put(getattr(before, name), language, row[name]) for name in fields if name in row}
        found.append(replace(before, **changed))
    return tuple(found)


def _kept(rows: Sequence[Values], old: Mapping[str, Any], language: str) -> list[Values]:
    """Return the rows to be taken: not removed, with words; and, after them, parts that no row speaks of.

    Who removes says so; a part that is not among the rows was added meanwhile, and stays.
    """
    known: set[str] = set()
    chosen: list[Values] = []
    for row in rows:
        name = row["id"] if row["id"] in old and row["id"] not in known else ""
        known.add(name)
        if not row.get("remove") and _says(row, old.get(name), language):
            chosen.append({**row, "id": name})
    return [*chosen, *({"id": name} for name in old if name not in known)]


def _says(row: Values, part: plan.Part | None, language: str) -> bool:
    if any(row.get(name, "").strip() for name in ("words", "title", "name", "subject", "answer")):
        return True
    return part is not None and any(
        words for text in texts(part) for code, words in text.items() if code != language
    )
