"""Numbers, times and shares are written as people of a language write them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from tocsin.ui import words
from tocsin.ui.drawing import bar, sparkline

THEN = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Each language in turn."""
    with translation.override(request.param):
        yield request.param


def test_numbers_have_the_signs_of_the_language(language: str) -> None:
    assert words.number(1234.5, 1) == {"fr": "1\u202f234,5", "en": "1,234.5"}[language]


def test_shares_have_their_space(language: str) -> None:
    assert words.percent(42, 100) == {"fr": "42\u00a0%", "en": "42%"}[language]
    assert words.percent(1, 0) == "–"


def test_the_time_of_day_is_written_with_an_h_in_french(language: str) -> None:
    with timezone.override("UTC"):
        assert words.clock(THEN) == {"fr": "14\u00a0h\u00a005", "en": "2:05 p.m."}[language]


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=20), "à l’instant"),
        (timedelta(minutes=3), "il y a 3\u00a0min"),
        (timedelta(hours=5), "il y a 5\u00a0h"),
        (timedelta(days=1), "il y a 1\u00a0jour"),
        (timedelta(days=20), "2 novembre 2026"),
    ],
)
def test_how_long_ago_is_said_in_the_largest_unit(length: timedelta, said: str) -> None:
    with translation.override("fr"), timezone.override("UTC"):
        assert words.ago(THEN - length, now=THEN) == said


def test_shares_of_a_bar_fill_it() -> None:
    drawn = bar([("negative", 1), ("neutral", 1), ("positive", 2)], 4)
    assert [part in drawn for part in ('width="25.00"', 'x="50.00" width="50.00"')] == [True, True]


def test_a_curve_of_nothing_is_a_line_at_the_foot() -> None:
    assert 'points="0.0,40.0 240.0,40.0"' in sparkline([0, 0], [0, 0], "rien")
