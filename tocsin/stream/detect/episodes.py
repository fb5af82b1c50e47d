"""When a surprise becomes an episode, when it grows, and when it is over."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tocsin.stream.detect.clockwork import Clockwork
from tocsin.stream.detect.state import UNBORN, State

if TYPE_CHECKING:
    from tocsin.stream.detect.lateness import Glance

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# An episode ends once short windows have been this calm, for this long.
QUIET_MINUTES = 30
DECADES_TO_QUIET = 1.0

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
    is_open = before > 0
    begins = ~is_open & (score >= needed(threshold, ended, tick, clockwork))
    calm = is_open & (short < threshold - DECADES_TO_QUIET)
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


def needed(threshold: Array, ended: Ints, tick: int | Ints, clockwork: Clockwork) -> Array:
    """Return the surprise that begins an episode at a tick, given when the last one ended."""
    refractory = (ended != UNBORN) & ((tick - ended) * clockwork.step < REFRACTORY_MINUTES)
    return np.asarray(threshold + np.where(refractory, _DECADES_TO_BREAK_REFRACTORY, 0.0))


def turn_late(state: State, clockwork: Clockwork, seen: "Glance", *, threshold: Array, grade: Ints) -> Turn:
    """Return what an episode's rules make of another look at the last hour: nothing ends by it."""
    rows = seen.look.rows
    before, quiet, now = state.grade[rows], state.quiet[rows], state.tick[rows]
    is_open = before > 0
    begins = ~is_open & (seen.look.score >= needed(threshold, state.ended[rows], seen.minute, clockwork))
    grows = is_open & (grade > before) & (seen.look.score >= threshold)
    since_loud = np.where(seen.loud >= 0, (now - seen.loud) * clockwork.step, quiet)
    return Turn(
        begins=begins,
        grows=grows,
        ends=np.zeros(len(rows), bool),
        grade=np.where(begins | grows, grade, before),
        since=np.where(begins, seen.since, state.since[rows]),
        quiet=np.where(begins, since_loud, np.minimum(quiet, since_loud)),
        ended=state.ended[rows],
    )


def keep(state: State, rows: Ints, happened: Turn) -> None:
    """Store what happened."""
    state.grade[rows] = happened.grade
    state.since[rows] = happened.since
    state.quiet[rows] = happened.quiet
    state.ended[rows] = happened.ended
