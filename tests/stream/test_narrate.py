"""Copies join a narrative; strangers don't; and no cut into batches or restart changes anything."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.stream.fold import fold_batch
from tocsin.stream.narrate import Narrator, _shared
from tocsin.stream.outlines import can_be_same, outlines_of
from tocsin.stream.shingles import KEPT, NONE, sketch

BERTHIER = 1
HOUR_MS = 3_600_000

RUMOUR = "Un client a trouvé un morceau de verre dans une baguette Maison Berthier à Lyon, photo à l’appui"
PRAISE = (
    "Les croissants de Maison Berthier sont toujours aussi bons, bravo à toute l’équipe de la rue Mercière"
)


def narratives(
    texts: list[str], reposts: list[int] | None = None, narrator: Narrator | None = None
) -> list[int]:
    """Return narratives of posts whose keys are 1, 2, 3, ... published a minute apart."""
    count = len(texts)
    told = (narrator or Narrator()).assign(
        BERTHIER,
        np.arange(1, count + 1),
        fold_batch(texts),
        np.arange(count) * 60_000,
        np.array(reposts or [0] * count),
    )
    return list(told.tolist())


@pytest.mark.parametrize(
    "copy",
    [
        RUMOUR,
        RUMOUR.upper() + " !!!",
        "RT @lyon_infos: " + RUMOUR,
        "Incroyable, je n’y remettrai plus les pieds. RT @lyon_infos: " + RUMOUR,
        f"« {RUMOUR} » et personne ne dit rien ?",
        RUMOUR[:70] + "…",
        RUMOUR.replace("morceau", "morcaeu"),
        RUMOUR + " #Berthier #Lyon #scandale",
        RUMOUR + " https://exemple.fr/photo?id=98",
        "@maison_berthier @lyon_infos " + RUMOUR,
        "😱😱 " + RUMOUR.replace("baguette", "baguette tradition"),
    ],
)
def test_a_copy_joins_within_its_batch(copy: str) -> None:
    assert narratives([PRAISE, RUMOUR, copy]) == [1, 2, 2]


def test_strangers_on_the_same_subject_stay_apart() -> None:
    texts = [
        "Du verre dans mon pain, merci Maison Berthier, je file aux urgences",
        "Maison Berthier : ma fille a failli avaler un éclat de verre hier soir",
        "Qui d’autre a acheté une baguette avec du verre chez Berthier à Lyon ?",
    ]
    assert narratives(texts) == [1, 2, 3]


@pytest.mark.parametrize(
    "text", ["merci", "Merci beaucoup !", "😂😂😂😂😂", "", "@maison_berthier https://exemple.fr/a", "🥐"]
)
def test_short_posts_are_not_glued_together(text: str) -> None:
    assert narratives([text] * 4) == [1, 2, 3, 4]


def test_a_repost_joins_its_original_whatever_it_says() -> None:
    assert narratives(["Bonjour", "", "oh", "Bonjour"], reposts=[0, 1, 2, 0]) == [1, 1, 1, 4]


def test_reposts_of_an_original_never_fetched_stand_under_its_key() -> None:
    assert narratives(["oh", "ah"], reposts=[77, 77]) == [77, 77]


def test_an_original_that_comes_after_its_repost_finds_its_narrative() -> None:
    assert narratives(["RT", "Bonjour"], reposts=[2, 0]) == [2, 2]


def test_a_copy_of_a_copy_joins_the_first_post() -> None:
    assert narratives([RUMOUR, RUMOUR + " #un", "RT @b: " + RUMOUR + " #un #deux"]) == [1, 1, 1]


def test_organisations_never_share_a_narrative() -> None:
    narrator = Narrator()
    one, none = np.array([1]), np.zeros(1, np.int64)
    narrator.assign(BERTHIER, one, fold_batch([RUMOUR]), none, none)
    assert narrator.assign(2, one + 1, fold_batch([RUMOUR]), none, none).tolist() == [2]


def test_posts_four_days_apart_begin_anew() -> None:
    told = Narrator().assign(
        BERTHIER,
        np.array([1, 2, 3]),
        fold_batch([RUMOUR] * 3),
        np.array([0, 71, 71 + 73]) * HOUR_MS,
        np.zeros(3, np.int64),
    )
    assert told.tolist() == [1, 1, 3]


def test_memory_is_bounded_and_forgets_the_oldest() -> None:
    narrator = Narrator(capacity=64)
    filler = [
        f"commande numéro {n} livrée {n + 3} fois en {n * 7} minutes par le livreur {n * 11}"
        for n in range(200)
    ]
    assert len(set(narratives([RUMOUR, *filler, RUMOUR], narrator=narrator))) > 150
    assert narratives([RUMOUR, *filler[:10], RUMOUR], narrator=Narrator(capacity=64))[-1] == 1
    assert len(narrator._memories[BERTHIER]._of) <= 128


@pytest.mark.parametrize(
    "text",
    [
        "ما هذا الخبز الذي فيه زجاج من فضلكم أجيبوا",
        "パンの中にガラスが入っていました怖いです",
        "В хлебе нашли кусок стекла, ответьте пожалуйста",
    ],
)
def test_other_scripts_are_told_too(text: str) -> None:
    assert narratives([text, "RT @a: " + text, PRAISE]) == [1, 1, 3]


def test_a_separator_or_a_lone_surrogate_in_a_text_breaks_nothing() -> None:
    told = Narrator().assign(
        BERTHIER,
        np.array([1, 2, 3]),
        ["du verre\x1edans ma baguette de ce matin", "\ud800 x", "du verre dans ma baguette de ce matin"],
        np.zeros(3, np.int64),
        np.zeros(3, np.int64),
    )
    assert told.tolist() == [1, 2, 1]


def test_a_sketch_is_the_set_of_word_pairs_of_a_short_text() -> None:
    table = sketch(["le pain est bon", "", "un", "le pain est bon le pain est bon"])
    assert (table != NONE).sum(axis=1).tolist() == [3, 0, 0, 4]
    assert set(table[0].tolist()) <= set(table[3].tolist())
    assert table.shape == (4, KEPT)


def test_an_empty_batch_is_told_nothing() -> None:
    assert narratives([]) == []


WORDS = ["pain", "verre", "lyon", "berthier", "client", "photo", "rue", "matin", "danger", "baguette"]
POSTS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(WORDS), min_size=0, max_size=14).map(" ".join),
        st.integers(0, 100 * 60),
        st.sampled_from([0, 0, 0, 1, 2, 5, 900]),
    ),
    min_size=1,
    max_size=60,
)


def columns(posts: list[tuple[str, int, int]]) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    texts, minutes, reposts = (list(column) for column in zip(*posts, strict=True))
    # Some posts come twice, as they do when a feed is read again.
    keys = np.array([n % 50 + 1 for n in range(len(posts))])
    return texts, keys, np.array(minutes) * 60_000, np.array(reposts)


@settings(max_examples=60, deadline=None)
@given(posts=POSTS, cuts=st.sets(st.integers(0, 60)))
def test_the_cut_into_batches_never_matters(posts: list[tuple[str, int, int]], cuts: set[int]) -> None:
    texts, keys, published, reposts = columns(posts)
    whole = Narrator().assign(BERTHIER, keys, texts, published, reposts)
    narrator, told = Narrator(), []
    edges = sorted({0, len(posts), *(cut for cut in cuts if cut < len(posts))})
    for begin, end in pairwise(edges):
        part = slice(begin, end)
        told += narrator.assign(BERTHIER, keys[part], texts[part], published[part], reposts[part]).tolist()
    assert told == whole.tolist()


@settings(max_examples=60, deadline=None)
@given(posts=POSTS, cut=st.integers(0, 60))
def test_a_restart_changes_nothing(posts: list[tuple[str, int, int]], cut: int) -> None:
    texts, keys, published, reposts = columns(posts)
    cut = min(cut, len(posts))
    steady = Narrator()
    before = steady.assign(BERTHIER, keys[:cut], texts[:cut], published[:cut], reposts[:cut])
    after = steady.assign(BERTHIER, keys[cut:], texts[cut:], published[cut:], reposts[cut:])
    restarted = Narrator()
    restarted.restore(BERTHIER, keys[:cut], texts[:cut], published[:cut], reposts[:cut], narrative=before)
    again = restarted.assign(BERTHIER, keys[cut:], texts[cut:], published[cut:], reposts[cut:])
    assert again.tolist() == after.tolist()


@st.composite
def related_sketches(draw: st.DrawFn) -> np.ndarray:
    """Return two sketches, as two rows, which share some of their hashes."""
    hashes = st.integers(0, int(NONE) - 1)
    common = draw(st.sets(hashes, max_size=30))
    table = np.full((2, KEPT), NONE, np.uint32)
    for row in table:
        found = sorted(common | draw(st.sets(hashes, max_size=30)))[:KEPT]
        row[: len(found)] = found
    return table


@settings(max_examples=400)
@given(related_sketches())
def test_an_outline_never_parts_what_is_the_same(pairs: np.ndarray) -> None:
    shared = _shared(pairs[:1], pairs[1:])
    assert can_be_same(outlines_of(pairs[:1]), outlines_of(pairs[1:])) >= (shared > 0)


def test_most_strangers_are_told_apart_by_their_outlines() -> None:
    random = np.random.default_rng(1)
    pairs = np.sort(random.integers(0, int(NONE), (2_000, 20), dtype=np.uint32), axis=1)
    pairs = np.concatenate([pairs, np.full((2_000, KEPT - 20), NONE, np.uint32)], axis=1)
    assert can_be_same(outlines_of(pairs[:1_000]), outlines_of(pairs[1_000:])).mean() < 0.01
