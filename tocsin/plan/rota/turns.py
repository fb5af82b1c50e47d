"""A rotation: people who take turns, each for a week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

Who = TypeVar("Who")


def weeks(
    people: Sequence[Who], first: date, at: time, number: int, zone: ZoneInfo
) -> Iterator[tuple[Who, datetime, datetime]]:
    """Yield who is on call from when until when, week by week, in turn.

    Parameters
    ----------
    first
        Day on which the first week begins.
    at
        Time of the day at which they take over, by the clock on the wall.
    number
        How many weeks.
    """
    for week in range(number):
        begins, ends = (
            datetime.combine(first + timedelta(weeks=weeks), at, zone) for weeks in (week, week + 1)
        )
        yield people[week % len(people)], begins.astimezone(UTC), ends.astimezone(UTC)
