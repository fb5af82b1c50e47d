"""What changed from one version of a plan to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from tocsin.plan.document.structure import Document

Way = Literal["added", "removed", "changed"]

_UNORDERED: Final = frozenset({"duties", "topics", "languages"})
"""Lists of codes in which the order says nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    Attributes
    ----------
    path
        Where it stands, ids and names of fields: ``scenarios, contamination, protocol, freeze, words, fr``.
        The last one is ``order`` when parts of a list stand in another order.
    before, after
        Its value, as `msgspec.to_builtins` gives it; None for what was not there, ids for an order.
    """

    path: tuple[str, ...]
    way: Way
    before: object
    after: object


def differences(old: Document, new: Document) -> tuple[Change, ...]:
    """Return what changed, in the order of the plan; parts are told apart by ids, not by places."""
    return tuple(_of(msgspec.to_builtins(old), msgspec.to_builtins(new), ()))


def _of(old: object, new: object, path: tuple[str, ...]) -> Iterator[Change]:
    if _same(old, new, path):
        return
    if isinstance(old, dict | None) and isinstance(new, dict | None):
        before, after = old or {}, new or {}
        for name in dict.fromkeys((*after, *before)):
            yield from _of(before.get(name), after.get(name), (*path, name))
    elif _parts(old) or _parts(new):
        yield from _of_parts(_by_id(old), _by_id(new), path)
    else:
        yield Change(path, "added" if _nothing(old) else "removed" if _nothing(new) else "changed", old, new)


def _of_parts(old: dict[str, object], new: dict[str, object], path: tuple[str, ...]) -> Iterator[Change]:
    for name in dict.fromkeys((*new, *old)):
        if name not in old:
            yield Change((*path, name), "added", None, new[name])
        elif name not in new:
            yield Change((*path, name), "removed", old[name], None)
        else:
            yield from _of(old[name], new[name], (*path, name))
    kept_before = [name for name in old if name in new]
    kept_after = [name for name in new if name in old]
    if kept_before != kept_after:
        yield Change((*path, "order"), "changed", kept_before, kept_after)


def _same(old: object, new: object, path: tuple[str, ...]) -> bool:
    if old == new:
        return True
    if not (path and path[-1] in _UNORDERED):
        return False
    return isinstance(old, list | tuple) and isinstance(new, list | tuple) and set(old) == set(new)


def _nothing(value: object) -> bool:
    return value is None or value in ("", [], ())


def _parts(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(each, dict) for each in value)


def _by_id(value: object) -> dict[str, object]:
    parts = value if isinstance(value, list | tuple) else []
    return {str(part.get("id") or f"{part.get('audience')}/{part.get('channel')}"): part for part in parts}
