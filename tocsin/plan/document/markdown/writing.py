"""A scenario written as a Markdown file, which reads back as the same scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import yaml

from tocsin.plan.document import structure as plan
from tocsin.plan.document.markdown import names
from tocsin.plan.document.markdown.blocks import one_line


def write_scenario(scenario: plan.Scenario, language: str) -> str:
    """Return a scenario in one language as Markdown with front matter."""
    return _Writer(scenario, language).write()


class _Writer:
    def __init__(self, scenario: plan.Scenario, language: str) -> None:
        self.scenario = scenario
        self.language = language

    def write(self) -> str:
        front = yaml.safe_dump(self._front(), allow_unicode=True, sort_keys=False, width=100)
        parts = [
            f"---\n{front}---",
            f"# {self._line(self.scenario.title)}",
            self._said(self.scenario.summary),
        ]
        for code, lines in self._sections():
            if lines:
                parts += [f"## {names.SECTIONS[code][self.language]}", lines]
        parts.append(self._said(self.scenario.notes))
        return "\n\n".join(part for part in parts if part) + "\n"

    def _front(self) -> dict[str, Any]:
        scenario = self.scenario
        activate = {
            "level": scenario.criteria.level,
            "topics": list(scenario.criteria.topics),
            "mentions": scenario.criteria.mentions,
        }
        front = {
            "scenario": scenario.id,
            "language": self.language,
            "responsibility": scenario.responsibility,
            "risk": {"likelihood": scenario.risk.likelihood, "impact": scenario.risk.impact},
            "activate": {name: value for name, value in activate.items() if value},
            "decides": scenario.decides,
            "calls": list(scenario.calls),
            "duties": list(scenario.duties),
        }
        return {name: value for name, value in front.items() if value}

    def _sections(self) -> Iterator[tuple[str, str]]:
        scenario = self.scenario
        yield "signs", self._items(scenario.criteria.signs)
        yield "responsibility", self._said(scenario.responsibility_note)
        yield (
            "severities",
            self._under(
                (f"{self._line(each.title)} {{#{each.id}}}", self._said(each.changes))
                for each in scenario.severities
            ),
        )
        yield "protocol", "\n".join(line for task in scenario.protocol for line in self._task(task))
        yield "facts", "\n".join(self._fact(fact) for fact in scenario.facts)
        yield "messages", self._under(self._message(message) for message in scenario.messages)
        yield (
            "questions",
            self._under(
                (f"{self._line(each.words)} {{#{each.id}}}", self._said(each.answer))
                for each in scenario.questions
            ),
        )
        yield "avoid", self._items(scenario.avoid)
        yield "ends", self._items(scenario.ends)

    def _task(self, task: plan.Task) -> Iterator[str]:
        condition = self._line(task.condition)
        parts = [
            delay(task.minutes, self.language),
            task.role,
            f"{names.CONDITION[self.language]} {condition}" if condition else "",
            self._line(task.words),
        ]
        marks = [f"#{task.id}", _mark("after", task.after), _mark("message", (task.message,))]
        yield f"- {' · '.join(filter(None, parts))} {{{' '.join(filter(None, marks))}}}"
        for item in task.checklist:
            yield f"  - {self._line(item.words)} {{#{item.id}}}"

    def _fact(self, fact: plan.Fact) -> str:
        hint = self._line(fact.words)
        return f"- {self._line(fact.name)}{f': {hint}' if hint else ''} {{#{fact.id}}}"

    def _message(self, message: plan.Message) -> tuple[str, str]:
        audience = names.AUDIENCES[message.audience][self.language]
        channel = names.CHANNELS[message.channel][self.language]
        subject = self._line(message.subject)
        words = self._said(message.words)
        head = f"{names.SUBJECT[self.language]} : {subject}\n\n" if subject else ""
        return f"{audience} · {channel}", head + words

    def _items(self, items: Iterable[plan.Item]) -> str:
        return "\n".join(f"- {self._line(item.words)} {{#{item.id}}}" for item in items)

    @staticmethod
    def _under(parts: Iterable[tuple[str, str]]) -> str:
        return "\n\n".join(f"### {title}\n\n{words}".strip() for title, words in parts)

    def _said(self, text: plan.Text) -> str:
        return text.get(self.language, "")

    def _line(self, text: plan.Text) -> str:
        return one_line(self._said(text))


def delay(minutes: int, language: str) -> str:
    """Return a delay as protocols write it.

    >>> delay(90, "fr"), delay(120, "fr"), delay(2880, "fr")
    ('T+90', 'T+2h', 'T+2j')
    """
    if minutes and minutes % 1440 == 0:
        return f"T+{minutes // 1440}{names.DAY[language]}"
    if minutes > 60 and minutes % 60 == 0:
        return f"T+{minutes // 60}h"
    return f"T+{minutes}"


def _mark(name: str, values: Sequence[str]) -> str:
    joined = ",".join(value for value in values if value)
    return f"{name}={joined}" if joined else ""
