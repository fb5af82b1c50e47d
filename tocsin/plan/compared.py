"""What changed between two versions, as it is read: by scenario, with the words that went and came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from tocsin.plan import words
from tocsin.plan.document.difference import Change, Way, differences
from tocsin.plan.document.structure import Document

_TOKEN: Final = re.compile(r"\s+|\w+|[^\w\s]")
_LONGEST: Final = 2_000
_ALIKE: Final = 0.35

Kept = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Line:
    """One change: where it stands, and its words, each run of them kept, gone or new."""

    place: str
    way: Way
    runs: tuple[tuple[Kept, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What changed in one scenario, or in one part of the plan beside the scenarios."""

    head: str
    lines: tuple[Line, ...]


def compared(old: Document, new: Document) -> list[Group]:
    """Return what changed from one version to another, in the order of the plan."""
    groups: dict[str, list[Line]] = {}
    for change in differences(old, new):
        head, place = words.place(change.path, old if change.way == "removed" else new)
        groups.setdefault(head, []).append(Line(place, change.way, runs(change)))
    return [Group(head, tuple(lines)) for head, lines in groups.items()]


def runs(change: Change) -> tuple[tuple[Kept, str], ...]:
    """Return the words of a change; two texts that hardly resemble each other stand whole, in turn."""
    before, after = _TOKEN.findall(change.before), _TOKEN.findall(change.after)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if len(before) + len(after) > _LONGEST or matcher.ratio() < _ALIKE:
        whole: tuple[tuple[Kept, str], ...] = (("gone", change.before), ("new", change.after))
        return tuple(run for run in whole if run[1])
    found: list[tuple[Kept, str]] = []
    for what, first, last, start, end in matcher.get_opcodes():
        if what == "equal":
            found.append(("same", "".join(after[start:end])))
            continue
        found += _run("gone", before[first:last])
        found += _run("new", after[start:end])
    return tuple(found)


def _run(kept: Kept, tokens: Sequence[str]) -> list[tuple[Kept, str]]:
    return [(kept, "".join(tokens))] if tokens else []
