"""The packaged weights: read once, shared by every reader of the process."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.features import PAIR_BITS, RUN_BITS, WORD_BITS
from tocsin.stream.understand.marks import MARKS
from tocsin.stream.understand.table import Table
from tocsin.stream.understand.words import OUTPUTS

VERSION: Final = 3
TABLES: Final = {
    "sentiment.words": WORD_BITS,
    "sentiment.pairs": PAIR_BITS,
    "sentiment.runs": RUN_BITS,
    "rest.words": WORD_BITS,
    "rest.pairs": PAIR_BITS,
}
GROUPS: Final = ("sentiment", "rest")

Floats = npt.NDArray[np.float32]


@dataclass(slots=True, eq=False)
class Weights:
    """The tables, and how their sum becomes a probability.

    Attributes
    ----------
    tables : dict of str to Table
        By group of outputs and kind of feature. The group "sentiment" has one lane of three for each of
        `words.HEADS`; the group "rest" has one output for each of `words.OUTPUTS` after the sentiments.
    marks : dict of str to float32 array, shape (marks, outputs of the group)
        What each of `marks.MARKS` weighs, by group of outputs.
    warmth : float32 array, shape (heads,)
        The sentiments' chances are the softmax of their sums times this.
    slope, bias, leaning : float32 array, shape (rest,)
        The chance of any other output is the logistic function of
        ``slope * sum + bias + leaning * (chance of positive - chance of negative)``.
    """

    tables: dict[str, Table]
    marks: dict[str, Floats]
    warmth: Floats
    slope: Floats
    bias: Floats
    leaning: Floats


@lru_cache(maxsize=1)
def packaged() -> Weights:
    """Return the weights that come with Tocsin."""
    with resources.as_file(resources.files("tocsin.stream.understand") / "weights.npz") as path:
        return load(path)


def load(path: Path) -> Weights:
    """Read weights from a file written by `tocsin train`.

    Raises
    ------
    ValueError
        When the file was written for other outputs or another layout.
    """
    with np.load(path, allow_pickle=False) as stored:
        fits = int(stored["version"]) == VERSION and tuple(stored["outputs"].tolist()) == OUTPUTS
        if not fits or tuple(stored["marks"].tolist()) != MARKS:
            raise ValueError(f"{path} was written by another version of Tocsin: run tocsin train again")
        tables = {
            name: Table.of(
                1 << bits,
                np.cumsum(stored[f"{name}.steps"].astype(np.int64)),
                stored[f"{name}.weights"],
                stored[f"{name}.scale"],
            )
            for name, bits in TABLES.items()
        }
        marks = {group: stored[f"{group}.marks"].astype(np.float32) for group in GROUPS}
        chances = (stored[name] for name in ("warmth", "slope", "bias", "leaning"))
        return Weights(tables, marks, *chances)
