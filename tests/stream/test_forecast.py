"""A forecast is early, honest about its width, and stays with what it knows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.stream.forecast import Forecast, TooEarly, forecast

MONDAY = 28_935_360


def days(count: int, a_step: float, step: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    hour = np.arange(count * 1440 // step) * step / 60.0 % 24
    mean = a_step * np.exp(0.7 * np.sin((hour - 9) / 24 * 2 * np.pi))
    return rng.poisson(mean * rng.gamma(3.0, 1 / 3.0, len(mean))).astype(float)


def made(counts: np.ndarray, steps: int, step: int = 60, start: int = MONDAY) -> Forecast:
    found = forecast(counts, steps, step, start)
    assert isinstance(found, Forecast)
    return found


@pytest.mark.parametrize(("hours", "missing"), [(0, 360), (1, 300), (5, 60)])
def test_under_six_hours_it_is_too_early(hours: int, missing: int) -> None:
    assert forecast([3.0] * hours, 6) == TooEarly(missing)
    assert forecast([3.0] * hours * 4, 6, 15) == TooEarly(missing)


def test_six_hours_are_enough() -> None:
    found = made(np.array([4.0, 6, 5, 3, 4, 6]), 3)
    assert (found.low <= found.mid).all()
    assert (found.mid <= found.high).all()


@pytest.mark.parametrize("step", [15, 60])
@pytest.mark.parametrize("a_step", [6.0, 30.0])
def test_eight_futures_of_ten_lie_inside(step: int, a_step: float) -> None:
    inside = []
    for seed in range(12):
        counts = days(12, a_step, step, seed)
        for origin in range(4 * 1440 // step, len(counts) - 6, 41):
            found = made(counts[:origin], 6, step)
            truth = counts[origin : origin + 6]
            inside.append((truth >= found.low) & (truth <= found.high))
    assert 0.75 <= np.mean(inside) <= 0.9


def test_little_history_makes_wide_intervals() -> None:
    counts = days(10, 20.0, 60, seed=3)
    young, old = made(counts[:10], 3), made(counts[: 24 * 9 + 10], 3)
    assert (young.high / young.low.clip(1)).mean() > (old.high / old.low.clip(1)).mean()


def test_a_rise_goes_on_but_dies_down() -> None:
    rising = np.round(10 * 1.25 ** np.arange(16))
    mid = made(rising, 8).mid
    growth = mid[1:] / mid[:-1]
    assert mid[0] > rising[-2]
    assert (np.diff(growth) <= 1e-9).all()


def test_the_rhythm_of_the_day_is_known_after_some_days() -> None:
    counts = days(10, 20.0, 60, seed=5)
    at_night = 24 * 9 + 3
    found = made(counts[:at_night], 12)
    assert found.mid[9:].mean() > 2 * found.mid[:3].mean()


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(st.integers(0, 10**7), min_size=6, max_size=80),
    steps=st.integers(1, 24),
    start=st.integers(0, 30_000_000),
)
def test_whatever_was_the_interval_is_in_order_and_finite(counts: list[int], steps: int, start: int) -> None:
    found = made(np.array(counts, float), steps, start=start)
    assert np.isfinite(found.high).all()
    assert ((found.low >= 0) & (found.low <= found.mid) & (found.mid <= found.high)).all()
