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
from tocsin.stream.understand.marks import marks_of

Floats = npt.NDArray[np.float32]
Matrix = Any  # scipy.sparse.csr_matrix; SciPy is a development dependency without types

BITS: Final = {"words": WORD_BITS, "pairs": PAIR_BITS, "runs": RUN_BITS}
SHARE: Final = {"words": 1.0, "pairs": 0.7, "runs": 0.8, "vectors": 0.9, "marks": 0.5}
"""How much each kind of feature may explain: a weight's prior standard deviation, relative."""


_SMOOTH: Final = 1e-3
_CONVERGED: Final = 1e-5


@dataclass(slots=True, eq=False)
class Design:
    """Features of the training texts.

    Attributes
    ----------
    blocks : dict of str to csr_matrix
        Counts over the root of the post's number of features, as `table.Table.sums` reads them.
    rarity : dict of str to float32 array
        Inverse document frequency of each row.
    marks : float32 array, shape (n, marks)
        As `marks.marks_of` reads them.
    """

    blocks: dict[str, Matrix]
    rarity: dict[str, Floats]
    marks: Floats


def design_of(texts: Sequence[str]) -> Design:
    """Read the features of the training texts."""
    from scipy import sparse  # noqa: PLC0415 - a development dependency, not there at run time

    parts: dict[str, list[Matrix]] = {name: [] for name in BITS}
    marks = []
    for begin in range(0, len(texts), 1000):
        features = read_features(texts[begin : begin + 1000])
        marks.append(marks_of(features).dense())
        blocks = {"words": features.words, "pairs": features.pairs, "runs": features.runs[0]}
        for name, block in blocks.items():
            parts[name].append(_matrix(block, 1 << BITS[name]))
    whole = {name: sparse.vstack(matrices).tocsr() for name, matrices in parts.items()}
    rarity = {name: _rarity(matrix) for name, matrix in whole.items()}
    return Design(whole, rarity, np.concatenate(marks))


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
    """All blocks side by side, only the columns that occur; the posts' mean vectors and their marks.

    Attributes
    ----------
    sparse : csr_matrix, shape (n, columns)
    dense : float32 array, shape (n, dimensions + marks)
        Sums of the words' vectors over the root of the post's number of features, then the marks.
    column : int64 array
        Row of the tables, one after another, of each sparse column.
    factor : float32 array
        By what each sparse column was scaled.
    vectors : float32 array, shape (rows of words, dimensions)
        Each word's vector as `dense` counted it.
    mark_scale : float32 array, shape (marks,)
        By what each mark was scaled.
    """

    sparse: Matrix
    dense: Floats
    column: npt.NDArray[np.int64]
    factor: Floats
    vectors: Floats
    mark_scale: Floats

    def take(self, rows: npt.NDArray[np.int64]) -> "Stacked":
        """Return the design of some of the texts."""
        return Stacked(
            self.sparse[rows], self.dense[rows], self.column, self.factor, self.vectors, self.mark_scale
        )

    def sums(self, weights: Floats) -> Floats:
        """Return the summed weights of each text, shape (n, outputs)."""
        columns = self.sparse.shape[1]
        sums: Floats = self.sparse @ weights[:columns] + self.dense @ weights[columns:]
        return sums

    def folded(self, weights: Floats) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
        """Return rows of the tables, their weights with the vectors' folded in, and the marks' weights."""
        columns = self.sparse.shape[1]
        marks = columns + self.vectors.shape[1]
        known = np.flatnonzero(np.any(self.vectors != 0, axis=1))
        every = np.union1d(self.column, known)
        folded = np.zeros((len(every), weights.shape[1]), np.float32)
        folded[np.searchsorted(every, self.column)] = weights[:columns] * self.factor[:, None]
        folded[np.searchsorted(every, known)] += self.vectors[known] @ weights[columns:marks]
        return every, folded, weights[marks:] * self.mark_scale[:, None]


def stacked(design: Design, vectors: Floats, shares: dict[str, float] | None = None) -> Stacked:
    """Stack the blocks, each scaled so that its mean squared length is its share squared.

    Parameters
    ----------
    vectors : float32 array, shape (rows of words, dimensions)
        A vector for each row of the table of words, zero where unknown.
    """
    from scipy import sparse  # noqa: PLC0415 - see design_of

    share = shares or SHARE
    blocks, factors = [], []
    for name, matrix in design.blocks.items():
        rarity = design.rarity[name]
        block = matrix @ sparse.diags(rarity)
        length = np.sqrt(block.multiply(block).sum() / block.shape[0])
        blocks.append(block * np.float32(share[name] / length))
        factors.append(rarity * np.float32(share[name] / length))
    factor = np.concatenate(factors)
    column = np.flatnonzero(factor)
    weighted = vectors * _plainness(design.blocks["words"])[:, None]
    dense = design.blocks["words"] @ weighted
    scale = np.float32(share["vectors"] / max(np.sqrt((dense**2).sum() / len(dense)), 1e-9))
    whole = sparse.hstack(blocks).tocsc()[:, column].tocsr()
    mark_scale = _mark_scale(design.marks, share["marks"])
    dense = np.concatenate([dense * scale, design.marks * mark_scale], axis=1)
    return Stacked(whole, dense, column, factor[column], weighted * scale, mark_scale)


def _mark_scale(marks: Floats, share: float) -> Floats:
    """Scale rare marks up as rare words are, and all to the mean squared length of their share."""
    rarity = np.log((1 + len(marks)) / (1 + (marks != 0).sum(axis=0))) + 1
    length = np.sqrt(((marks * rarity) ** 2).sum() / max(len(marks), 1))
    scale: Floats = (rarity * share / max(length, 1e-9)).astype(np.float32)
    return scale


def _plainness(words: Matrix) -> Floats:
    """Weigh frequent words down (Arora et al., 2017: smooth inverse frequency)."""
    share = np.bincount(words.indices, minlength=words.shape[1]) / max(words.nnz, 1)
    plainness: Floats = (_SMOOTH / (_SMOOTH + share)).astype(np.float32)
    return plainness


def ridge(design: Stacked, targets: Floats, importance: Floats, penalty: float, rounds: int = 40) -> Floats:
    """Solve weighted ridge regression for every output, shape (columns + dimensions, outputs).

    Parameters
    ----------
    design : Stacked
    targets : float32 array, shape (n, outputs)
    importance : float32 array, shape (n, outputs)
        Weight of each target; 0 where unknown.
    penalty : float
    rounds : int
        Most steps of conjugate gradients.

    Notes
    -----
    Each output is its own system; the steps run side by side so that the matrix products are shared.
    """
    transposed = design.sparse.T.tocsr()

    def back(residuals: Floats) -> Floats:
        whole: Floats = np.concatenate([transposed @ residuals, design.dense.T @ residuals])
        return whole

    residual = back(importance * targets)
    weights = np.zeros_like(residual)
    direction = residual.copy()
    energy = (residual**2).sum(axis=0)
    start = energy + 1e-12
    for _ in range(rounds):
        image = back(importance * design.sums(direction)) + penalty * direction
        step = energy / np.maximum((direction * image).sum(axis=0), 1e-12)
        weights += step * direction
        residual -= step * image
        fresh = (residual**2).sum(axis=0)
        if (fresh / start).max() < _CONVERGED:
            break
        direction = residual + (fresh / np.maximum(energy, 1e-12)) * direction
        energy = fresh
    return weights
