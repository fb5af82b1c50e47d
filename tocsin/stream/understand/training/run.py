"""From corpora to the packaged file of weights."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.table import quantised
from tocsin.stream.understand.training.calibrate import Calibration, calibrate
from tocsin.stream.understand.training.corpora import Corpus
from tocsin.stream.understand.training.fit import BITS, Matrix, Stacked, design_of, ridge, stacked
from tocsin.stream.understand.weights import VERSION
from tocsin.stream.understand.words import OUTPUTS, SENTIMENTS

Floats = npt.NDArray[np.float32]
Say = Callable[[str], None]

PENALTY: Final = 0.5
FOLDS: Final = 4
SEED: Final = 20150222
NEGLIGIBLE: Final = 0.5
"""Rows whose weights all round to less than this many steps of the scale are left out of the file."""

WIDTH: Final = {"words": len(OUTPUTS), "pairs": len(OUTPUTS), "runs": len(SENTIMENTS)}
"""Runs of characters are many and speak of the sentiment alone."""


@dataclass(slots=True, eq=False)
class Training:
    """All texts as one, with what is known of each."""

    texts: list[str]
    targets: Floats
    importance: Floats


def together(corpora: list[Corpus]) -> Training:
    """Join the corpora; each output's present and absent texts weigh about the same."""
    texts = [text for corpus in corpora for text in corpus.texts]
    targets = np.concatenate([corpus.targets for corpus in corpora])
    importance = np.concatenate([np.full(corpus.targets.shape, corpus.weight) for corpus in corpora])
    known = ~np.isnan(targets)
    targets = np.nan_to_num(targets).astype(np.float32)
    importance = (importance * known).astype(np.float32)
    return Training(texts, targets, _balanced(targets, importance))


def _balanced(targets: Floats, importance: Floats) -> Floats:
    present = (targets * importance).sum(axis=0)
    absent = ((1 - targets) * importance).sum(axis=0)
    # the root: rare outputs gain weight without drowning in false hits
    boost = np.sqrt(absent / np.maximum(present, 1e-6))
    boost[: len(SENTIMENTS)] = np.sqrt(2)
    balanced: Floats = (importance * (1 + (boost - 1) * targets)).astype(np.float32)
    return balanced


def train(corpora: list[Corpus], destination: Path, say: Say) -> None:
    """Fit, calibrate on folds that were left out, and write the file of weights."""
    training = together(corpora)
    say(f"{len(training.texts)} texts")
    design = stacked(design_of(training.texts))
    centre = _centre(training)
    sums = _left_out(design.matrix, training, centre, say)
    calibration = calibrate(sums, training.targets, training.importance, written_rows(corpora))
    weights = ridge(design.matrix, training.targets - centre, training.importance, PENALTY)
    _save(destination, design, weights * design.factor[:, None], calibration)
    say(f"{destination}: {destination.stat().st_size / 1e6:.1f} MB")


def written_rows(corpora: list[Corpus]) -> npt.NDArray[np.bool_]:
    """Mark the texts of the corpus written for Tocsin, in which every output is labelled."""
    return np.concatenate([np.full(len(corpus.texts), corpus.name == "written") for corpus in corpora])


def _centre(training: Training) -> Floats:
    weight = np.maximum(training.importance.sum(axis=0), 1e-6)
    centre: Floats = ((training.targets * training.importance).sum(axis=0) / weight).astype(np.float32)
    return centre


def _left_out(matrix: Matrix, training: Training, centre: Floats, say: Say) -> Floats:
    """Return what each text gets from weights that were fitted without it."""
    fold = np.random.default_rng(SEED).integers(0, FOLDS, len(training.texts))
    sums = np.zeros_like(training.targets)
    for number in range(FOLDS):
        inside, outside = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        weights = ridge(
            matrix[inside], training.targets[inside] - centre, training.importance[inside], PENALTY
        )
        sums[outside] = matrix[outside] @ weights
        say(f"fold {number + 1} of {FOLDS}")
    return sums


def _save(destination: Path, design: Stacked, weights: Floats, calibration: Calibration) -> None:
    stored: dict[str, npt.NDArray[np.generic]] = {
        "version": np.array(VERSION),
        "outputs": np.array(OUTPUTS),
        "bias": calibration.bias,
        "slope": calibration.slope,
        "threshold": calibration.threshold,
    }
    begin = 0
    for name, bits in BITS.items():
        mine = (design.column >= begin) & (design.column < begin + (1 << bits))
        table, scale = quantised(_clipped(weights[mine, : WIDTH[name]]))
        used = np.abs(table).max(axis=1) > NEGLIGIBLE
        stored[f"{name}.steps"] = np.diff(design.column[mine][used] - begin, prepend=0).astype(np.uint32)
        begin += 1 << bits
        stored[f"{name}.weights"] = table[used]
        stored[f"{name}.scale"] = scale
    np.savez_compressed(destination, **stored)  # type: ignore[arg-type]  # numpy's stub takes the names for flags


def _clipped(weights: Floats) -> Floats:
    """Cut the few largest weights, so that 8 bits tell the others apart."""
    limit = np.quantile(np.abs(weights[np.abs(weights).max(axis=1) > 0]), 0.9995, axis=0)
    clipped: Floats = np.clip(weights, -limit, limit)
    return clipped
