"""From tail probabilities to false alarms a month, corrected by what each watch has shown.

Sensitivity is told as false alarms tolerated a month. A tail probability becomes a rate by counting the
looks: how many windows of a horizon a month holds, how many horizons, how many measures. That would be all
if counts obeyed the model. They don't, so each watch's own chance peaks (those expected once a day) are
counted and measured, and the tail beyond them is extrapolated from those (peaks over threshold, as in
Siffer et al. 2017, "Anomaly detection in streams with extreme value theory"), starting from the model's
own answer as if it had been seen in a week.
"""

import numpy as np
import numpy.typing as npt

from tocsin.stream.detect.clockwork import DAY, HOUR, Clockwork
from tocsin.stream.detect.state import State

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MONTH = 30 * DAY

# Chance peaks a month above which a watch is measured: one a day.
_MARK_RATE = 30.0
MARK = -float(np.log10(_MARK_RATE))

# Mean height of chance peaks above the mark, in decades, if counts obeyed the model.
_MODEL_HEIGHT = float(np.log10(np.e))

# What is believed before a watch has shown its own peaks: real tails are somewhat longer than the model's.
_PRIOR_PEAKS = 8.0
_PRIOR_HEIGHT = 1.2 * _MODEL_HEIGHT

# A real crisis among the peaks must not teach that crises are usual.
_GREATEST_HEIGHT = 1.5

_MEMORY_DAYS = 60.0

# Neighbouring windows nearly repeat each other: this many looks count in each length of a horizon.
_LOOKS_A_WINDOW = 6.0


def looks(clockwork: Clockwork, measures: int) -> Array:
    """Return, for each horizon, the decades that a month of looks takes from a surprise, shape (H,)."""
    minutes = np.array(clockwork.horizons, float)
    a_window = np.minimum(minutes / clockwork.step, _LOOKS_A_WINDOW)
    return np.asarray(np.log10(MONTH / minutes * a_window * len(minutes) * measures))


def crest(crests: Array, ticks: Ints, tick: int | Ints, raw: Array) -> tuple[Array, Ints]:
    """Return the crests of the present runs of surprises above the mark, and their last ticks.

    Parameters
    ----------
    crests, ticks : arrays (n,)
        Crests and ticks so far.
    raw : float64 (n,)
        Surprises less looks: -log10 of the rate a month that the model alone gives.
    """
    above = raw > MARK
    return np.where(above, np.maximum(crests, raw - MARK), crests), np.where(
        above, np.maximum(tick, ticks), ticks
    )


def settle(state: State, clockwork: Clockwork, tick: int) -> None:
    """Count the runs that are over, and let old experience fade; called once a period."""
    over = (state.crest > 0) & ((tick - state.crest_tick) * clockwork.step >= HOUR)
    fade = np.exp(-clockwork.period / DAY / _MEMORY_DAYS)
    state.peaks[:] = state.peaks * fade + over
    state.excess[:] = state.excess * fade + np.where(over, np.minimum(state.crest, _GREATEST_HEIGHT), 0.0)
    state.watched[:] = state.watched * fade + clockwork.period / MONTH
    state.crest[:] = np.where(over, 0.0, state.crest)


def corrected(state: State, raw: Array) -> Array:
    """Return -log10 of the rate a month of such surprises on this very watch, shape (W,)."""
    rate = (_PRIOR_PEAKS + state.peaks) / (_PRIOR_PEAKS + _MARK_RATE * state.watched)
    height = (_PRIOR_PEAKS * _PRIOR_HEIGHT + state.excess) / (_PRIOR_PEAKS + state.peaks)
    return np.asarray((raw - MARK) * _MODEL_HEIGHT / height + MARK - np.log10(rate))


def threshold(tolerated: Array) -> Array:
    """Return the corrected surprise at which to warn, given false alarms tolerated a month."""
    return np.asarray(-np.log10(tolerated))
