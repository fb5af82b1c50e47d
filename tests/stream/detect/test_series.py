"""One series, read row by row."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.stream.detect.series import FIRST_ROWS, SeriesDetector

MONDAY = 1_736_121_600


def scored(rows: list[tuple[int, float]], tolerated: float = 2.0) -> list[tuple[float, bool]]:
    detector = SeriesDetector(tolerated)
    return [detector.feed(seconds, value) for seconds, value in rows]


def visits(days: int, spacing: int, a_row: float, seed: int = 1) -> list[tuple[int, float]]:
    rng = np.random.default_rng(seed)
    times = MONDAY + np.arange(0, days * 86_400, spacing)
    rhythm = np.exp(0.8 * np.sin((times % 86_400 / 3600 - 9) / 24 * 2 * np.pi))
    counts = rng.poisson(a_row * rhythm * rng.gamma(4.0, 0.25, len(times)))
    return list(zip(times.tolist(), counts.astype(float).tolist(), strict=True))


def with_burst(rows: list[tuple[int, float]], at: int, length: int, times: float) -> list[tuple[int, float]]:
    return [
        (when, value * times + times if at <= n < at + length else value)
        for n, (when, value) in enumerate(rows)
    ]


@pytest.mark.parametrize(("spacing", "days"), [(60, 2), (300, 7), (600, 7), (3600, 40), (86_400, 500)])
def test_a_burst_is_found_at_any_spacing(spacing: int, days: int) -> None:
    rows = visits(days, spacing, 20.0)
    at = len(rows) * 3 // 4
    found = scored(with_burst(rows, at, 6, 8.0))
    assert any(alarm for _, alarm in found[at : at + 6])
    assert max(score for score, _ in found[at : at + 6]) == max(score for score, _ in found)
    assert sum(alarm for _, alarm in found[:at]) <= 2 + days * spacing / 86_400 / 15


def test_a_burst_alarms_once_and_its_later_rows_score_less() -> None:
    rows = visits(7, 300, 20.0)
    at = 1500
    found = scored(with_burst(rows, at, 24, 8.0))
    assert sum(alarm for _, alarm in found[at : at + 24]) == 1
    scores = [score for score, _ in found[at : at + 24]]
    assert scores[0] > 5 * max(scores[8:])


def test_missing_days_are_not_taken_for_silence() -> None:
    rows = visits(8, 300, 20.0)
    holed = [row for n, row in enumerate(rows) if not 1000 <= n < 1500]
    assert sum(alarm for _, alarm in scored(holed)[1000:]) <= 1


def test_an_uneven_series_of_events_is_read() -> None:
    rng = np.random.default_rng(2)
    calm = np.cumsum(rng.exponential(600.0, 1200))
    storm = calm[-1] + np.cumsum(rng.exponential(12.0, 120))
    rows = [(MONDAY + int(t), 1.0) for t in np.concatenate([calm, storm])]
    found = scored(rows)
    assert any(alarm for _, alarm in found[1200:])
    assert sum(alarm for _, alarm in found[:1200]) <= 2


@settings(max_examples=15, deadline=None)
@given(
    gaps=st.lists(st.integers(0, 4000), min_size=1, max_size=120),
    values=st.lists(st.floats(-5, 1e6, allow_nan=False), min_size=120, max_size=120),
    cut=st.integers(1, 120),
)
def test_a_row_never_depends_on_a_later_one(gaps: list[int], values: list[float], cut: int) -> None:
    times = (MONDAY + np.cumsum(gaps)).tolist()
    rows = list(zip(times, values, strict=False))
    assert scored(rows)[:cut] == scored(rows[:cut])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(-(10**10), 10**10), st.floats(0, 1e12)), max_size=40))
def test_whatever_comes_the_score_is_between_0_and_1(rows: list[tuple[int, float]]) -> None:
    assert all(0.0 <= score <= 1.0 for score, _ in scored(rows))


def test_the_first_rows_say_nothing() -> None:
    assert scored([(MONDAY + 60 * n, 1000.0 * n) for n in range(FIRST_ROWS)]) == [(0.0, False)] * FIRST_ROWS


def load(days: int, spacing: int, seed: int = 4) -> list[tuple[int, float]]:
    """Return a load in shares of one, with a daily rhythm, that now and then lies below zero."""
    rng = np.random.default_rng(seed)
    times = MONDAY + np.arange(0, days * 86_400, spacing)
    values = 0.3 + 0.25 * np.sin(times % 86_400 / 86_400 * 2 * np.pi) + rng.normal(0.0, 0.04, len(times))
    return list(zip(times.tolist(), values.tolist(), strict=True))


@pytest.mark.parametrize("change", [3.0, -3.0])
def test_fractions_and_negative_numbers_warn_of_a_rise_and_of_a_fall(change: float) -> None:
    rows = [(when, value + change * (1500 <= n < 1506)) for n, (when, value) in enumerate(load(7, 300))]
    found = scored(rows)
    assert [n for n, (_, alarm) in enumerate(found) if alarm] == [1500]
    assert max(range(len(found)), key=lambda n: found[n][0]) == 1500


def test_a_level_that_shifts_for_good_warns_once() -> None:
    rows = [(when, value + 5.0 * (n >= 1200)) for n, (when, value) in enumerate(load(8, 300))]
    found = scored(rows)
    assert [n for n, (_, alarm) in enumerate(found) if alarm] == [1200]
    assert max(score for score, _ in found[1300:]) < 0.5 * found[1200][0]


def test_a_line_that_never_moved_warns_when_it_does() -> None:
    rows = [(MONDAY + 300 * n, 0.0 if n < 600 else 40.0 * (n < 606)) for n in range(900)]
    found = scored(rows)
    assert [n for n, (score, _) in enumerate(found[:600]) if score] == []
    assert max(range(len(found)), key=lambda n: found[n][0]) == 600
    assert any(alarm for _, alarm in found[600:603])


def test_the_scale_of_fractions_does_not_matter() -> None:
    rows = [(when, value + 3.0 * (1500 <= n < 1506)) for n, (when, value) in enumerate(load(6, 300))]
    larger = scored([(when, 1024.0 * value) for when, value in rows])
    assert np.allclose(np.array(scored(rows)), np.array(larger), atol=1e-6)
