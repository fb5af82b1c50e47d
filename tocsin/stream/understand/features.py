"""Hashed features of a batch: words, pairs of words, and runs of characters, each a row of a weight table.

Training and reading share this module, so a weight always means the same thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.symbols import _SPACE as SPACE
from tocsin.stream.understand.symbols import Indices, Symbols, read_symbols

WORD_BITS: Final = 18
PAIR_BITS: Final = 17
RUN_BITS: Final = 17
RUN_LENGTHS: Final = (4,)

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_SPREAD: Final = np.uint64(0xD6E8FEB86659FD93)
_NEGATED: Final = np.uint64(0xA0761D6478BD642F)
_SHOUTED: Final = np.uint64(0xE7037ED1A0B428DB)
_PAIRED: Final = np.uint64(0x589965CC75374CC3)
_STEM: Final = np.uint64(0x1D8E4E27C47D124F)
STEM_LENGTH: Final = 5

NEGATIONS: Final = [
    "pas",
    "plus",
    "jamais",
    "rien",
    "aucun",
    "aucune",
    "sans",
    "ni",
    "guere",
    "not",
    "no",
    "never",
    "nor",
    "none",
    "nothing",
    "without",
    "cannot",
    "dont",
    "doesnt",
    "didnt",
    "isnt",
    "wasnt",
    "wont",
    "cant",
    "couldnt",
    "shouldnt",
    "wouldnt",
    "aint",
    "t",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "nie",
    "nichts",
    "ohne",
    "nunca",
    "nada",
    "sin",
    "ningun",
    "ninguna",
    "jamas",
    "non",
    "mai",
    "niente",
    "senza",
    "nessun",
    "nessuna",
    "nao",
    "nem",
    "sem",
    "nenhum",
    "nenhuma",
]


@dataclass(slots=True, eq=False)
class Block:
    """Features of one kind: rows of one weight table, grouped by post.

    Attributes
    ----------
    row : int64 array, shape (m,)
        Row of the weight table.
    first : int64 array, shape (n,)
        Features of post i are ``row[first[i]:first[i + 1]]``, to the end for the last.
    begin, end : int64 array, shape (m,)
        The symbols that each feature was read from.
    """

    row: Rows
    first: Indices
    begin: Indices
    end: Indices


@dataclass(slots=True, eq=False)
class Features:
    """What the linear outputs read of a batch.

    Attributes
    ----------
    words, pairs : Block
        Words (also negated and shouted) and pairs of words.
    runs : tuple of Block
        Runs of characters, one block a length.
    """

    symbols: Symbols
    words: Block
    pairs: Block
    runs: tuple[Block, ...]


def row_of(hashes: Hashes, bits: int) -> Rows:
    """Spread hashes over ``2 ** bits`` rows."""
    return ((hashes * _SPREAD) >> np.uint64(64 - bits)).astype(np.int64)


class _Powers:
    """Powers of the base and of its inverse modulo 2**64, grown when a longer batch comes."""

    def __init__(self) -> None:
        self._up = np.ones(0, np.uint64)
        self._down = np.ones(0, np.uint64)

    def upto(self, length: int) -> tuple[Hashes, Hashes]:
        if len(self._up) < length:
            size = max(length, 1 << 18)
            inverse = np.uint64(pow(int(_BASE), -1, 1 << 64))
            self._up = np.cumprod(np.concatenate([[np.uint64(1)], np.full(size - 1, _BASE)]), dtype=np.uint64)
            self._down = np.cumprod(
                np.concatenate([[np.uint64(1)], np.full(size - 1, inverse)]), dtype=np.uint64
            )
        return self._up[:length], self._down[:length]


_POWERS: Final = _Powers()


def word_hashes(words: Sequence[str]) -> Hashes:
    """Return the hashes under which folded words of one token each are counted.

    A word that folds to several tokens gets the hash of its first.
    """
    symbols = read_symbols(words)
    begin, end, first = tokens(symbols)
    hashes = _hash_spans(symbols, begin, end)
    found = np.append(hashes, np.uint64(0))[np.minimum(first, len(hashes))]
    return found.astype(np.uint64)


def tokens(symbols: Symbols) -> tuple[Indices, Indices, Indices]:
    """Return begin and end of each token, and the first token of each post."""
    kind = symbols.kind
    borders = np.ones(len(kind), np.bool_)
    borders[1:] = (kind[1:] != kind[:-1]) | (kind[1:] > 1)
    begin = np.flatnonzero(borders & (kind != SPACE))
    stops = np.flatnonzero(borders)
    end = np.append(stops, len(kind))[np.searchsorted(stops, begin) + 1]
    return begin, end, np.searchsorted(begin, symbols.first)


def _hash_spans(symbols: Symbols, begin: Indices, end: Indices) -> Hashes:
    up, down = _POWERS.upto(len(symbols.code) + 1)
    total = np.zeros(len(symbols.code) + 1, np.uint64)
    np.cumsum(symbols.code.astype(np.uint64) * up[:-1], out=total[1:])
    return (total[end] - total[begin]) * down[begin]


def read_features(texts: Sequence[str]) -> Features:
    """Read the features of a batch of texts."""
    symbols = read_symbols(texts)
    begin, end, first = tokens(symbols)
    hashes = _hash_spans(symbols, begin, end)
    return Features(
        symbols=symbols,
        words=_words(symbols, hashes, begin, end, first),
        pairs=_pairs(symbols, hashes, begin, end, first),
        runs=_runs(symbols),
    )


_NEGATION_ROWS: Final = np.zeros(1 << WORD_BITS, np.bool_)
_NEGATION_ROWS[row_of(word_hashes(NEGATIONS), WORD_BITS)] = True


def _words(symbols: Symbols, hashes: Hashes, begin: Indices, end: Indices, first: Indices) -> Block:
    row = row_of(hashes, WORD_BITS)
    negation = _NEGATION_ROWS[row]
    sign = symbols.kind[begin] == 2
    post = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(row))))
    negated = np.zeros(len(row), np.bool_)
    for distance in (1, 2, 3):
        reached = negation[:-distance] & (post[distance:] == post[:-distance])
        for between in range(1, distance):
            reached &= ~sign[between : len(sign) - distance + between]
        negated[distance:] |= reached
    negated &= ~sign & ~negation
    long = end - begin > 2
    shouted = symbols.shouted[begin] & symbols.shouted[np.maximum(end - 1, 0)] & long
    stemmed = end - begin > STEM_LENGTH
    stems = _hash_spans(symbols, begin[stemmed], begin[stemmed] + STEM_LENGTH)
    chosen = np.concatenate(
        [
            np.arange(len(row)),
            np.flatnonzero(negated),
            np.flatnonzero(shouted),
            np.flatnonzero(stemmed),
        ]
    )
    rows = np.concatenate(
        [
            row,
            row_of(hashes[negated] ^ _NEGATED, WORD_BITS),
            row_of(hashes[shouted] ^ _SHOUTED, WORD_BITS),
            row_of(stems ^ _STEM, WORD_BITS),
        ]
    )
    order = np.argsort(chosen, kind="stable")
    chosen = chosen[order]
    return Block(rows[order], np.searchsorted(chosen, first), begin[chosen], end[chosen])


def _pairs(symbols: Symbols, hashes: Hashes, begin: Indices, end: Indices, first: Indices) -> Block:
    """Pairs of neighbours, the edge of a post being a neighbour too."""
    padded = np.insert(hashes, first, np.uint64(0))  # one edge before each post
    edge = first + np.arange(len(first))
    after = np.append(padded[1:], np.uint64(0))
    rows = row_of((padded * _PAIRED) ^ after, PAIR_BITS)
    begins = np.insert(begin, first, symbols.first)
    ends = np.append(np.insert(end, first, symbols.first)[1:], len(symbols.code))
    return Block(rows, edge, begins, ends)


def _runs(symbols: Symbols) -> tuple[Block, ...]:
    size = len(symbols.code)
    code = np.zeros(size + max(RUN_LENGTHS), np.uint64)
    code[:size] = symbols.code
    rolling = code
    blocks = []
    for length in range(2, max(RUN_LENGTHS) + 1):
        rolling = rolling[:-1] * _BASE + code[length - 1 :]
        if length in RUN_LENGTHS:
            blocks.append(_run_block(symbols, rolling[:size], length))
    return tuple(blocks)


def _run_block(symbols: Symbols, rolling: Hashes, length: int) -> Block:
    begin = np.arange(len(rolling))
    row = row_of(rolling, RUN_BITS)
    # a run that would reach into the next post says nothing
    closing = symbols.last[:, None] - np.arange(1, length)
    row[closing[closing >= symbols.first[:, None]]] = 0
    return Block(row, symbols.first, begin, np.minimum(begin + length, len(rolling)))
