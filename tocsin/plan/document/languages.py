"""A plan in several languages: what one file says put beside what another says, by the ids of their parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from tocsin.plan.document.structure import Document, Message, Part, Scenario, Text

Struct = TypeVar("Struct", bound=msgspec.Struct)


def beside(first: Struct, second: Struct) -> Struct:
    """Return `first` with the words that only `second` has, in whatever languages these are.

    What is no words (delays, roles, order) is that of `first`; parts that `first` lacks come after its own.
    """
    changed: dict[str, Any] = {}
    for name in first.__struct_fields__:
        mine, theirs = getattr(first, name), getattr(second, name)
        if is_text(mine) and is_text(theirs):
            changed[name] = {**theirs, **mine}
        elif _are_parts(mine, theirs):
            changed[name] = _parts_beside(mine, theirs)
        elif isinstance(mine, msgspec.Struct) and type(mine) is type(theirs):
            changed[name] = beside(mine, theirs)
    return msgspec.structs.replace(first, **changed)


def in_one(document: Document, scenario: Scenario, language: str) -> Document:
    """Return a plan whose scenario of the same id says this in a language; a new one comes at its end."""
    old = document.scenario(scenario.id)
    languages = tuple(dict.fromkeys((*document.languages, language)))
    if old is None:
        return msgspec.structs.replace(
            document, scenarios=(*document.scenarios, scenario), languages=languages
        )
    new = beside(scenario, without(old, language))
    kept = tuple(new if each.id == new.id else each for each in document.scenarios)
    return msgspec.structs.replace(document, scenarios=kept, languages=languages)


def without(part: Struct, language: str) -> Struct:
    """Return a part of a plan without its words in a language, and without what then says nothing."""
    changed: dict[str, Any] = {}
    for name in part.__struct_fields__:
        value = getattr(part, name)
        if is_text(value):
            changed[name] = {code: words for code, words in value.items() if code != language}
        elif isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
            rest = (without(each, language) for each in value)
            changed[name] = tuple(each for each in rest if any(texts(each)))
        elif isinstance(value, msgspec.Struct):
            changed[name] = without(value, language)
    return msgspec.structs.replace(part, **changed)


def texts(part: msgspec.Struct) -> Iterator[Text]:
    """Yield everything that a part of a plan says, in the order in which it is written."""
    for name in part.__struct_fields__:
        value = getattr(part, name)
        if is_text(value):
            yield value
        elif isinstance(value, msgspec.Struct):
            yield from texts(value)
        elif isinstance(value, tuple):
            for each in value:
                if isinstance(each, msgspec.Struct):
                    yield from texts(each)


def is_text(value: object) -> bool:
    """Return whether a field of a part holds words by language."""
    return isinstance(value, Mapping)


def _are_parts(mine: object, theirs: object) -> bool:
    both = [*mine, *theirs] if isinstance(mine, tuple) and isinstance(theirs, tuple) else []
    return bool(both) and all(isinstance(each, Part | Message) for each in both)


def _parts_beside(mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> tuple[Any, ...]:
    others = {each.id: each for each in theirs}
    first = [beside(each, others.pop(each.id)) if each.id in others else each for each in mine]
    return (*first, *others.values())
