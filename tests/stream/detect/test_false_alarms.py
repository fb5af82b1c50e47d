"""False alarms tolerated a month are about the false alarms that come."""

import numpy as np
import pytest

from tocsin.stream.detect import calibration, episodes
from tocsin.stream.detect.clockwork import STEPS, Clockwork
from tocsin.stream.detect.core import Detector

DAYS = 30
STEP = 5
ROWS = 40


def false_alarms_a_month(rates: list[float], tolerated: float) -> list[float]:
    """Count episodes in over-dispersed counts with a daily and weekly rhythm, in which nothing happens.

    Each rate, in posts a minute, is that of `ROWS` rows.
    """
    a_minute, many = np.repeat(rates, ROWS), ROWS * len(rates)
    rng = np.random.default_rng(5)
    ticks = DAYS * 1440 // STEP
    hour = (np.arange(ticks) * STEP / 60.0) % 24
    weekday = np.arange(ticks) * STEP // 1440 % 7
    rhythm = np.exp(0.9 * np.sin((hour - 9) / 24 * 2 * np.pi)) * np.where(weekday >= 5, 0.7, 1.0)
    mean = a_minute * STEP * (rhythm / rhythm.mean())[:, None]
    counts = rng.poisson(mean * rng.gamma(2.0, 0.5, (ticks, many))).astype(float)
    detector = Detector(many, 1, 1, Clockwork(STEP))
    rows, yellow = np.arange(many), np.ones(many, np.int64)
    threshold = np.full(many, calibration.threshold(np.array(tolerated)))
    begun = np.zeros(many)
    for tick in range(ticks):
        look = detector.look(tick, rows, counts[tick, :, None])
        happened = episodes.turn(
            detector.state,
            rows,
            detector.clockwork,
            tick,
            score=look.score,
            short=look.short,
            threshold=threshold,
            grade=yellow,
        )
        detector.commit(tick, rows, counts[tick, :, None])
        detector.note(tick, look)
        episodes.keep(detector.state, rows, happened)
        if happened.ends.any():
            detector.absorb(np.flatnonzero(happened.ends))
        begun += happened.begins
    return (begun.reshape(len(rates), ROWS).mean(axis=1) / (DAYS / 30)).tolist()  # type: ignore[no-any-return]


def test_they_are_close_to_what_is_tolerated() -> None:
    for come in false_alarms_a_month([0.5, 20.0], tolerated=4.0):
        assert 0.3 <= come / 4.0 <= 1.5


@pytest.mark.parametrize("step", STEPS)
def test_every_step_cuts_time_without_rest(step: int) -> None:
    clockwork = Clockwork(step)
    for tick in range(3 * clockwork.period_ticks * clockwork.bucket_ticks):
        for horizon in range(len(clockwork.coarse)):
            current, whole, oldest = clockwork.overlap(tick, horizon)
            covered = current + whole * clockwork.period_ticks + oldest
            longest = int(clockwork.coarse[horizon]) * clockwork.bucket_ticks
            assert longest - clockwork.bucket_ticks < covered <= longest
            first = tick // clockwork.period_ticks * clockwork.period_ticks
            assert whole == clockwork.overlap(first, horizon)[1]
