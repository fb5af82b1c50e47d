"""Fitting the weights."""

import json
from pathlib import Path

import numpy as np
import pytest

from tocsin.errors import UnusableInput
from tocsin.stream.understand.features import WORD_BITS, row_of, word_hashes
from tocsin.stream.understand.training.calibrate import calibrate, warmth
from tocsin.stream.understand.training.corpora import load_corpora, umsab, written
from tocsin.stream.understand.training.fit import Stacked, design_of, ridge, stacked
from tocsin.stream.understand.words import EMOTIONS, EXPECTATIONS, OUTPUTS, SENTIMENTS, SIGNALS, TOPICS

GOOD = ["très bon pain", "bon accueil", "vraiment bon", "bon et pas cher"]
BAD = ["très mauvais pain", "mauvais accueil", "vraiment mauvais", "mauvais et cher"]


def design(texts: list[str], vectors: np.ndarray | None = None) -> Stacked:
    nothing = np.zeros((1 << WORD_BITS, 2), np.float32)
    return stacked(design_of(texts), nothing if vectors is None else vectors)


def test_conjugate_gradients_find_what_the_closed_form_finds() -> None:
    texts = GOOD + BAD
    made = design(texts)
    targets = np.array([[1.0, 0.2]] * 4 + [[-1.0, 0.7]] * 4, np.float32)
    importance = np.ones_like(targets)
    importance[2, 0] = 0
    weights = ridge(made, targets, importance, 0.5, rounds=200)
    dense = np.concatenate([made.sparse.toarray(), made.dense], axis=1)
    for output in range(2):
        weighted = dense * importance[:, [output]]
        exact = np.linalg.solve(
            dense.T @ weighted + 0.5 * np.eye(dense.shape[1]), weighted.T @ targets[:, output]
        )
        assert weights[:, output] == pytest.approx(exact, abs=2e-2)


def test_a_word_never_seen_is_understood_through_its_neighbour_in_meaning() -> None:
    vectors = np.zeros((1 << WORD_BITS, 2), np.float32)
    rows = row_of(word_hashes(["bon", "excellent", "mauvais"]), WORD_BITS)
    vectors[rows] = [[1, 0], [1, 0], [0, 1]]
    made = design(GOOD + BAD, vectors)
    targets = np.array([[1.0]] * 4 + [[-1.0]] * 4, np.float32)
    every, folded, _ = made.folded(ridge(made, targets, np.ones_like(targets), 0.5))
    assert folded[np.searchsorted(every, rows[1])] > 0


def test_one_half_is_the_chance_from_which_saying_yes_is_right_most_often() -> None:
    rng = np.random.default_rng(1)
    truth = (rng.random((4000, 1)) < 0.3).astype(np.float32)
    sums = (truth * 0.4 + rng.normal(scale=0.3, size=truth.shape)).astype(np.float32)
    fitted = calibrate(sums, truth, np.zeros(4000, np.float32))
    chances = 1 / (1 + np.exp(-(sums * fitted.slope + fitted.bias)))

    def f1(threshold: float) -> float:
        said = chances >= threshold
        return float(2 * (said & (truth > 0.5)).sum() / (said.sum() + truth.sum()))

    assert f1(0.5) == pytest.approx(float(fitted.f1[0]), abs=1e-3)
    assert f1(0.5) >= max(f1(threshold) for threshold in (0.3, 0.4, 0.6, 0.7)) - 0.01


def test_a_feeling_that_goes_with_good_posts_leans_on_the_score() -> None:
    rng = np.random.default_rng(3)
    score = rng.uniform(-1, 1, 3000).astype(np.float32)
    truth = (rng.random(3000) < (1 + score) / 2).astype(np.float32)[:, None]
    fitted = calibrate(np.zeros_like(truth), truth, score)
    assert fitted.leaning[0] > 1


def test_noise_is_told_coldly() -> None:
    rng = np.random.default_rng(2)
    truth = np.eye(3, dtype=np.float32)[rng.integers(0, 3, 900)]
    noise = rng.normal(size=truth.shape).astype(np.float32)
    assert warmth(noise, truth) < warmth(truth + 0.3 * noise, truth)


def test_written_posts_name_only_known_things() -> None:
    folder = Path(__file__).parents[3] / "tocsin" / "stream" / "understand" / "written"
    allowed = {"emotions": EMOTIONS, "expectations": EXPECTATIONS, "topics": TOPICS, "signals": SIGNALS}
    for file in folder.glob("*.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            assert row["text"].strip()
            assert row["sentiment"] in SENTIMENTS
            assert all(set(row[field]) <= set(names) for field, names in allowed.items())
    for line in (folder / "lexicon.tsv").read_text("utf-8").splitlines():
        assert line.split("\t")[0] in OUTPUTS


def test_written_posts_carry_every_label() -> None:
    for corpus in written():
        assert not np.isnan(corpus.targets).any()
        assert (corpus.targets[:, : len(SENTIMENTS)].sum(axis=1) == 1).all()


def test_a_separator_inside_a_tweet_does_not_shift_the_labels(tmp_path: Path) -> None:
    folder = tmp_path / "french"
    folder.mkdir()
    (folder / "train_text.txt").write_text("bon\u2028 pain\nmauvais\n", "utf-8")
    (folder / "train_labels.txt").write_text("2\n0\n", "utf-8")
    corpus = umsab(tmp_path, "french", "train")
    assert corpus.texts == ["bon\u2028 pain", "mauvais"]
    assert corpus.targets[:, : len(SENTIMENTS)].argmax(axis=1).tolist() == [2, 0]


def test_a_folder_without_any_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput):
        load_corpora(tmp_path)
