"""Many watches at once: each sees its own organisation's and brand's posts, within its limits."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from tests.stream.query.asking import batch_of, finds, post
from tocsin.stream.batch import Batch
from tocsin.stream.fold import fold_batch
from tocsin.stream.query import Matcher, QueryError, WatchDefinition

BERTHIER, RIVAL = 1, 2
PRESS, OTHER = 10, 20


def pairs(matcher: Matcher, batch: Batch, langs: object = None) -> list[tuple[int, int]]:
    found = matcher.match(batch, fold_batch(batch.text), langs)  # type: ignore[arg-type]  # a detector or None
    assert found.watch.dtype == np.int64
    assert found.row.dtype == np.int32
    return list(zip(found.watch.tolist(), found.row.tolist(), strict=True))


@pytest.fixture
def posts() -> Batch:
    return batch_of(
        [
            post("Du pain chez Berthier", lang="fr"),
            post("Bread at Berthier", lang="en"),
            post("Le pain du concurrent", network="bluesky"),
        ],
        organisation=PRESS,
    )


def test_a_watch_sees_only_posts_of_its_organisation(posts: Batch) -> None:
    matcher = Matcher(
        [
            WatchDefinition(5, PRESS, BERTHIER, "berthier"),
            WatchDefinition(6, OTHER, BERTHIER, "berthier"),
            WatchDefinition(7, PRESS, RIVAL, "pain"),
        ]
    )
    assert pairs(matcher, posts) == [(5, 0), (5, 1), (7, 0), (7, 2)]


def test_posts_of_an_organisation_without_watches_match_nothing(posts: Batch) -> None:
    assert pairs(Matcher([WatchDefinition(5, OTHER, BERTHIER, "pain")]), posts) == []
    assert pairs(Matcher([]), posts) == []


def test_a_source_of_one_brand_feeds_that_brand_and_the_organisation_s_own_watches() -> None:
    matcher = Matcher(
        [
            WatchDefinition(1, PRESS, BERTHIER, "pain"),
            WatchDefinition(2, PRESS, RIVAL, "pain"),
            WatchDefinition(3, PRESS, 0, "pain"),
            WatchDefinition(4, PRESS, RIVAL, "network:x"),
            WatchDefinition(5, PRESS, BERTHIER, "network:x"),
        ]
    )
    batch = batch_of([post("du pain")], organisation=PRESS, brand=BERTHIER)
    assert pairs(matcher, batch) == [(1, 0), (3, 0), (5, 0)]


def test_matches_are_sorted_by_watch_and_row_and_told_once(posts: Batch) -> None:
    matcher = Matcher(
        [
            WatchDefinition(9, PRESS, BERTHIER, 'pain OR berthier OR "du pain" OR network:x'),
            WatchDefinition(3, PRESS, BERTHIER, "berthier OR chez"),
        ]
    )
    assert pairs(matcher, posts) == [(3, 0), (3, 1), (9, 0), (9, 1), (9, 2)]


def test_a_watch_limited_to_networks_and_languages_sees_no_others(posts: Batch) -> None:
    matcher = Matcher(
        [
            WatchDefinition(1, PRESS, BERTHIER, "pain OR bread", networks=("Bluesky",)),
            WatchDefinition(2, PRESS, BERTHIER, "berthier", languages=("fr",)),
            WatchDefinition(
                3, PRESS, BERTHIER, "network:(x OR bluesky)", languages=("en", "de"), networks=("x",)
            ),
            WatchDefinition(4, PRESS, BERTHIER, "NOT zut OR rien", languages=("en",)),
        ]
    )
    assert pairs(matcher, posts) == [(1, 2), (2, 0), (3, 1), (4, 1)]


def test_languages_are_detected_once_and_only_where_a_watch_asks(posts: Batch) -> None:
    asked: list[list[int]] = []

    def detect(rows: npt.NDArray[np.int64]) -> Sequence[str]:
        asked.append(rows.tolist())
        return ["fr"] * len(rows)

    limited = WatchDefinition(1, PRESS, BERTHIER, "pain", languages=("fr",))
    assert pairs(Matcher([limited]), posts, detect) == [(1, 0), (1, 2)]
    asking = WatchDefinition(1, PRESS, BERTHIER, "pain lang:fr")
    assert pairs(Matcher([asking]), posts, detect) == [(1, 0), (1, 2)]
    assert asked == [[2], [2]]
    assert pairs(Matcher([WatchDefinition(1, PRESS, BERTHIER, "pain")]), posts, detect) == [(1, 0), (1, 2)]
    assert len(asked) == 2


def test_without_a_detector_a_post_of_unknown_language_is_in_none(posts: Batch) -> None:
    assert pairs(Matcher([WatchDefinition(1, PRESS, BERTHIER, "pain", languages=("fr",))]), posts) == [(1, 0)]


def test_an_empty_batch_matches_nothing() -> None:
    assert pairs(Matcher([WatchDefinition(1, PRESS, 0, "pain")]), batch_of([], organisation=PRESS)) == []


def test_a_faulty_query_is_refused_when_the_matcher_is_made() -> None:
    with pytest.raises(QueryError):
        Matcher([WatchDefinition(1, PRESS, BERTHIER, "pain OR")])


def test_each_of_many_watches_finds_its_own_word() -> None:
    names = [f"boulanger{number}" for number in range(2_000)]
    matcher = Matcher(
        [WatchDefinition(i + 1, PRESS, BERTHIER, f"{name} NOT fermé") for i, name in enumerate(names)]
    )
    batch = batch_of([post(f"ouvert : {name}") for name in names], organisation=PRESS)
    assert pairs(matcher, batch) == [(i + 1, i) for i in range(2_000)]


HOSTILE = [
    "pain " * 400_000,
    "!" * 2_000_000,
    "_" * 2_000_000,
    "a" * 2_000_000,
    "😡" * 300_000,
    "東" * 300_000,
    "#" * 500_000 + "@" * 500_000,
    "l'" * 500_000,
    "\x1e" * 200_000,
    "e" + "\u0301" * 300_000,
    "\u200d" * 300_000,
    "<script>alert(1)</script>\x00\ud800\ufffe",
    "\u202eniap\u202c",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:6]))
def test_a_hostile_post_is_matched_like_any_other(text: str) -> None:
    query = 'berthier OR (pain NEAR/5 (sel OR pai?)) OR "pain beurre sel"~9 OR a*b*c OR RAW:"++" OR 東京'
    assert finds(query, f"Berthier {text}")
    assert finds(query, f"{text} Berthier")
    assert not finds(f"({query}) zut", f"{text} Berthier")
