"""What changed from one version of a plan to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from tocsin.plan.document.structure import Document

Way = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    Attributes
    ----------
    path
        Where it stands, ids and names of fields: ``scenarios, contamination, protocol, freeze, words, fr``.
    before, after
        What it said; empty for what was not there.
    """

    path: tuple[str, ...]
    way: Way
    before: str
    after: str


def differences(old: Document, new: Document) -> tuple[Change, ...]:
    """Return what changed, in the order of the plan; parts are told apart by ids, not by places."""
    return tuple(_of(msgspec.to_builtins(old), msgspec.to_builtins(new), ()))


def _of(old: object, new: object, path: tuple[str, ...]) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*new, *old)):
            yield from _of(old.get(name), new.get(name), (*path, name))
    elif _parts(old) or _parts(new):
        yield from _of_parts(_by_id(old), _by_id(new), path)
    else:
        before, after = _said(old), _said(new)
        way: Way = "added" if not before else "removed" if not after else "changed"
        yield Change(path, way, before, after)


def _of_parts(old: dict[str, object], new: dict[str, object], path: tuple[str, ...]) -> Iterator[Change]:
    for name in dict.fromkeys((*new, *old)):
        if name not in old:
            yield Change((*path, name), "added", "", _said(new[name]))
        elif name not in new:
            yield Change((*path, name), "removed", _said(old[name]), "")
        else:
            yield from _of(old[name], new[name], (*path, name))
    kept_before = [name for name in old if name in new]
    kept_after = [name for name in new if name in old]
    if kept_before != kept_after:
        yield Change((*path, "order"), "changed", ", ".join(kept_before), ", ".join(kept_after))


def _parts(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(each, dict) for each in value)


def _by_id(value: object) -> dict[str, object]:
    parts = value if isinstance(value, list | tuple) else []
    return {str(part.get("id") or f"{part.get('audience')}/{part.get('channel')}"): part for part in parts}


def _said(value: object) -> str:
    """Return what a part says, in its first language, or its value."""
    if value is None:
        return ""
    if isinstance(value, dict):
        for name in ("title", "words", *value):
            said = _said(value.get(name))
            if said and name != "id":
                return said
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(_said, value)))
    return str(value)
