"""Hashed features."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tocsin.stream.understand.features import (
    PAIR_BITS,
    RUN_BITS,
    WORD_BITS,
    Block,
    read_features,
    row_of,
    word_hashes,
)

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=40)


def rows(block: Block, post: int) -> list[int]:
    stops = [*block.first[1:].tolist(), len(block.row)]
    return sorted(block.row[block.first[post] : stops[post]].tolist())


@given(st.lists(ANY_TEXT, min_size=1, max_size=6))
def test_a_post_has_the_same_features_alone_and_in_a_batch(texts: list[str]) -> None:
    together = read_features(texts)
    for post, text in enumerate(texts):
        alone = read_features([text])
        assert rows(together.words, post) == rows(alone.words, 0)
        assert rows(together.pairs, post) == rows(alone.pairs, 0)


@given(st.lists(ANY_TEXT, min_size=1, max_size=6))
def test_every_row_lies_inside_its_table(texts: list[str]) -> None:
    features = read_features(texts)
    blocks = [(features.words, WORD_BITS), (features.pairs, PAIR_BITS)]
    blocks += [(block, RUN_BITS) for block in features.runs]
    for block, bits in blocks:
        assert np.all((block.row >= 0) & (block.row < 1 << bits))
        assert np.all(np.diff(block.first) >= 0)


def test_a_word_has_the_same_row_wherever_it_stands() -> None:
    row = int(row_of(word_hashes(["remboursement"]), WORD_BITS)[0])
    for text in (
        "Remboursement !",
        "je veux un remboursement",
        "« REMBOURSEMENT » enfin",
        "le remboursement, svp",
    ):
        assert row in rows(read_features([text]).words, 0)


def test_a_negated_word_is_another_feature_than_the_word_itself() -> None:
    plain = set(rows(read_features(["bon"]).words, 0))
    negated = set(rows(read_features(["pas bon"]).words, 0)) - set(rows(read_features(["pas"]).words, 0))
    assert plain < negated


def test_a_negation_does_not_reach_past_a_sign() -> None:
    across = rows(read_features(["non , bon"]).words, 0)
    apart = rows(read_features(["non"]).words, 0) + rows(read_features([","]).words, 0)
    assert across == sorted(apart + rows(read_features(["bon"]).words, 0))


def test_words_of_one_stem_share_a_feature() -> None:
    first = set(rows(read_features(["remboursez"]).words, 0))
    assert first & set(rows(read_features(["remboursement"]).words, 0))


def test_shouting_leaves_a_trace() -> None:
    assert len(rows(read_features(["HONTEUX"]).words, 0)) > len(rows(read_features(["honteux"]).words, 0))
