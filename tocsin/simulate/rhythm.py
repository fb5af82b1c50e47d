"""When people write: hours of the day, days of the week, and counts more scattered than chance alone."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from tocsin.simulate.dice import dice

PARIS: Final = ZoneInfo("Europe/Paris")
HOUR_MS: Final = 3_600_000

_WEEKDAY: Final = (
    0.15, 0.09, 0.06, 0.05, 0.10, 0.35, 0.95, 1.75, 2.05, 1.45, 1.10, 1.35,
    2.05, 1.80, 1.15, 0.95, 1.25, 1.60, 1.60, 1.35, 1.20, 1.05, 0.75, 0.35,
)  # fmt: skip
_SATURDAY: Final = (
    0.22, 0.14, 0.08, 0.06, 0.07, 0.20, 0.55, 1.20, 1.80, 2.10, 2.05, 1.80,
    1.70, 1.35, 1.15, 1.15, 1.35, 1.50, 1.30, 1.10, 1.05, 0.95, 0.75, 0.45,
)  # fmt: skip
_SUNDAY: Final = (
    0.25, 0.16, 0.10, 0.06, 0.06, 0.14, 0.40, 1.05, 2.10, 2.85, 2.75, 2.15,
    1.60, 1.05, 0.85, 0.85, 1.10, 1.25, 1.10, 1.00, 1.00, 0.85, 0.55, 0.30,
)  # fmt: skip
_DAY: Final = (0.88, 0.93, 0.99, 0.97, 1.02, 1.14, 1.10)


def local(ms: int) -> datetime:
    """Return the Paris time of milliseconds since 1970, UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(PARIS)


def to_ms(moment: datetime) -> int:
    """Return the milliseconds since 1970, UTC, of an aware time."""
    return int(moment.timestamp() * 1000)


def hourly_share(hour: int) -> float:
    """Return the share of an average day that the hour carries (hours since 1970, UTC)."""
    when = local(hour * HOUR_MS)
    shape = {5: _SATURDAY, 6: _SUNDAY}.get(when.weekday(), _WEEKDAY)
    return shape[when.hour] * _DAY[when.weekday()] / sum(shape)


def scatter(seed: int, hour: int) -> float:
    """Return the factor, of mean 1, by which a day and an hour happen to be busier than usual."""
    day = local(hour * HOUR_MS).toordinal()
    busy_day = dice(seed, "day", day).gammavariate(160, 1 / 160)
    busy_hour = dice(seed, "hour", hour).gammavariate(16, 1 / 16)
    return busy_day * busy_hour


def poisson(rng: Random, mean: float) -> int:
    """Draw a Poisson count (by Knuth's product; by the normal law above 40)."""
    if mean > 40:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    threshold, product, count = math.exp(-mean), rng.random(), 0
    while product > threshold:
        product *= rng.random()
        count += 1
    return count
