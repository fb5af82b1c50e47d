"""Counts, ratings and networks as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.listen.files.networks import network_name, network_of_address
from tocsin.listen.files.table import Cell
from tocsin.listen.files.values import count_of, identifier_of, rating_of


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("12", 12),
        ("1 234", 1234),
        ("1\u202f234", 1234),
        ("1,234", 1234),
        ("1.234.567", 1234567),
        ("1.2k", 1200),
        ("3,5 M", 3_500_000),
        ("12 abonnés", 12),
        (12.0, 12),
        ("", None),
        ("beaucoup", None),
        ("-3", None),
        (True, None),
        (None, None),
        ("9" * 30, None),
    ],
)
def test_counts(written: Cell, count: int | None) -> None:
    assert count_of(written) == count


@pytest.mark.parametrize(
    ("written", "rating"),
    [
        ("4", 4.0),
        ("4,5", 4.5),
        ("4/5", 4.0),
        ("8/10", 4.0),
        ("3 sur 5", 3.0),
        ("★★★★☆", 4.0),
        ("5 étoiles", 5.0),
        (4.5, 4.5),
        ("12", None),
        ("bon", None),
        ("", None),
        (None, None),
        ("1/0", None),
    ],
)
def test_ratings_are_out_of_five(written: Cell, rating: float | None) -> None:
    assert rating_of(written) == rating


@given(st.text(max_size=30))
def test_any_text_is_a_count_and_a_rating_or_none(text: str) -> None:
    count, rating = count_of(text), rating_of(text)
    assert count is None or count >= 0
    assert rating is None or 0 <= rating <= 5


@pytest.mark.parametrize(
    ("cell", "identifier"),
    [(12, "12"), (12.0, "12"), ("'570'", "570"), ("5.67E+17", ""), (5.67e17, ""), (None, "")],
)
def test_rounded_identifiers_are_none(cell: Cell, identifier: str) -> None:
    assert identifier_of(cell) == identifier


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("X (Twitter)", "x"),
        ("Facebook", "facebook"),
        ("Google Avis", "google"),
        ("Mon Réseau", "mon-reseau"),
        ("", ""),
    ],
)
def test_networks_have_one_name(written: str, name: str) -> None:
    assert network_name(written) == name


@pytest.mark.parametrize(
    ("url", "network"),
    [
        ("https://www.x.com/lea/status/9", "x"),
        ("https://m.facebook.com/1", "facebook"),
        ("https://fr.trustpilot.com/r/1", "trustpilot"),
        ("https://courrier.example/a", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_an_address_tells_its_network(url: str, network: str) -> None:
    assert network_of_address(url) == network
