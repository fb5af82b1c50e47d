"""A scenario read from a Markdown file. What has no place in it is kept as its notes, never dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tocsin.plan.document import structure as plan
from tocsin.plan.document.markdown import names
from tocsin.plan.document.markdown.blocks import Bullet, NotAPlan, Section, front_and_body, sections

_WHEN: Final = re.compile(r"[TH]\s*\+\s*(\d{1,5})\s*(min|mn|m|h|j|d)?\s*\Z", re.IGNORECASE)
_MINUTES: Final = {"h": 60, "j": 1440, "d": 1440}
_SUBJECT: Final = re.compile(r"\*{0,2}(?:Objet|Subject)\s*:\*{0,2}[  ]*(.+)", re.IGNORECASE)
_TITLE: Final = re.compile(r"^#[ \t]+(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a reader should know about how a line of the file was taken.

    Attributes
    ----------
    code
        ``note`` (kept as a note), ``message`` (the same: no audience and channel of its own), ``grade``,
        ``level``, ``responsibility`` (none of those there are, left out) or ``role`` (a task without one).
    about
        What the line said.
    """

    line: int
    code: str
    about: str


@dataclass(frozen=True, slots=True)
class Read:
    """A scenario of one language, and what could not be taken as it stands."""

    scenario: plan.Scenario
    language: str
    remarks: tuple[Remark, ...]


def read_scenario(text: str, *, language: str = "fr") -> Read:
    """Read a scenario from a Markdown file.

    Parameters
    ----------
    language
        Of the file when its front matter doesn't say.

    Raises
    ------
    NotAPlan
        When it holds no title, or its front matter cannot be read.
    """
    front, body = front_and_body(text)
    return _Reader(_language(front, language), front).read(body)


def _language(front: Mapping[str, Any], default: str) -> str:
    said = str(front.get("language", default)).lower()[:2]
    return said if said in plan.LANGUAGES else default


