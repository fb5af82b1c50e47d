"""The order of the levels."""

from collections.abc import Iterable

from tocsin.alerts.models import Level

ORDER = tuple(Level.values)


def rank(level: str) -> int:
    """Return 0 for green to 3 for red."""
    return ORDER.index(level)


def higher(one: str, other: str) -> str:
    """Return the higher of two levels."""
    return max(one, other, key=rank)


def highest(levels: Iterable[str]) -> str:
    """Return the highest level; green when there is none."""
    return max(levels, key=rank, default=Level.GREEN.value)
