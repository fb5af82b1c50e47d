"""Ridge regression of every output at once on the hashed features, by conjugate gradients.

Each text may say something of some outputs only: unknown targets weigh nothing. Squared error on targets 0
and 1 comes as near to the best macro-F1 as logistic loss does here, and all outputs share one matrix product.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.features import PAIR_BITS, RUN_BITS, WORD_BITS, Block, read_features

Floats = npt.NDArray[np.float32]
Matrix = Any  # scipy.sparse.csr_matrix; SciPy is a development dependency without types

BITS: Final = {"words": WORD_BITS, "pairs": PAIR_BITS, "runs": RUN_BITS}
SHARE: Final = {"words": 1.0, "pairs": 0.7, "runs": 0.8}
"""How much each kind of feature may explain: a weight's prior standard deviation, relative."""


@dataclass(slots=True, eq=False)
class Design:
    """Features of the training texts.

    Attributes
    ----------
    blocks : dict of str to csr_matrix
        Counts over the root of the post's number of features, as `table.Table.sums` reads them.
    rarity : dict of str to float32 array
        Inverse document frequency of each row.
    """

    blocks: dict[str, Matrix]
    rarity: dict[str, Floats]


def design_of(texts: Sequence[str]) -> Design:
    """Read the features of the training texts."""
    from scipy import sparse  # noqa: PLC0415 - a development dependency, not there at run time

    parts: dict[str, list[Matrix]] = {name: [] for name in BITS}
    for begin in range(0, len(texts), 1000):
        features = read_features(texts[begin : begin + 1000])
        blocks = {"words": features.words, "pairs": features.pairs, "runs": features.runs[0]}
        for name, block in blocks.items():
            parts[name].append(_matrix(block, 1 << BITS[name]))
    whole = {name: sparse.vstack(matrices).tocsr() for name, matrices in parts.items()}
    return Design(whole, {name: _rarity(matrix) for name, matrix in whole.items()})


def _matrix(block: Block, rows: int) -> Matrix:
    from scipy import sparse  # noqa: PLC0415 - see design_of

    pointer = np.append(block.first, len(block.row))
    counts = np.diff(pointer)
    values = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts).astype(np.float32)
    matrix = sparse.csr_matrix((values, block.row, pointer), shape=(len(counts), rows))
    matrix.sum_duplicates()
    return matrix


def _rarity(matrix: Matrix) -> Floats:
    found = np.bincount(matrix.indices, minlength=matrix.shape[1])
    rarity: Floats = (np.log((1 + matrix.shape[0]) / (1 + found)) + 1).astype(np.float32)
    rarity[found == 0] = 0
    return rarity


@dataclass(slots=True, eq=False)
class Stacked:
    """One matrix of all blocks, only the columns that occur.

    Attributes
    ----------
    matrix : csr_matrix
    column : int64 array
        Row of the tables, one after another, of each column.
    factor : float32 array
        By what each column was scaled.
    """

    matrix: Matrix
    column: npt.NDArray[np.int64]
    factor: Floats


def stacked(design: Design, shares: dict[str, float] | None = None) -> Stacked:
    """Stack the blocks, each scaled so that its mean squared length is its share squared."""
    from scipy import sparse  # noqa: PLC0415 - see design_of

    blocks, factors = [], []
    for name, share in (shares or SHARE).items():
        rarity = design.rarity[name]
        block = design.blocks[name] @ sparse.diags(rarity)
        length = np.sqrt(block.multiply(block).sum() / block.shape[0])
        blocks.append(block * np.float32(share / length))
        factors.append(rarity * np.float32(share / length))
    factor = np.concatenate(factors)
    column = np.flatnonzero(factor)
    return Stacked(sparse.hstack(blocks).tocsc()[:, column].tocsr(), column, factor[column])


def ridge(matrix: Matrix, targets: Floats, importance: Floats, penalty: float, rounds: int = 60) -> Floats:
    """Solve weighted ridge regression for every output, shape (columns, outputs).

    Parameters
    ----------
    matrix : csr_matrix, shape (n, columns)
    targets : float32 array, shape (n, outputs)
    importance : float32 array, shape (n, outputs)
        Weight of each target; 0 where unknown.
    penalty : float
    rounds : int
        Steps of conjugate gradients; stopping early regularises too.

    Notes
    -----
    Each output is its own system; the steps run side by side so that the sparse products are shared.
    """
    transposed = matrix.T.tocsr()

    def normal(vectors: Floats) -> Floats:
        product: Floats = transposed @ (importance * (matrix @ vectors)) + penalty * vectors
        return product

    residual: Floats = transposed @ (importance * targets)
    weights = np.zeros_like(residual)
    direction = residual.copy()
    energy = (residual**2).sum(axis=0)
    start = energy + 1e-12
    for _ in range(rounds):
        image = normal(direction)
        step = energy / np.maximum((direction * image).sum(axis=0), 1e-12)
        weights += step * direction
        residual -= step * image
        fresh = (residual**2).sum(axis=0)
        if (fresh / start).max() < 1e-6:
            break
        direction = residual + (fresh / np.maximum(energy, 1e-12)) * direction
        energy = fresh
    return weights
