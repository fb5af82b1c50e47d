"""Classes of words, their negations, and what meets in a post."""

from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.stream.understand.features import read_features
from tocsin.stream.understand.lexicon import CLASSES
from tocsin.stream.understand.marks import MARKS, marks_of

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=60)


def marks(text: str) -> set[str]:
    return {MARKS[place] for place in marks_of(read_features([text])).dense()[0].nonzero()[0]}


@pytest.mark.parametrize(
    ("text", "there", "absent"),
    [
        ("Intoxication chez Berthier, je suis malade", {"harm", "HURT"}, {"GOOD"}),
        ("Pas mal du tout", {"idiom_good", "GOOD"}, {"bad", "BAD"}),
        ("Plus de peur que de mal", {"resolved"}, {"fear", "BAD"}),
        ("Je n'ai pas peur", {"not_bad"}, {"fear", "BAD"}),
        ("Super, encore un colis perdu", {"praise+trouble", "praise+again"}, {"calm_praise"}),
        ("Super, mon colis est là", {"calm_praise"}, {"praise+trouble"}),
        ("C'est bon mais le service est nul", {"good_at_first", "bad_at_last"}, {"good_at_last"}),
        (
            "The service was awful but the cake is delicious",
            {"good_at_last", "bad_at_first"},
            {"bad_at_last"},
        ),
        ("Ma mère m’appelle tous les soirs", {"family"}, {"vulnerable", "HURT"}),
        ("Rendez-moi mon argent", {"refund"}, set()),
        ("rendez moi mon argent", {"refund"}, set()),
    ],
)
def test_a_post_has_the_marks_that_a_person_would_give_it(
    text: str, there: set[str], absent: set[str]
) -> None:
    found = marks(text)
    assert there <= found
    assert not absent & found


def test_a_negation_ends_at_a_sign() -> None:
    assert "BAD" in marks("Non, c'est nul")
    assert "not_bad" in marks("ce n'est pas nul")


@given(st.lists(ANY_TEXT, max_size=6))
def test_a_post_has_the_same_marks_alone_and_in_a_batch(texts: list[str]) -> None:
    together = marks_of(read_features(texts)).dense()
    for row, text in enumerate(texts):
        assert np.array_equal(together[row], marks_of(read_features([text])).dense()[0])


@given(st.lists(ANY_TEXT, min_size=1, max_size=6), st.integers(0, 2**32 - 1))
def test_sums_of_marks_equal_the_product_of_matrices(texts: list[str], seed: int) -> None:
    random = np.random.default_rng(seed)
    weights = random.normal(size=(len(MARKS), 6)).astype(np.float32)
    lane = random.integers(0, 2, len(texts))
    found = marks_of(read_features(texts))
    product = found.dense() @ weights
    assert found.sums(weights) == pytest.approx(product, abs=1e-3)
    chosen = product.reshape(len(texts), 2, 3)[np.arange(len(texts)), lane]
    assert found.sums_of_lane(weights, lane) == pytest.approx(chosen, abs=1e-3)


def test_every_word_of_the_lexicon_stands_for_its_class() -> None:
    file = resources.files("tocsin.stream.understand") / "marks.tsv"
    assert len(CLASSES) == len(set(CLASSES)) <= 64
    for line in file.read_text("utf-8").splitlines():
        name, phrases = line.split("\t")
        for phrase in phrases.split(", "):
            found = marks(phrase)
            hidden = {
                "idiom_good",
                "idiom_bad",
                "resolved",
                "polite",
                "not_good",
                "not_bad",
                "not_hurt",
                "not_trouble",
            }
            assert name in found or found & hidden, (name, phrase)
