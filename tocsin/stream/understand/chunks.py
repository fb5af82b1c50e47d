"""What stands between white space, folded, hashed and weighed once: in a burst people repeat one another.

A post is cut at white space, and each different chunk is read as `features` reads a post: its tokens, and the
sums of the weights of all features within it. Of a post remains what crosses from one chunk to the next:
pairs of words, negation, and two runs of characters around each gap. The sums are of integers, so a post
comes out bit by bit as if it had been read whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.features import (
    Block,
    Features,
    Tokens,
    negated_rows,
    negated_words,
    pairs_of,
    read_apart,
    rolled,
    run_rows,
)
from tocsin.stream.understand.lexicon import classes_of_words
from tocsin.stream.understand.symbols import READ_AT_MOST, Indices, Symbols, is_space
from tocsin.stream.understand.table import Floats, Packed, Table, counts_of
from tocsin.stream.understand.weights import Weights

CHUNKS: Final = 1 << 15
"""Chunks kept; when there are more, all are forgotten and learnt anew."""

_TOKENS: Final = CHUNKS * 4
_LEARN: Final = 4096
_LONGEST: Final = 40
_ODD: Final = -1
_UNKNOWN: Final = -2
_SPACE: Final = np.uint64(ord(" "))
_NOTHING: Final = np.uint64(0)

# what follows is never read (`symbols`), so that all of these are one chunk
_HANDLE: Final = re.compile(r"@\w+", re.ASCII)
_ADDRESS: Final = re.compile(r"https?://[!-&(-_a-~]+", re.ASCII)


@dataclass(slots=True, eq=False)
class Cut:
    """Texts as numbers of chunks.

    Attributes
    ----------
    row : int64 array, shape (n,)
        Which of the texts are cut.
    whole : int64 array
        Which must be read as a whole, because they hold something rare.
    number : int32 array, shape (m,)
        The chunks.
    count : int64 array, shape (n,)
        How many of them each text has: one at least.
    learnt : int
        Chunks that were new.
    """

    row: Indices
    whole: Indices
    number: npt.NDArray[np.int32]
    count: Indices
    learnt: int


class _Numbers(dict[str, int]):
    """Numbers of chunks; asked by subscript, which costs less than a call that names what stands for none."""

    def __missing__(self, chunk: str) -> int:
        return _UNKNOWN


class Chunks:
    """The chunks met lately, with their weights."""

    def __init__(self, weights: Weights) -> None:
        self._tables = weights.tables
        self._numbers = _Numbers()
        self._count = self._tokens = 0
        # pages that were never written to take no memory
        self._said = self._sums("sentiment.words")
        self._rest = self._sums("rest.words")
        self._runs = self._sums("sentiment.runs")
        self._words = np.zeros(CHUNKS, np.int64)
        self._symbols = np.zeros(CHUNKS, np.int64)
        self._open = np.zeros(CHUNKS, np.bool_)  # ends in an apostrophe
        # how a run of characters begins that ends in the next chunk, and how it ends in there
        self._begun = np.zeros((2, CHUNKS), np.uint64)
        self._ended = np.zeros((2, CHUNKS), np.uint64)
        self._first = np.zeros(CHUNKS + 1, np.int64)
        self._hash = np.zeros(_TOKENS, np.uint64)
        self._row = np.zeros(_TOKENS, np.int64)
        self._code = np.zeros(_TOKENS, np.uint16)
        self._sign, self._shouted = np.zeros((2, _TOKENS), np.bool_)
        self._classes = np.zeros(_TOKENS, np.uint64)

    def _sums(self, name: str) -> Packed:
        return np.zeros((CHUNKS, self._tables[name].packed.shape[1]), np.uint64)

    # cutting and learning

    def cut(self, texts: Sequence[str]) -> Cut:
        """Cut texts into chunks, and learn those that are new."""
        split = [text.split() for text in texts]
        number, learnt = self._numbered(list(chain.from_iterable(split)))
        count = np.fromiter(map(len, split), np.int64, len(split))
        long_or_loose = (len(text) > READ_AT_MOST or text[-1:].isspace() for text in texts)
        whole = np.fromiter(long_or_loose, np.bool_, len(texts)) | (count == 0)
        strange = number == _ODD
        last = (np.cumsum(count) - 1)[count > 0]
        strange[last] |= self._open[number[last]]
        whole[np.repeat(np.arange(len(split)), count)[strange]] = True
        return Cut(
            row=np.flatnonzero(~whole),
            whole=np.flatnonzero(whole),
            number=number[np.repeat(~whole, count)],
            count=count[~whole],
            learnt=learnt,
        )

    def _numbered(self, chunks: list[str]) -> tuple[npt.NDArray[np.int32], int]:
        number = np.fromiter(map(self._numbers.__getitem__, chunks), np.int32, len(chunks))
        unknown = np.flatnonzero(number == _UNKNOWN).tolist()
        new = {_name(chunks[place]) for place in unknown} - self._numbers.keys()
        if self._count + len(new) > CHUNKS:
            self._forget()
            unknown, new = list(range(len(chunks))), {_name(chunk) for chunk in chunks}
        learnt = [chunk for chunk in new if len(chunk) <= _LONGEST][:CHUNKS]
        for begin in range(0, len(learnt), _LEARN):
            self._learn(learnt[begin : begin + _LEARN])
        for place in unknown:
            number[place] = self._numbers.get(_name(chunks[place]), _ODD)
        return number, len(learnt)

    def _forget(self) -> None:
        self._numbers.clear()
        self._count = self._tokens = 0

    def _learn(self, chunks: list[str]) -> None:
        symbols, features = read_apart(chunks)
        tokens = counts_of(Block(features.tokens.row, features.tokens.first))
        if self._tokens + len(features.tokens.row) > _TOKENS:
            self._count = CHUNKS  # full: these are read as a whole, and the next batch begins anew
            return
        loose = is_space([chunk[-1] for chunk in chunks])
        last = symbols.last - symbols.first - 2 - loose  # the last symbol, the space before being the first
        here = slice(self._count, self._count + len(chunks))
        self._open[here], self._symbols[here] = loose, last + 1
        self._words[here] = counts_of(features.words)
        self._said[here] = self._tables["sentiment.words"].totals(features.words)
        self._rest[here] = self._tables["rest.words"].totals(features.words)
        self._learn_runs(here, symbols, features.runs[0], last)
        self._learn_tokens(features.tokens, tokens)
        odd = (last < 1) | (tokens == 0)
        numbers = np.where(odd, _ODD, np.arange(here.start, here.stop))
        self._numbers.update(zip(chunks, numbers.tolist(), strict=True))
        self._count += len(chunks)

    def _learn_runs(self, here: slice, symbols: Symbols, runs: Block, last: Indices) -> None:
        table, first = self._tables["sentiment.runs"], symbols.first
        weights = table.packed[table.place[runs.row]]
        inside = np.arange(len(runs.row)) - np.repeat(first, symbols.last - first)
        weights[inside > np.repeat(last, symbols.last - first) - 2] = 0
        self._runs[here] = np.add.reduceat(weights, first, axis=0)
        code = np.append(symbols.code, [ord(" ")] * 2).astype(np.uint64)
        one, other = code[first + np.maximum(last, 1) - 1], code[first + np.maximum(last, 0)]
        self._begun[:, here] = rolled(one, other, _SPACE, _NOTHING), rolled(other, _SPACE, _NOTHING, _NOTHING)
        self._ended[:, here] = code[first + 1], rolled(code[first + 1], code[first + 2])

    def _learn_tokens(self, tokens: Tokens, counts: Indices) -> None:
        here = slice(self._tokens, self._tokens + len(tokens.row))
        self._hash[here], self._row[here], self._code[here] = tokens.hashes, tokens.row, tokens.code
        self._sign[here], self._shouted[here] = tokens.sign, tokens.shouted
        self._classes[here] = classes_of_words(tokens)
        ends = self._tokens + np.cumsum(counts)
        self._first[self._count : self._count + len(counts) + 1] = np.concatenate([[self._tokens], ends])
        self._tokens += len(tokens.row)

    # reading

    def features(self, cut: Cut) -> Features:
        """Return the tokens and pairs of texts; their words and runs are in `sums`."""
        begin = self._first.take(cut.number)
        count = self._first.take(cut.number + 1) - begin
        before = np.cumsum(count) - count
        token = np.repeat(begin - before, count) + np.arange(int(count.sum()))
        post = np.repeat(np.arange(len(cut.count)), cut.count)
        tokens = Tokens(
            hashes=self._hash.take(token),
            row=self._row.take(token),
            post=np.repeat(post, count),
            first=before[np.cumsum(cut.count) - cut.count],
            begin=token,
            end=token + 1,
            code=self._code.take(token),
            sign=self._sign.take(token),
            shouted=self._shouted.take(token),
        )
        nothing = Block(token[:0], np.zeros(len(cut.count), np.int64))
        return Features(tokens, nothing, pairs_of(tokens), (nothing,), self._classes.take(token))

    def sums(self, cut: Cut, features: Features, head: Indices) -> tuple[Floats, Floats]:
        """Return the sums of words, pairs and runs for the sentiments and for all other outputs."""
        said, rest = self._tables["sentiment.words"], self._tables["rest.words"]
        first, lane = np.cumsum(cut.count) - cut.count, np.repeat(head, cut.count)
        negated = np.flatnonzero(negated_words(features.tokens))
        post = features.tokens.post[negated]
        row = negated_rows(features.tokens.hashes[negated])
        counts = np.add.reduceat(self._words.take(cut.number), first) + np.bincount(
            post, minlength=len(first)
        )
        of_rest = np.add.reduceat(self._rest.take(cut.number, axis=0), first, axis=0)
        of_said = np.add.reduceat(_of_lane(self._said, cut.number, lane), first)
        _add(of_rest, post, rest.packed.take(rest.place.take(row), axis=0))
        _add(of_said, post, said.weights_of_lane(row, head[post]))
        sentiment = said.averaged_lane(of_said, counts, head)
        sentiment += self._tables["sentiment.pairs"].sums_of_lane(features.pairs, head)
        sentiment += self._sums_of_runs(cut, first, lane, head)
        others = rest.averaged(of_rest, counts)
        others += self._tables["rest.pairs"].sums(features.pairs)
        return sentiment, others

    def _sums_of_runs(self, cut: Cut, first: Indices, lane: Indices, head: Indices) -> Floats:
        table: Table = self._tables["sentiment.runs"]
        totals = _of_lane(self._runs, cut.number, lane)
        one, other = cut.number[:-1], cut.number[1:]
        for begun, ended in zip(self._begun, self._ended, strict=True):
            totals[:-1] += table.weights_of_lane(run_rows(begun.take(one), ended.take(other)), lane[:-1])
        # the last three runs of a post would reach into the next, and say nothing
        last = first + cut.count - 1
        silent = table.weights_of_lane(np.zeros(len(head), np.int64), head)
        totals[last] = _of_lane(self._runs, cut.number[last], head) + np.uint64(3) * silent
        counts = np.add.reduceat(self._symbols.take(cut.number), first) + 1
        return table.averaged_lane(np.add.reduceat(totals, first), counts, head)


def _name(chunk: str) -> str:
    """Return the chunk that is read in the same way and stands for many."""
    if chunk[0] == "@" and _HANDLE.fullmatch(chunk):
        return "@"
    return "http" if chunk.startswith("http") and _ADDRESS.fullmatch(chunk) else chunk


def _of_lane(sums: Packed, number: npt.NDArray[np.int32], lane: Indices) -> Packed:
    weights: Packed = sums.reshape(-1).take(number.astype(np.int64) * sums.shape[1] + lane)
    return weights


def _add(totals: Packed, post: Indices, weights: Packed) -> None:
    """Add weights to their posts' totals; the posts are ascending."""
    lead = np.flatnonzero(np.diff(post, prepend=-1))
    if len(lead):
        totals[post[lead]] += np.add.reduceat(weights, lead, axis=0)