class _Reader:
    """One file on its way to a scenario, with the remarks made on it."""

    def __init__(self, language: str, front: Mapping[str, Any]) -> None:
        self.language = language
        self.front = front
        self.remarks: list[Remark] = []
        self.kept: list[str] = []

    def read(self, body: str) -> Read:
        before, found = sections(body)
        title = self._title(before)
        parts = self._sections(found)
        scenario = plan.Scenario(
            id=names.slug(str(self.front.get("scenario") or title)),
            title=self._text(title),
            summary=self._text(_TITLE.sub("", before, count=1).strip()),
            criteria=self._criteria(parts.get("signs")),
            risk=self._grade(),
            responsibility=self._responsibility(),
            responsibility_note=self._text(parts["responsibility"].body if "responsibility" in parts else ""),
            decides=self._role(self.front.get("decides")),
            calls=tuple(self._role(role) for role in self._list("calls")),
            duties=tuple(str(duty) for duty in self._list("duties")),
            severities=tuple(self._severities(parts.get("severities"))),
            protocol=self._protocol(parts.get("protocol")),
            facts=tuple(self._facts(parts.get("facts"))),
            messages=tuple(self._messages(parts.get("messages"))),
            questions=tuple(self._questions(parts.get("questions"))),
            avoid=self._items(parts.get("avoid"), "a"),
            ends=self._items(parts.get("ends"), "e"),
            notes=self._text("\n\n".join(self.kept)),
        )
        return Read(scenario, self.language, tuple(self.remarks))

    def _title(self, before: str) -> str:
        heading = _TITLE.search(before)
        title = str(self.front.get("title") or (heading[1] if heading else "")).strip()
        if not title:
            raise NotAPlan("untitled", "a title, after “# ”")
        return title[:200]

    def _sections(self, found: Iterable[Section]) -> dict[str, Section]:
        parts: dict[str, Section] = {}
        for section in found:
            code = names.SECTION_CODES.get(names.plain(section.title), "")
            if code and code not in parts:
                parts[code] = section
            else:
                self._keep(section)
        return parts

    def _keep(self, section: Section, depth: int = 2) -> None:
        if depth == 2:
            self._remark(section.line, "note", section.title)
        self.kept.append(f"{'#' * depth} {section.title}\n\n{section.body}".strip())
        for below in section.below:
            self._keep(below, depth + 1)

    # front matter

    def _list(self, name: str) -> list[str]:
        value = self.front.get(name) or []
        return [str(item) for item in (value if isinstance(value, list) else str(value).split(","))]

    def _role(self, words: object) -> str:
        return names.slug(str(words)) if words else ""

    def _grade(self) -> plan.Grade:
        said = self.front.get("risk")
        risk: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
        return plan.Grade(
            likelihood=self._number(risk.get("likelihood", 3), "risk.likelihood"),
            impact=self._number(risk.get("impact", 3), "risk.impact"),
        )

    def _number(self, value: object, name: str) -> int:
        if type(value) is int and value in plan.GRADES:
            return value
        self._remark(1, "grade", f"{name}: {value}")
        return 3

    def _responsibility(self) -> plan.Responsibility:
        said = str(self.front.get("responsibility") or "")
        for known in plan.RESPONSIBILITIES:
            if said == known:
                return known
        if said:
            self._remark(1, "responsibility", said)
        return ""

    def _criteria(self, section: Section | None) -> plan.Criteria:
        said = self.front.get("activate")
        activate: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
        level = str(activate.get("level") or "")
        if level and level not in plan.LEVELS:
            self._remark(1, "level", level)
            level = ""
        topics = activate.get("topics") or []
        mentions = activate.get("mentions") or 0
        return plan.Criteria(
            level=level,
            topics=tuple(str(topic) for topic in topics) if isinstance(topics, list) else (str(topics),),
            mentions=mentions if type(mentions) is int and 0 <= mentions <= 1_000_000 else 0,
            signs=self._items(section, "s"),
        )

    # sections

    def _items(self, section: Section | None, letter: str) -> tuple[plan.Item, ...]:
        if section is None:
            return ()
        return tuple(
            plan.Item(id=bullet.names.get("id", f"{letter}{number}"), words=self._text(bullet.words))
            for number, bullet in enumerate(section.bullets, 1)
        )

    def _severities(self, section: Section | None) -> Iterable[plan.Severity]:
        for number, below in enumerate(section.below if section else (), 1):
            title = re.sub(r"^\d+\s*[.·:-]\s*", "", below.title)
            yield plan.Severity(
                id=below.names.get("id", str(number)), title=self._text(title), changes=self._text(below.body)
            )

    def _protocol(self, section: Section | None) -> tuple[plan.Task, ...]:
        if section is None:
            return ()
        bullets = [*section.bullets, *(bullet for below in section.below for bullet in below.bullets)]
        return tuple(self._task(number, bullet) for number, bullet in enumerate(bullets, 1))

    def _task(self, number: int, bullet: Bullet) -> plan.Task:
        parts = [part.strip() for part in re.split(r"\s+[·|]\s+", bullet.words)]
        minutes = _minutes(parts.pop(0)) if _WHEN.match(parts[0]) else 0
        role = self._role(parts.pop(0)) if len(parts) > 1 else ""
        condition = parts.pop(0) if len(parts) > 1 and _conditional(parts[0]) else ""
        if not role:
            self._remark(bullet.line, "role", bullet.words)
        return plan.Task(
            id=bullet.names.get("id", f"t{number}"),
            role=role,
            minutes=minutes,
            words=self._text(" · ".join(parts)),
            checklist=tuple(
                plan.Item(id=below.names.get("id", f"c{place}"), words=self._text(below.words))
                for place, below in enumerate(bullet.below, 1)
            ),
            after=tuple(name for name in bullet.names.get("after", "").split(",") if name),
            condition=self._text(condition.partition(" ")[2]),
            message=bullet.names.get("message", ""),
        )

    def _facts(self, section: Section | None) -> Iterable[plan.Fact]:
        for bullet in section.bullets if section else ():
            name, _colon, hint = (part.strip() for part in bullet.words.partition(":"))
            yield plan.Fact(
                id=bullet.names.get("id", names.slug(name)), name=self._text(name), words=self._text(hint)
            )

    def _messages(self, section: Section | None) -> Iterable[plan.Message]:
        seen: set[str] = set()
        for below in section.below if section else ():
            audience, _dot, channel = below.title.partition("·")
            codes = (
                names.AUDIENCE_CODES.get(names.plain(audience), ""),
                names.CHANNEL_CODES.get(names.plain(channel), ""),
            )
            if not all(codes) or "/".join(codes) in seen:
                self._remark(below.line, "message", below.title)
                self._keep(below, 3)
                continue
            seen.add("/".join(codes))
            subject, words = _subject(below.body)
            yield plan.Message(
                audience=codes[0], channel=codes[1], subject=self._text(subject), words=self._text(words)
            )

    def _questions(self, section: Section | None) -> Iterable[plan.Question]:
        for number, below in enumerate(section.below if section else (), 1):
            yield plan.Question(
                id=below.names.get("id", f"q{number}"),
                words=self._text(below.title),
                answer=self._text(below.body),
            )

    def _text(self, words: str) -> plan.Text:
        return {self.language: words} if words else {}

    def _remark(self, line: int, code: str, about: str) -> None:
        self.remarks.append(Remark(line, code, about[:200]))


def _minutes(words: str) -> int:
    found = _WHEN.match(words)
    return int(found[1]) * _MINUTES.get((found[2] or "").lower(), 1) if found else 0


def _conditional(words: str) -> bool:
    return words.lower().startswith(tuple(f"{word} " for word in names.CONDITION.values()))


def _subject(body: str) -> tuple[str, str]:
    body = re.sub(r"^> ?", "", body, flags=re.MULTILINE)
    first, _newline, rest = body.partition("\n")
    found = _SUBJECT.match(first)
    return (found[1].strip(), rest.strip()) if found else ("", body.strip())
