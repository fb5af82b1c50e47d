"""From corpora to the packaged file of weights."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.marks import MARKS
from tocsin.stream.understand.reader import shares_of
from tocsin.stream.understand.table import quantised
from tocsin.stream.understand.training.calibrate import calibrate, warmth
from tocsin.stream.understand.training.corpora import Corpus
from tocsin.stream.understand.training.fit import BITS, Design, Stacked, design_of, ridge, stacked
from tocsin.stream.understand.training.vectors import load_vectors
from tocsin.stream.understand.weights import VERSION
from tocsin.stream.understand.words import HEADS, OUTPUTS, SENTIMENTS

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Say = Callable[[str], None]

SENTIMENT_PENALTY: Final = 2.0
REST_PENALTY: Final = 3.0
FOLDS: Final = 3
SEED: Final = 20150222
OWN: Final = ("written", "lexicon")
"""Corpora written for Tocsin: every word of theirs gets a vector."""
FOREIGN: Final = 0.1
"""What a text in another language counts for a language's own sentiment weights."""

WRITTEN: Final = 0.5
"""What the weight of a written post is multiplied by for the sentiment: tweets have plenty to say of it."""

COMMENTS: Final = 0.2
"""What an English comment of GoEmotions counts for the English weights: it is no tweet."""

ALARMING: Final = (
    "fear",
    "BAD",
    "count_bad",
    "harm",
    "hazard",
    "stuck",
    "HURT",
    "count_hurt",
    "hazard+harm",
    "harm+vulnerable",
    "hazard+vulnerable",
    "stuck+vulnerable",
    "family+HURT",
    "family+hazard",
    "family+stuck",
    "family+vulnerable",
    "warn+hazard",
    "warn+harm",
    "now+harm",
    "now+hazard",
    "now+stuck",
)
"""Marks which never make a post less urgent: a second danger told must not weigh against the first."""

_THREE: Final = len(SENTIMENTS)


@dataclass(slots=True, eq=False)
class Training:
    """All texts as one, with what is known of each.

    Attributes
    ----------
    texts : list of str
    source : str array, shape (n,)
        Name of the corpus of each text.
    targets, importance : float32 array, shape (n, outputs)
        The importance of an unknown target is 0.
    """

    texts: list[str]
    source: npt.NDArray[np.str_]
    targets: Floats
    importance: Floats

    def take(self, chosen: npt.NDArray[np.bool_]) -> "Training":
        """Return some of the texts."""
        texts = [text for text, kept in zip(self.texts, chosen.tolist(), strict=True) if kept]
        return Training(texts, self.source[chosen], self.targets[chosen], self.importance[chosen])


def together(corpora: list[Corpus]) -> Training:
    """Join the corpora."""
    targets = np.concatenate([corpus.targets for corpus in corpora])
    importance = np.concatenate([np.full(corpus.targets.shape, corpus.weight) for corpus in corpora])
    return Training(
        texts=[text for corpus in corpora for text in corpus.texts],
        source=np.concatenate([np.full(len(corpus.texts), corpus.name) for corpus in corpora]),
        targets=np.nan_to_num(targets).astype(np.float32),
        importance=(importance * ~np.isnan(targets)).astype(np.float32),
    )


def train(corpora: list[Corpus], vectors: Path | None, destination: Path, say: Say) -> None:
    """Fit, calibrate on folds that were left out, and write the file of weights.

    Parameters
    ----------
    vectors : Path or None
        File in which the vectors of words are kept from one training to the next.
    """
    training = together(corpora)
    say(f"{len(training.texts)} texts")
    own = [text for corpus in corpora if corpus.name.startswith(OWN) for text in corpus.texts]
    known = load_vectors(vectors, training.texts, own, say)
    by_row = known.by_row() if known else np.zeros((1 << BITS["words"], 1), np.float32)
    stored: dict[str, npt.NDArray[np.generic]] = {
        "version": np.array(VERSION),
        "outputs": np.array(OUTPUTS),
        "marks": np.array(MARKS),
    }
    sentiment, score = _sentiment(training.take(np.asarray(training.importance[:, 0] > 0)), by_row, say)
    stored |= sentiment
    some = np.any(training.importance[:, _THREE:] > 0, axis=1)
    stored |= _rest(training.take(some), by_row, score, say)
    np.savez_compressed(destination, **stored)  # type: ignore[arg-type]  # the stub takes names for flags
    say(f"{destination}: {destination.stat().st_size / 1e6:.1f} MB")


def _sentiment(
    training: Training, by_row: Floats, say: Say
) -> tuple[dict[str, npt.NDArray[np.generic]], Floats]:
    """Fit the three sentiments for each language that has weights of its own, and once for all others.

    Returns
    -------
    tables : dict of str to array
    score : float32 array
        Chance of positive less chance of negative of each written post, from weights fitted without it.
    """
    design = stacked(design_of(training.texts), by_row)
    targets = np.tile(training.targets[:, :_THREE] - np.float32(1 / _THREE), len(HEADS))
    importance = np.repeat(np.stack([_nearness(training, lang) for lang in HEADS], axis=1), _THREE, axis=1)
    sums = _left_out(design, targets, importance, SENTIMENT_PENALTY, say)
    factors, score = [], np.zeros(len(training.texts), np.float32)
    for place, lang in enumerate(HEADS):
        wanted = [f"umsab.{lang}"] if lang != HEADS[0] else [f"umsab.{other}" for other in HEADS[1:]]
        mine = np.isin(training.source, wanted)
        mine |= not mine.any()
        part = sums[:, _THREE * place : _THREE * (place + 1)]
        truth = training.targets[:, :_THREE]
        factors.append(warmth(part[mine], truth[mine]))
        say(f"sentiment {lang}: accuracy left out {_accuracy(part[mine], truth[mine]):.3f}")
        own = training.source == f"written.{lang}"
        shares = shares_of(part[own] * factors[-1])
        score[own] = shares[:, 2] - shares[:, 0]
        if own.any():
            say(f"sentiment {lang}: accuracy left out, written posts {_accuracy(part[own], truth[own]):.3f}")
    weights = ridge(design, targets, importance, SENTIMENT_PENALTY)
    tables = _tables("sentiment", design.folded(weights), tuple(BITS))
    return tables | {"warmth": np.array(factors, np.float32)}, score[_is_written(training)]


