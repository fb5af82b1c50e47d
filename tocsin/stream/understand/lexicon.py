"""Words and phrases that stand for something: in which of some fifty classes each token of a batch is.

The classes and their words stand in ``marks.tsv``, a class a line, folded as posts are; a hyphen may be left
out. A word is found by its hash, so that nothing is done word by word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.features import (
    PAIR_BITS,
    WORD_BITS,
    Features,
    Hashes,
    Tokens,
    pair_rows,
    row_of,
    tokens_of,
)

Flags = npt.NDArray[np.bool_]
Masks = npt.NDArray[np.uint64]

IDIOMS: Final = ("idiom_good", "idiom_bad", "resolved", "polite")
"""A phrase of these takes its words' own classes away: « plus de peur que de mal » tells no fear."""

_CHAIN: Final = np.uint64(0x9FB21C651E98DF25)
_LONGEST: Final = 7
_NEGATORS: Final = (
    "pas jamais rien aucun aucune sans ni guere ne n nul not no never nor none nothing without cannot dont "
    "doesnt didnt isnt wasnt wont cant couldnt shouldnt wouldnt aint t nicht kein keine keinen nie nichts "
    "ohne nunca sin ningun ninguna jamas non mai niente senza nessun nessuna nao nem sem nenhum nenhuma"
)


@lru_cache(maxsize=1)
def _lines() -> tuple[tuple[str, str], ...]:
    file = resources.files("tocsin.stream.understand") / "marks.tsv"
    rows = [line.split("\t") for line in file.read_text("utf-8").splitlines()]
    return tuple((name, phrases) for name, phrases in rows)


CLASSES: Final = tuple(name for name, _ in _lines())


@dataclass(frozen=True, slots=True, eq=False)
class _Lexicon:
    """Hashes of the words and phrases of each length, sorted, and the classes of each as bits.

    Attributes
    ----------
    known : bool array, shape (rows of words,)
    starts : bool array, shape (rows of pairs,)
        Rows on which a word of one token, or the first two of a phrase, may stand: looked at before anything
        is compared.
    negator : bool array, shape (rows of words,)
        Rows of negations.
    """

    hashes: list[Hashes]
    masks: list[Masks]
    known: Flags
    starts: Flags
    negator: Flags


def bits_of(names: Sequence[str]) -> np.uint64:
    """Return the mask in which the bits of the named classes are set."""
    return np.uint64(sum(1 << CLASSES.index(name) for name in names))


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    phrases: list[str] = []
    classes: list[int] = []
    for place, (_, said) in enumerate(_lines()):
        for phrase in said.split(", "):
            variants = {phrase, phrase.replace("-", " ")}
            phrases += sorted(variants)
            classes += [place] * len(variants)
    tokens = tokens_of(phrases)
    stops = np.append(tokens.first[1:], len(tokens.hashes))
    by_length: list[dict[int, int]] = [{} for _ in range(_LONGEST)]
    for place, begin, end in zip(classes, tokens.first.tolist(), stops.tolist(), strict=True):
        length = min(end - begin, _LONGEST)
        whole = int(_chained(tokens.hashes, np.array([begin]), length)[0])
        by_length[length - 1][whole] = by_length[length - 1].get(whole, 0) | 1 << place
    row = row_of(tokens.hashes, WORD_BITS)
    known, negator = (np.zeros(1 << WORD_BITS, np.bool_) for _ in range(2))
    starts = np.zeros(1 << PAIR_BITS, np.bool_)
    single = stops - tokens.first == 1
    known[row[tokens.first[single]]] = True
    begin = tokens.first[~single]
    starts[pair_rows(tokens.hashes[begin], tokens.hashes[begin + 1])] = True
    negator[row_of(tokens_of(_NEGATORS.split()).hashes, WORD_BITS)] = True
    sorted_ = [sorted(found.items()) for found in by_length]
    return _Lexicon(
        hashes=[np.array([hashed for hashed, _ in found], np.uint64) for found in sorted_],
        masks=[np.array([mask for _, mask in found], np.uint64) for found in sorted_],
        known=known,
        starts=starts,
        negator=negator,
    )


def _chained(hashes: Hashes, begin: npt.NDArray[np.int64], length: int) -> Hashes:
    whole = hashes[begin]
    for step in range(1, length):
        whole = (whole * _CHAIN) ^ hashes[begin + step]
    return whole


def _looked_up(lexicon: _Lexicon, length: int, hashes: Hashes) -> Masks:
    """Return the classes of words or phrases of one length, 0 where unknown."""
    known = lexicon.hashes[length - 1]
    if not len(known) or not len(hashes):
        return np.zeros(len(hashes), np.uint64)
    place = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    return np.where(known[place] == hashes, lexicon.masks[length - 1][place], np.uint64(0))


def classes_of_words(tokens: Tokens) -> Masks:
    """Return the classes of each token taken alone."""
    lexicon = _lexicon()
    masks = np.zeros(len(tokens.hashes), np.uint64)
    single = np.flatnonzero(lexicon.known.take(tokens.row))
    masks[single] = _looked_up(lexicon, 1, tokens.hashes[single])
    return masks


def classes_of(features: Features) -> Masks:
    """Return the classes of each token as bits; those of a phrase stand on its first word."""
    lexicon, tokens = _lexicon(), features.tokens
    masks = classes_of_words(tokens) if features.classes is None else features.classes.copy()
    pair = np.flatnonzero(lexicon.starts.take(features.pairs.row))
    post = np.searchsorted(features.pairs.first, pair, side="right") - 1
    start = (pair - post - 1)[pair > features.pairs.first[post]]
    whole = tokens.hashes[start]
    idioms = bits_of(IDIOMS)
    for length in range(2, _LONGEST + 1):
        inside = start + length - 1 < len(tokens.post)
        inside[inside] &= tokens.post[start[inside] + length - 1] == tokens.post[start[inside]]
        start, whole = start[inside], whole[inside]
        whole = (whole * _CHAIN) ^ tokens.hashes[start + length - 1]
        found = _looked_up(lexicon, length, whole)
        hit = np.flatnonzero(found)
        idiom = start[hit[(found[hit] & idioms) != 0]]
        for step in range(length):
            masks[idiom + step] &= idioms
        np.bitwise_or.at(masks, start[hit], found[hit])
    return masks


def negated(tokens: Tokens) -> Flags:
    """Mark what a negation reaches: the next three words, up to a sign."""
    return tokens.reached(_lexicon().negator.take(tokens.row))
