"""The packaged weights: read once, shared by every reader of the process."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.features import PAIR_BITS, RUN_BITS, WORD_BITS
from tocsin.stream.understand.table import Table
from tocsin.stream.understand.words import OUTPUTS

VERSION: Final = 2
TABLES: Final = {
    "sentiment.words": WORD_BITS,
    "sentiment.pairs": PAIR_BITS,
    "sentiment.runs": RUN_BITS,
    "rest.words": WORD_BITS,
    "rest.pairs": PAIR_BITS,
}

Floats = npt.NDArray[np.float32]


@dataclass(slots=True, eq=False)
class Weights:
    """The tables, and how their sum becomes a probability.

    Attributes
    ----------
    tables : dict of str to Table
        By group of outputs and kind of feature. The group "sentiment" has one lane of three for each of
        `words.HEADS`; the group "rest" has one output for each of `words.OUTPUTS` after the sentiments.
    warmth : float32 array, shape (heads,)
        The sentiments' chances are the softmax of their sums times this.
    slope, bias : float32 array, shape (rest,)
        The chance of any other output is the logistic function of ``slope * sum + bias``.
    threshold : float32 array, shape (rest,)
        The chance from which an expectation or a topic is said to be there.
    """

    tables: dict[str, Table]
    warmth: Floats
    slope: Floats
    bias: Floats
    threshold: Floats


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
        if int(stored["version"]) != VERSION or tuple(stored["outputs"].tolist()) != OUTPUTS:
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
        return Weights(tables, stored["warmth"], stored["slope"], stored["bias"], stored["threshold"])
