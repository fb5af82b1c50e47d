"""When a surprise becomes an episode, when it grows, and when it is over."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.stream.detect.clockwork import Clockwork
from tocsin.stream.detect.state import UNBORN, State

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# An episode ends once short windows have been this calm, for this long.
QUIET_MINUTES = 30
_DECADES_TO_QUIET = 1.0

# After an episode, only something far beyond the threshold begins another one at once.
REFRACTORY_MINUTES = 60
_DECADES_TO_BREAK_REFRACTORY = 1.0


@dataclass(slots=True)
class Turn:
    """What happens to rows at a tick: each array has one entry a row looked at."""

    begins: Bools
    grows: Bools
    ends: Bools
    grade: Ints
    since: Ints
    quiet: Ints
    ended: Ints


def turn(
    state: State,
    rows: Ints,
    clockwork: Clockwork,
    tick: int,
    *,
    score: Array,
    short: Array,
    threshold: Array,
    grade: Ints,
) -> Turn:
    """Return what an episode's rules make of a look at some rows; the state stays as it is.

    Parameters
    ----------
    score, short, threshold : float64 (n,)
        Corrected surprises over all horizons and over the short ones, and what each watch tolerates.
    grade : int64 (n,)
        Level that the strength of the excess deserves: 1 yellow, 2 orange, 3 red.
    """
    before, ended = state.grade[rows], state.ended[rows]
    calm_since = (tick - ended) * clockwork.step
    refractory = (ended != UNBORN) & (calm_since < REFRACTORY_MINUTES)
    needed = threshold + np.where(refractory, _DECADES_TO_BREAK_REFRACTORY, 0.0)
    is_open = before > 0
    begins = ~is_open & (score >= needed)
    calm = is_open & (short < threshold - _DECADES_TO_QUIET)
    quiet = np.where(calm, state.quiet[rows] + clockwork.step, 0)
    ends = calm & (quiet >= QUIET_MINUTES)
    grows = is_open & ~ends & (grade > before) & (score >= threshold)
    new_grade = np.where(begins | grows, grade, np.where(ends, 0, before))
    return Turn(
        begins=begins,
        grows=grows,
        ends=ends,
        grade=new_grade,
        since=np.where(begins, tick, state.since[rows]),
        quiet=quiet,
        ended=np.where(ends, tick, ended),
    )


def keep(state: State, rows: Ints, happened: Turn) -> None:
    """Store what happened."""
    state.grade[rows] = happened.grade
    state.since[rows] = happened.since
    state.quiet[rows] = happened.quiet
    state.ended[rows] = happened.ended
