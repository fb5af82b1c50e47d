"""Weights that are summed several at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.stream.understand.features import Block
from tocsin.stream.understand.table import MOST_FEATURES, Table, quantised


def block_of(counts: list[int], rows: np.ndarray) -> Block:
    first = np.cumsum([0, *counts])[:-1].astype(np.int64)
    return Block(rows, first)


@given(
    st.lists(st.integers(0, 7), min_size=1, max_size=12),
    st.integers(1, 8),
    st.integers(0, 2**32 - 1),
)
def test_packed_sums_equal_plain_sums(counts: list[int], outputs: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.integers(-127, 128, (50, outputs)).astype(np.int8)
    table = Table.of(64, np.arange(50), weights, np.ones(outputs, np.float32))
    rows = rng.integers(0, 64, sum(counts))
    plain = np.zeros((64, outputs))
    plain[:50] = weights
    sums = table.sums(block_of(counts, rows))
    begin = 0
    for post, count in enumerate(counts):
        expected = plain[rows[begin : begin + count]].sum(axis=0) / np.sqrt(max(count, 1))
        assert sums[post] == pytest.approx(expected, abs=1e-3)
        begin += count


@pytest.mark.parametrize("weight", [-127, 127])
def test_the_longest_post_does_not_carry_from_one_output_into_the_next(weight: int) -> None:
    weights = np.array([[weight, 0, weight, 1]], np.int8)
    table = Table.of(1, np.array([0]), weights, np.ones(4, np.float32))
    sums = table.sums(block_of([MOST_FEATURES], np.zeros(MOST_FEATURES, np.int64)))
    assert sums[0] == pytest.approx(
        weights[0].astype(float) * MOST_FEATURES / np.sqrt(MOST_FEATURES), rel=1e-6
    )


def test_quantised_weights_are_near_the_real_ones() -> None:
    weights = np.random.default_rng(3).normal(size=(200, 5)).astype(np.float32)
    small, scale = quantised(weights)
    assert np.abs(small * scale - weights).max() <= scale.max() / 2 + 1e-6
