"""Ticks, windows and hours: the arithmetic of time that every part of the detector shares."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

HOUR = 60
DAY = 1440
WEEK = 10_080
HOURS_A_WEEK = 168

# 1 January 1970 was a Thursday; weeks are counted from Monday.
_THURSDAY = 3 * 24

STEPS = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1440)

Bins = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Clockwork:
    """How time is cut: ticks of `step` minutes, windows of several horizons, learning once a period.

    Parameters
    ----------
    step : int
        Minutes in a tick, one of `STEPS`.

    Notes
    -----
    Horizons up to an hour slide by the tick over a fine ring. Longer ones slide by the quarter of an hour
    over a coarse ring, so that a day of a watch fits in 156 numbers instead of 1,440.
    """

    step: int = 1

    @cached_property
    def horizons(self) -> tuple[int, ...]:
        """Horizons in minutes, ascending."""
        if self.step > HOUR:
            return tuple(sorted({self.step, 7 * self.step, *(h for h in (DAY, WEEK) if h > self.step)}))
        short = {_round_up(5, self.step), _round_up(15, self.step), HOUR}
        long = {6 * HOUR, DAY} | ({WEEK} if self.step == HOUR else set())
        return tuple(sorted(short | long)) if self.step < HOUR else tuple(sorted({HOUR} | long))

    @cached_property
    def period(self) -> int:
        """Minutes after which the detector learns: an hour, or a tick where ticks are longer."""
        return max(HOUR, self.step)

    @cached_property
    def period_ticks(self) -> int:
        """Ticks in a period."""
        return self.period // self.step

    @cached_property
    def fine_slots(self) -> int:
        """Length of the fine ring: the present period and the one before, to which posts may still come."""
        return 2 * self.period_ticks

    @cached_property
    def bucket_ticks(self) -> int:
        """Ticks in a slot of the coarse ring."""
        return 15 // self.step if 15 % self.step == 0 else 1

    @cached_property
    def fine(self) -> npt.NDArray[np.int64]:
        """Lengths in ticks of the horizons kept on the fine ring."""
        return np.array([h // self.step for h in self.horizons if h <= self.period], np.int64)

    @cached_property
    def coarse(self) -> npt.NDArray[np.int64]:
        """Lengths in coarse slots of the longer horizons."""
        slot = self.bucket_ticks * self.step
        return np.array([h // slot for h in self.horizons if h > self.period], np.int64)

    @cached_property
    def coarse_slots(self) -> int:
        """Length of the coarse ring: the longest horizon, seen from the end of the last period."""
        return int(self.coarse.max()) + -(-self.period_ticks // self.bucket_ticks)

    def last_close(self, tick: int) -> int:
        """Return the last tick, up to and with `tick`, that ends a period."""
        return (tick + 1) // self.period_ticks * self.period_ticks - 1

    def closes_period(self, tick: int) -> bool:
        """Tell whether a period ends with this tick."""
        return (tick + 1) % self.period_ticks == 0

    def bins(self, period: int | Bins) -> Bins:
        """Return the three seasonal bins of periods: hour of the day, day of the week, hour of the week."""
        hour = (period * (self.period // HOUR) + _THURSDAY) % HOURS_A_WEEK
        return np.stack([hour % 24, 24 + hour // 24, 31 + hour])

    def overlap(self, tick: int, horizon: int) -> tuple[int, int, int]:
        """Return how a coarse window that ends with `tick` lies over periods.

        Returns
        -------
        tuple
            Ticks in the current period, whole periods before it, and ticks in the oldest period.
        """
        slots = int(self.coarse[horizon])
        covered = (slots - 1) * self.bucket_ticks + tick % self.bucket_ticks + 1
        current = min(tick % self.period_ticks + 1, covered)
        whole, oldest = divmod(covered - current, self.period_ticks)
        return current, whole, oldest


BINS = 24 + 7 + HOURS_A_WEEK


def _round_up(minutes: int, step: int) -> int:
    return -(-minutes // step) * step
