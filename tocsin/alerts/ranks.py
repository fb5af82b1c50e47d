"""The order of the levels."""

from collections.abc import Iterable

from django.db.models import Case, Value, When

from tocsin.alerts.models import Level

ORDER = tuple(Level.values)


def rank(level: str) -> int:
    """Return 0 for green to 3 for red."""
    return ORDER.index(level)


def highest_first(column: str) -> Case:
    """Return what rows are ordered by so that those with the highest level in a column come first."""
    return Case(*(When(**{column: level}, then=Value(-place)) for place, level in enumerate(ORDER)))


def higher(one: str, other: str) -> str:
    """Return the higher of two levels."""
    return max(one, other, key=rank)


def highest(levels: Iterable[str]) -> str:
    """Return the highest level; green when there is none."""
    return max(levels, key=rank, default=Level.GREEN.value)
