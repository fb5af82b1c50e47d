"""A scenario as a kit prints it: the first fifteen minutes on one page, then everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tocsin.alerts.models import Level
from tocsin.plan import words
from tocsin.plan.document.duties import DUTIES
from tocsin.plan.document.order import PHASES, phases
from tocsin.plan.document.responsibility import CLUSTERS, DENIAL
from tocsin.plan.document.slots import SLOT
from tocsin.plan.document.structure import AUDIENCES, Document, Item, Message, Scenario, Task, Text, said
from tocsin.plan.kit import words as kit_words
from tocsin.plan.kit.people import Person

Values = dict[str, Any]
Team = Mapping[str, Sequence[Person]]
_BLANK_LINE = re.compile(r"\n\s*\n")


def scenario(one: Scenario, number: int, document: Document, team: Team, language: str) -> Values:
    """Return a scenario's values; `number` counts it from 1 in the plan."""
    marks = {message.id: f"s{number}m{place}" for place, message in enumerate(one.messages)}
    by_phase = {
        phase.until: [_task(task, document, team, marks, language) for task in phase.tasks]
        for phase in phases(one.protocol)
    }
    return {
        "number": number,
        "title": said(one.title, language),
        "summary": _paragraphs(one.summary, language),
        "signs": _items(one.criteria.signs, language),
        "level": str(Level(one.criteria.level).label) if one.criteria.level in Level.values else "",
        "decides": _called(one.decides, document, team, language) if one.decides else None,
        "calls": [_called(role, document, team, language) for role in one.calls],
        "first": by_phase.get(PHASES[0], []),
        "phases": [
            {"title": words.phase(end), "tasks": tasks} for end, tasks in by_phase.items() if end != PHASES[0]
        ],
        "severities": [_pair(each.title, each.changes, language) for each in one.severities],
        "facts": [_pair(each.name, each.words, language) for each in one.facts],
        "messages": [_message(each, marks[each.id], language) for each in _in_order(one.messages)],
        "questions": [_pair(each.words, each.answer, language) for each in one.questions],
        "avoid": _items(one.avoid, language),
        "ends": _items(one.ends, language),
        "responsibility": _responsibility(one, language),
        "duties": list(_duties(one, language)),
        "notes": _paragraphs(one.notes, language),
    }


def _called(role: str, document: Document, team: Team, language: str) -> Values:
    known = document.role(role)
    people = team.get(role, ())
    return {
        "id": role,
        "role": said(known.title, language) if known else role,
        "people": [{"name": each.name, "number": each.number, "link": each.link} for each in people],
    }


def _task(task: Task, document: Document, team: Team, marks: Mapping[str, str], language: str) -> Values:
    called = _called(task.role, document, team, language)
    return {
        "when": words.delay(task.minutes),
        "by": task.role,
        "role": called["role"],
        "who": called["people"][0]["name"] if called["people"] else "",
        "words": said(task.words, language),
        "condition": said(task.condition, language),
        "checklist": _items(task.checklist, language),
        "message": marks.get(task.message, ""),
    }


def _message(message: Message, mark: str, language: str) -> Values:
    return {
        "mark": mark,
        "audience": words.audience(message.audience),
        "channel": words.channel(message.channel),
        "subject": segments(said(message.subject, language)),
        "words": [segments(each) for each in _paragraphs(message.words, language)],
    }


def segments(sentence: str) -> list[Values]:
    """Return the stretches of a sentence: words, and the blanks that are filled by hand.

    >>> segments("Le [[produit]] est retiré")
    [{'text': 'Le '}, {'blank': 'produit'}, {'text': ' est retiré'}]
    """
    parts = SLOT.split(sentence)
    return [{"blank" if place % 2 else "text": part} for place, part in enumerate(parts) if part]


def _responsibility(one: Scenario, language: str) -> Values | None:
    cluster = CLUSTERS.get(one.responsibility)
    if cluster is None:
        return None
    return {
        "note": _paragraphs(one.responsibility_note, language),
        **{name: said(getattr(cluster, name), language) for name in ("title", "means", "strategy", "advice")},
        **{name: said(getattr(cluster, name), language) for name in ("evidence", "doubts")},
        "denial": said(DENIAL, language),
    }


def _duties(one: Scenario, language: str) -> Iterator[Values]:
    for name in one.duties:
        duty = DUTIES.get(name)
        if duty is not None:
            parts = ("title", "what", "counted", "source")
            texts = {part: said(getattr(duty, part), language) for part in parts}
            yield {
                **texts,
                "hours": duty.hours,
                "since": _("since %(month)s") % {"month": words.month(duty.since)},
                "begins": kit_words.begins(duty.begins),
            }


def _in_order(messages: Sequence[Message]) -> list[Message]:
    places = {audience: place for place, audience in enumerate(AUDIENCES)}
    return sorted(messages, key=lambda message: places.get(message.audience, len(places)))


def _items(items: Sequence[Item], language: str) -> list[str]:
    return [said(item.words, language) for item in items]


def _pair(title: Text, text: Text, language: str) -> Values:
    return {"title": said(title, language), "text": _paragraphs(text, language)}


def _paragraphs(text: Text, language: str) -> list[str]:
    return [part.strip() for part in _BLANK_LINE.split(said(text, language)) if part.strip()]
