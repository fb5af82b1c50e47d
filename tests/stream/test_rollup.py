"""Sums by watch, minute, hour, day and network, against the plain way of counting."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.store import schema
from tocsin.stream import rollup
from tocsin.stream.rollup import MEASURES, REACH, UNIT_LATE, VOLUME, measures, roll_up
from tocsin.stream.sketch import Sketch

MENTIONS = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(0, 3000),
        st.sampled_from(["x", "bluesky"]),
        st.integers(0, 4),
        st.integers(0, 100),
    ),
    max_size=40,
)


def test_the_engine_and_the_store_name_the_same_measures_and_units() -> None:
    assert MEASURES == schema.MEASURES
    assert (rollup.UNIT_MINUTE, rollup.UNIT_HOUR, rollup.UNIT_DAY, rollup.UNIT_LATE) == (
        schema.UNIT_MINUTE, schema.UNIT_HOUR, schema.UNIT_DAY, schema.UNIT_LATE,
    )  # fmt: skip


@given(MENTIONS)
def test_sums_and_authors_are_those_of_plain_counting(mentions: list[tuple[int, int, str, int, int]]) -> None:
    watch, minute, network, author, reach = map(list, zip(*mentions, strict=True)) if mentions else ([],) * 5
    added = np.zeros((len(mentions), len(MEASURES)), dtype=np.int64)
    added[:, VOLUME] = 1
    added[:, REACH] = reach
    found = roll_up(
        watch=np.array(watch, dtype=np.int64),
        minute=np.array(minute, dtype=np.int64),
        network=network,
        added=added,
        author=np.array(author, dtype=np.int64),
    )
    volume: Counter[tuple[int, int, int, str]] = Counter()
    reached: Counter[tuple[int, int, int, str]] = Counter()
    authors: defaultdict[tuple[int, int, int, str], set[int]] = defaultdict(set)
    for w, m, n, a, r in mentions:
        for unit, size in ((0, 1), (1, 60), (2, 1440)):
            group = (w, unit, m // size, n)
            volume[group] += 1
            reached[group] += r
            authors[group] |= {a} - {0}
    keys = list(
        zip(found.watch.tolist(), found.unit.tolist(), found.bucket.tolist(), found.network, strict=True)
    )
    assert len(set(keys)) == len(keys)
    assert dict(zip(keys, found.sums[:, VOLUME].tolist(), strict=True)) == volume
    assert dict(zip(keys, found.sums[:, REACH].tolist(), strict=True)) == reached
    seen: defaultdict[tuple[int, int, int, str], set[int]] = defaultdict(set)
    for group, one in zip(found.author_group.tolist(), found.author_key.tolist(), strict=True):
        assert one not in seen[keys[group]]
        seen[keys[group]].add(one)
    assert {k: v for k, v in seen.items() if v} == {k: v for k, v in authors.items() if v}


def test_what_came_late_is_counted_once_more_where_detection_sees_it() -> None:
    found = roll_up(
        watch=np.array([1, 1]),
        minute=np.array([100, 200]),
        network=["x", "x"],
        added=np.ones((2, len(MEASURES)), dtype=np.int64),
        author=np.array([5, 6]),
        late_minute=np.array([201, -1]),
    )
    late = found.unit == UNIT_LATE
    assert found.bucket[late].tolist() == [201]
    assert found.sums[late, VOLUME].tolist() == [1]


def test_a_post_adds_its_sentiment_emotions_and_topics() -> None:
    [row] = measures(
        np.array([-1], dtype=np.int8),
        np.array([[0.9, 0, 0, 0, 0, 0, 0, 0.5]], dtype=np.float32),
        np.array([0b101], dtype=np.uint16),
        np.array([1000]),
        np.array([12]),
    ).tolist()
    named = {name: value for name, value in zip(MEASURES, row, strict=True) if value}
    assert named == {
        "volume": 1, "negative": 1, "emotion_anger": 1, "emotion_gratitude": 1, "topic_delivery": 1,
        "topic_price": 1, "reach": 1000, "engagement": 12,
    }  # fmt: skip


@given(st.lists(st.sets(st.integers(-(2**63), 2**63 - 1), max_size=30), max_size=3))
def test_small_crowds_are_counted_exactly_whatever_the_cut(parts: list[set[int]]) -> None:
    stored, seen = b"", set[int]()
    for part in parts:
        crowd = Sketch(stored)
        assert crowd.add(part) == bool(part - seen)
        stored, seen = crowd.packed(), seen | part
        assert len(Sketch(stored)) == len(seen)


@pytest.mark.parametrize("people", [200, 1_000, 20_000])
def test_large_crowds_are_counted_within_a_tenth(people: int) -> None:
    keys = np.random.default_rng(2026).integers(-(2**63), 2**63 - 1, people).tolist()
    stored = b""
    for start in range(0, people, 77):
        crowd = Sketch(stored)
        crowd.add(keys[start : start + 77])
        stored = crowd.packed()
    assert len(Sketch(stored)) == pytest.approx(people, rel=0.1)
    assert Sketch(stored).packed() == Sketch.of(keys).packed()
    assert not Sketch(stored).add(keys[:50])
