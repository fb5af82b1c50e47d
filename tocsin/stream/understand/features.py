"""Hashed features of a batch: words, pairs of words, and runs of characters, each a row of a weight table.

Training and reading share this module, so a weight always means the same thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.symbols import SIGN, SPACE, Indices, Symbols, read_symbols

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
NEGATION_REACH: Final = 3

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
    """

    row: Rows
    first: Indices


@dataclass(slots=True, eq=False)
class Tokens:
    """Words, signs and pictures of a batch, in order.

    Attributes
    ----------
    hashes : uint64 array, shape (m,)
    row : int64 array, shape (m,)
        Row of each in a table of words.
    post : int64 array, shape (m,)
        To which post each belongs.
    first : int64 array, shape (n,)
        The first token of each post.
    begin, end : int64 array, shape (m,)
        The symbols of each.
    code : uint16 array, shape (m,)
        The first symbol of each.
    sign, shouted : bool array, shape (m,)
        Signs of punctuation; words of three letters and more in upper case.
    """

    hashes: Hashes
    row: Rows
    post: Indices
    first: Indices
    begin: Indices
    end: Indices
    code: npt.NDArray[np.uint16]
    sign: npt.NDArray[np.bool_]
    shouted: npt.NDArray[np.bool_]

    def reached(self, negator: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Mark the three words behind each negator, up to a sign of punctuation or the end of the post."""
        reached = np.zeros(len(negator), np.bool_)
        at = np.flatnonzero(negator)
        for _ in range(NEGATION_REACH):
            following = at[at + 1 < len(negator)] + 1
            at = following[(self.post[following] == self.post[following - 1]) & ~self.sign[following]]
            reached[at] = True
        return reached


@dataclass(slots=True, eq=False)
class Features:
    """What the linear outputs read of a batch.

    Attributes
    ----------
    words, pairs : Block
        Words (also negated and shouted) and pairs of words.
    runs : tuple of Block
        Runs of characters, one block a length.
    classes : uint64 array, optional
        The classes of each token taken alone (`lexicon.classes_of_words`), where they are known already.
    """

    tokens: Tokens
    words: Block
    pairs: Block
    runs: tuple[Block, ...]
    classes: Hashes | None = None


def row_of(hashes: Hashes, bits: int) -> Rows:
    """Spread hashes over ``2 ** bits`` rows."""
    return ((hashes * _SPREAD) >> np.uint64(64 - bits)).view(np.int64)


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
    tokens = tokens_of(words)
    found = np.append(tokens.hashes, np.uint64(0))[np.minimum(tokens.first, len(tokens.hashes))]
    return found.astype(np.uint64)


def tokens_of(texts: Sequence[str]) -> Tokens:
    """Cut texts into tokens."""
    symbols = read_symbols(texts)
    return _tokens(symbols, _Hasher(symbols))


class _Hasher:
    """Hashes of spans of symbols, as differences of one running sum."""

    def __init__(self, symbols: Symbols) -> None:
        up, self._down = _POWERS.upto(len(symbols.code) + 1)
        self._total = np.zeros(len(symbols.code) + 1, np.uint64)
        np.cumsum(symbols.code * up[:-1], out=self._total[1:])

    def spans(self, begin: Indices, end: Indices) -> Hashes:
        hashes: Hashes = (self._total[end] - self._total[begin]) * self._down[begin]
        return hashes


def _tokens(symbols: Symbols, hasher: _Hasher) -> Tokens:
    kind = symbols.kind
    borders = np.ones(len(kind), np.bool_)
    borders[1:] = (kind[1:] != kind[:-1]) | (kind[1:] > 1)
    stops = np.flatnonzero(borders)
    spoken = np.flatnonzero(kind[stops] != SPACE)
    begin = stops[spoken]
    end = np.append(stops, len(kind))[spoken + 1]
    first = np.searchsorted(begin, symbols.first)
    hashes = hasher.spans(begin, end)
    return Tokens(
        hashes=hashes,
        row=row_of(hashes, WORD_BITS),
        post=np.repeat(np.arange(len(first)), np.diff(np.append(first, len(begin)))),
        first=first,
        begin=begin,
        end=end,
        code=symbols.code[begin],
        sign=kind[begin] == SIGN,
        shouted=symbols.shouted[begin] & symbols.shouted[end - 1] & (end - begin > 2),
    )


def read_features(texts: Sequence[str]) -> Features:
    """Read the features of a batch of texts."""
    symbols = read_symbols(texts)
    hasher = _Hasher(symbols)
    tokens = _tokens(symbols, hasher)
    words = _words(tokens, hasher, negated_words(tokens))
    return Features(tokens, words, pairs_of(tokens), _runs(symbols))


def read_apart(texts: Sequence[str]) -> tuple[Symbols, Features]:
    """Read the symbols and features of texts in which nothing negates: what lies before them is not known."""
    symbols = read_symbols(texts)
    hasher = _Hasher(symbols)
    tokens = _tokens(symbols, hasher)
    words = _words(tokens, hasher, np.zeros(len(tokens.row), np.bool_))
    return symbols, Features(tokens, words, pairs_of(tokens), _runs(symbols))


_NEGATION_ROWS: Final = np.zeros(1 << WORD_BITS, np.bool_)
_NEGATION_ROWS[row_of(word_hashes(NEGATIONS), WORD_BITS)] = True


def negated_words(tokens: Tokens) -> npt.NDArray[np.bool_]:
    """Mark the words that are read once more as negated."""
    negation = _NEGATION_ROWS.take(tokens.row)
    return np.asarray(tokens.reached(negation) & ~negation)


def negated_rows(hashes: Hashes) -> Rows:
    """Return the rows of negated words."""
    return row_of(hashes ^ _NEGATED, WORD_BITS)


def _words(tokens: Tokens, hasher: _Hasher, negated: npt.NDArray[np.bool_]) -> Block:
    stemmed = tokens.end - tokens.begin > STEM_LENGTH
    stem_begin = tokens.begin[stemmed]
    kinds = (
        (negated, negated_rows(tokens.hashes[negated])),
        (tokens.shouted, row_of(tokens.hashes[tokens.shouted] ^ _SHOUTED, WORD_BITS)),
        (stemmed, row_of(hasher.spans(stem_begin, stem_begin + STEM_LENGTH) ^ _STEM, WORD_BITS)),
    )
    place = np.zeros(len(tokens.row) + 1, np.int64)
    np.cumsum(negated.astype(np.int64) + tokens.shouted + stemmed + 1, out=place[1:])
    rows = np.empty(place[-1], np.int64)
    rows[place[:-1]] = tokens.row
    free = place[:-1] + 1
    for chosen, found in kinds:
        rows[free[chosen]] = found
        free += chosen
    return Block(rows, place[tokens.first])


def pair_rows(one: Hashes, other: Hashes) -> Rows:
    """Return the rows of pairs of neighbours."""
    return row_of((one * _PAIRED) ^ other, PAIR_BITS)


def pairs_of(tokens: Tokens) -> Block:
    """Return the pairs of neighbours, the edge of a post being a neighbour too.

    Token i of post p is the second of pair i + p, and the first of the next.
    """
    count = len(tokens.first)
    padded = np.zeros(len(tokens.hashes) + count + 1, np.uint64)  # one edge before each post
    padded[np.arange(1, len(tokens.hashes) + 1) + tokens.post] = tokens.hashes
    return Block(pair_rows(padded[:-1], padded[1:]), tokens.first + np.arange(count))


def run_rows(begun: Hashes, ended: Hashes) -> Rows:
    """Return the rows of runs whose beginning and end were `rolled` apart, zeros standing for the rest."""
    return row_of(begun + ended, RUN_BITS)


def rolled(*codes: Hashes | np.uint64) -> Hashes:
    """Return the hash of a run of characters, given column by column."""
    rolling = np.zeros(1, np.uint64)
    for code in codes:
        rolling = rolling * _BASE + code
    return rolling


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
    row = row_of(rolling, RUN_BITS)
    # a run that would reach into the next post says nothing
    closing = symbols.last[:, None] - np.arange(1, length)
    row[closing[closing >= symbols.first[:, None]]] = 0
    return Block(row, symbols.first)
