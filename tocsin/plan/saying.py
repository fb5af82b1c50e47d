"""What values of a plan say in words: roles, delays, levels, lists, never as they are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.alerts.models import Level
from tocsin.plan import words
from tocsin.plan.document.duties import DUTIES
from tocsin.plan.document.structure import LANGUAGES, Document
from tocsin.plan.forms import LANGUAGE_NAMES
from tocsin.ui.words import number
from tocsin.watch.vocabulary import TOPIC_WORDS

Path = tuple[str, ...]
_Say = Callable[[str, Document, Path], str]
_COUNTED: Final = ("protocol", "messages", "questions")


def value(path: Path, raw: object, document: Document) -> str:
    """Return what a value says; empty for one that is not there.

    Parameters
    ----------
    path
        Where it stands, ids and names of fields, as in a change.
    raw
        As `msgspec.to_builtins` gives it.
    document
        The plan it stands in, which knows the titles of its roles and tasks.
    """
    if raw is None or raw == "":
        return ""
    if isinstance(raw, Mapping):
        return _part(path, raw, document)
    if isinstance(raw, Sequence) and not isinstance(raw, str):
        return _list(path, [value(path, each, document) for each in raw])
    return _one(path, str(raw), document)


def _list(path: Path, said: Sequence[str]) -> str:
    """Return a list as lines, numbered where its order is what it says."""
    if len(said) < 2:
        return "".join(said)
    if path[-1] in {"order", "calls"}:
        return "\n".join(f"{place}. {each}" for place, each in enumerate(said, start=1))
    return "\n".join(f"– {each}" for each in said)


def _one(path: Path, code: str, document: Document) -> str:
    say = _SAYINGS.get(path[-1])
    return say(code, document, path) if say is not None else code


def _role(code: str, document: Document, _path: Path) -> str:
    role = document.role(code)
    return words.here(role.title) if role else code


def _scenario(code: str, document: Document, _path: Path) -> str:
    scenario = document.scenario(code)
    return words.here(scenario.title) if scenario else code


def _task(code: str, document: Document, path: Path) -> str:
    scenario = document.scenario(path[1]) if path[0] == "scenarios" else None
    tasks = scenario.protocol if scenario else ()
    return next((words.shortened(words.here(task.words)) for task in tasks if task.id == code), code)


def _sibling(code: str, document: Document, path: Path) -> str:
    return words.place((*path[:-1], code), document)[1].rpartition(words.STEP)[2] or code


def _duty(code: str, _document: Document, _path: Path) -> str:
    return words.here(DUTIES[code].title) if code in DUTIES else code


def _level(code: str, _document: Document, _path: Path) -> str:
    return str(Level(code).label) if code in Level.values else code


def _delay(code: str, _document: Document, _path: Path) -> str:
    return words.delay(int(code)) if code.isdecimal() else code


def _grade(names: Sequence[words.Lazy]) -> _Say:
    def say(code: str, _document: Document, _path: Path) -> str:
        known = code.isdecimal() and 0 < int(code) <= len(names)
        return f"{names[int(code) - 1]} ({code}/{len(names)})" if known else code

    return say


def _named(say: Callable[[str], str]) -> _Say:
    return lambda code, _document, _path: say(code)


_SAYINGS: Final[Mapping[str, _Say]] = {
    "role": _role,
    "decides": _role,
    "calls": _role,
    "scenario": _scenario,
    "after": _task,
    "order": _sibling,
    "duties": _duty,
    "level": _level,
    "minutes": _delay,
    "likelihood": _grade(words.LIKELIHOOD),
    "impact": _grade(words.IMPACT),
    "message": _named(words.message),
    "audience": _named(words.audience),
    "channel": _named(words.channel),
    "responsibility": _named(words.responsibility),
    "topics": _named(lambda code: str(TOPIC_WORDS.get(code, code))),
    "languages": _named(lambda code: str(LANGUAGE_NAMES.get(code, code))),
    "mentions": _named(lambda code: number(int(code)) if code.isdecimal() else code),
}


def _part(path: Path, raw: Mapping[str, Any], document: Document) -> str:
    """Return what a whole part says, such as a task that was added."""
    if set(raw) <= set(LANGUAGES):
        return words.here(dict(raw))
    lines = {
        "scenarios": _of_scenario,
        "protocol": _of_task,
        "messages": _of_message,
        "risks": _of_risk,
    }.get(path[-2] if len(path) > 1 else "", _of_any)(raw, document, path)
    return "\n".join(filter(None, lines))


def _text(raw: Mapping[str, Any], name: str) -> str:
    return words.here(raw.get(name) or {})


def _of_scenario(raw: Mapping[str, Any], _document: Document, _path: Path) -> list[str]:
    tasks, messages, questions = (len(raw.get(name, ())) for name in _COUNTED)
    counted = (
        ngettext("%(n)d task", "%(n)d tasks", tasks) % {"n": tasks},
        ngettext("%(n)d message", "%(n)d messages", messages) % {"n": messages},
        ngettext("%(n)d question", "%(n)d questions", questions) % {"n": questions},
    )
    return [_text(raw, "title"), _text(raw, "summary"), ", ".join(counted)]


def _of_task(raw: Mapping[str, Any], document: Document, path: Path) -> list[str]:
    who = _role(str(raw.get("role", "")), document, path)
    said = [" · ".join(filter(None, (words.delay(int(raw.get("minutes", 0))), who))), _text(raw, "words")]
    if raw.get("condition"):
        said.append(_("Only if: %(condition)s") % {"condition": _text(raw, "condition")})
    said += [f"– {_text(item, 'words')}" for item in raw.get("checklist", ())]
    if raw.get("message"):
        said.append(_("Message to send: %(message)s") % {"message": words.message(str(raw["message"]))})
    return said


def _of_message(raw: Mapping[str, Any], _document: Document, _path: Path) -> list[str]:
    return [_text(raw, "subject"), _text(raw, "words")]


def _of_risk(raw: Mapping[str, Any], document: Document, path: Path) -> list[str]:
    grades = [_one((*path, name), str(raw.get(name, 3)), document) for name in ("likelihood", "impact")]
    return [_text(raw, "title"), ", ".join(grades)]


def _of_any(raw: Mapping[str, Any], _document: Document, _path: Path) -> list[str]:
    said = [_text(raw, name) for name in ("title", "name", "words", "answer", "changes", "task", "note")]
    return [text for text in said if text]