def _accuracy(sums: Floats, truth: Floats) -> float:
    return float((sums.argmax(1) == truth.argmax(1)).mean())


def _is_written(training: Training) -> npt.NDArray[np.bool_]:
    return np.array([name.startswith("written") for name in training.source])


def _nearness(training: Training, lang: str) -> Floats:
    """Return what each text counts for the sentiment weights of one language."""
    own = np.array([name.endswith(f".{lang}") or lang == HEADS[0] for name in training.source])
    weight = np.where(own, 1.0, FOREIGN)
    weight[(training.source == "goemotions") & (lang == "en")] = COMMENTS
    weight[_is_written(training)] *= WRITTEN
    nearness: Floats = (training.importance[:, 0] * weight).astype(np.float32)
    return nearness


def _rest(training: Training, by_row: Floats, score: Floats, say: Say) -> dict[str, npt.NDArray[np.generic]]:
    """Fit every output after the sentiments; runs of characters are too many for what they would add here."""
    whole = design_of(training.texts)
    kinds = ("words", "pairs")
    blocks = {kind: whole.blocks[kind] for kind in kinds}
    design = stacked(Design(blocks, {kind: whole.rarity[kind] for kind in kinds}, whole.marks), by_row)
    targets = training.targets[:, _THREE:]
    importance = _balanced(targets, training.importance[:, _THREE:])
    centre = (targets * importance).sum(axis=0) / np.maximum(importance.sum(axis=0), 1e-6)
    sums = _left_out(design, targets - centre, importance, REST_PENALTY, say)
    # posts of customers alone: film lines and comments express other feelings, as often
    written = _is_written(training)
    calibration = calibrate(sums[written], targets[written], score)
    for place, name in enumerate(OUTPUTS[_THREE:]):
        say(f"{name}: F1 left out, written posts {calibration.f1[place]:.3f}")
    weights = ridge(design, targets - centre, importance, REST_PENALTY)
    rows, table, marks = design.folded(weights)
    urgency = OUTPUTS.index("urgency") - _THREE
    alarming = [MARKS.index(name) for name in ALARMING]
    marks[alarming, urgency] = np.maximum(marks[alarming, urgency], 0)
    return _tables("rest", (rows, table, marks), kinds) | {
        "slope": calibration.slope,
        "bias": calibration.bias,
        "leaning": calibration.leaning,
    }


def _balanced(targets: Floats, importance: Floats) -> Floats:
    """Let the present weigh more where they are few: by the root, so that false hits do not drown them."""
    present = (targets * importance).sum(axis=0)
    absent = ((1 - targets) * importance).sum(axis=0)
    boost = np.sqrt(absent / np.maximum(present, 1e-6))
    balanced: Floats = (importance * (1 + (boost - 1) * targets)).astype(np.float32)
    return balanced


def _left_out(design: Stacked, targets: Floats, importance: Floats, penalty: float, say: Say) -> Floats:
    """Return what each text gets from weights that were fitted without it."""
    fold = np.random.default_rng(SEED).integers(0, FOLDS, len(targets))
    sums = np.zeros_like(targets)
    for number in range(FOLDS):
        inside, outside = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        weights = ridge(design.take(inside), targets[inside], importance[inside], penalty)
        sums[outside] = design.take(outside).sums(weights)
        say(f"fold {number + 1} of {FOLDS}")
    return sums


def _tables(
    group: str, folded: tuple[Rows, Floats, Floats], kinds: tuple[str, ...]
) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays of the file for one group of outputs, a table for each kind of feature."""
    rows, weights, marks = folded
    stored: dict[str, npt.NDArray[np.generic]] = {f"{group}.marks": marks.astype(np.float32)}
    begin = 0
    for kind in kinds:
        end = begin + (1 << BITS[kind])
        mine = (rows >= begin) & (rows < end)
        table, scale = quantised(_clipped(weights[mine]))
        used = np.any(table != 0, axis=1)
        stored[f"{group}.{kind}.steps"] = np.diff(rows[mine][used] - begin, prepend=0).astype(np.uint32)
        stored[f"{group}.{kind}.weights"] = table[used]
        stored[f"{group}.{kind}.scale"] = scale
        begin = end
    return stored


def _clipped(weights: Floats) -> Floats:
    """Cut the few largest weights, so that 8 bits tell the others apart."""
    limit = np.quantile(np.abs(weights), 0.9998, axis=0)
    clipped: Floats = np.clip(weights, -limit, limit).astype(np.float32)
    return clipped
