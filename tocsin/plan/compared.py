"""What changed between two versions, as it is read: by scenario, with the words that went and came."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from tocsin.plan import saying, words
from tocsin.plan.document.difference import Change, Way, differences
from tocsin.plan.document.structure import LANGUAGES, Document

_TOKEN: Final = re.compile(r"\s+|\w+|[^\w\s]")
_LONGEST: Final = 2_000
_ALIKE: Final = 0.35

Kept = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Line:
    """One change: where it stands, and what it says.

    Attributes
    ----------
    runs
        The words of a sentence of which a part changed, each run of them kept, gone or new; empty when the
        old stands beside the new.
    before, after
        What stood and what stands, in words; empty for nothing.
    """

    place: str
    way: Way
    before: str
    after: str
    runs: tuple[tuple[Kept, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """What changed in one scenario, or in one part of the plan beside the scenarios."""

    head: str
    lines: tuple[Line, ...]

    @property
    def counts(self) -> list[tuple[Way, int]]:
        """Return how many were added, removed and changed, without those that were not."""
        found = Counter(line.way for line in self.lines)
        ways: tuple[Way, ...] = ("added", "removed", "changed")
        return [(way, found[way]) for way in ways if found[way]]


def compared(old: Document, new: Document) -> list[Group]:
    """Return what changed from one version to another, in the order of the plan."""
    groups: dict[str, list[Line]] = {}
    for change in differences(old, new):
        head, place = words.place(change.path, old if change.way == "removed" else new)
        groups.setdefault(head, []).append(_line(change, place, old, new))
    return [Group(head, tuple(lines)) for head, lines in groups.items()]


def _line(change: Change, place: str, old: Document, new: Document) -> Line:
    before = saying.value(change.path, change.before, old)
    after = saying.value(change.path, change.after, new)
    prose = change.way == "changed" and change.path[-1] in LANGUAGES
    return Line(place, change.way, before, after, runs(before, after) if prose else ())


def runs(before: str, after: str) -> tuple[tuple[Kept, str], ...]:
    """Return a text with the words that went and came; nothing for two that hardly resemble each other."""
    gone, came = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, gone, came, autojunk=False)
    if len(gone) + len(came) > _LONGEST or matcher.ratio() < _ALIKE:
        return ()
    found: list[tuple[Kept, str]] = []
    for what, first, last, start, end in matcher.get_opcodes():
        if what == "equal":
            found.append(("same", "".join(came[start:end])))
            continue
        found += _run("gone", gone[first:last])
        found += _run("new", came[start:end])
    return tuple(found)


def _run(kept: Kept, tokens: Sequence[str]) -> list[tuple[Kept, str]]:
    return [(kept, "".join(tokens))] if tokens else []
