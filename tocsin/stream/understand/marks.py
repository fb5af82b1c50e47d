"""What a post is made of: the classes of its words, what is negated, and which of them meet.

A weight learnt for a class serves every word of it, seen in training or not; praise beside a breakdown is a
mark of its own, and so is what stands behind the last « mais ».
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.features import Features, Tokens
from tocsin.stream.understand.lexicon import CLASSES, IDIOMS, Flags, Masks, bits_of, classes_of, negated
from tocsin.stream.understand.symbols import READ_AT_MOST, Indices

Floats = npt.NDArray[np.float32]

_GOOD: Final = bits_of(("good", "joy", "idiom_good"))
_BAD: Final = bits_of(("bad", "anger", "annoy", "disappoint", "fear", "sad", "disgust", "idiom_bad"))
_HURT: Final = bits_of(("harm", "hazard", "stuck"))
_TROUBLE: Final = bits_of(("trouble",))
_TURNED: Final = _GOOD | _BAD | _HURT | bits_of(("trouble", "praise"))
_IDIOM: Final = bits_of(IDIOMS)
_CONTRAST: Final = bits_of(("contrast",))
_NONE: Final = np.uint64(0)
_COUNT_BITS: Final = READ_AT_MOST.bit_length() + 1
_COUNT_MASK: Final = (1 << _COUNT_BITS) - 1

_MEETINGS: Final = (
    ("praise", "trouble"),
    ("praise", "time"),
    ("praise", "BAD"),
    ("praise", "HURT"),
    ("praise", "again"),
    ("praise", "price"),
    ("thanks", "trouble"),
    ("thanks", "time"),
    ("joy", "trouble"),
    ("joy", "time"),
    ("good", "trouble"),
    ("laugh", "BAD"),
    ("laugh", "trouble"),
    ("ironic", "trouble"),
    ("ironic", "praise"),
    ("quoted", "laugh"),
    ("quoted", "ironic"),
    ("question", "BAD"),
    ("question", "trouble"),
    ("question", "HURT"),
    ("question", "polite"),
    ("question", "data"),
    ("question_word", "BAD"),
    ("ask", "BAD"),
    ("ask", "trouble"),
    ("harm", "vulnerable"),
    ("hazard", "vulnerable"),
    ("stuck", "vulnerable"),
    ("trouble", "vulnerable"),
    ("BAD", "vulnerable"),
    ("GOOD", "vulnerable"),
    ("staff", "vulnerable"),
    ("family", "HURT"),
    ("family", "hazard"),
    ("family", "stuck"),
    ("family", "trouble"),
    ("family", "BAD"),
    ("family", "GOOD"),
    ("family", "vulnerable"),
    ("hazard", "quality"),
    ("hazard", "harm"),
    ("hazard", "availability"),
    ("now", "harm"),
    ("now", "hazard"),
    ("now", "trouble"),
    ("now", "stuck"),
    ("now", "data"),
    ("now", "takeover"),
    ("now", "delivery"),
    ("now", "GOOD"),
    ("warn", "hazard"),
    ("warn", "harm"),
    ("data", "fear"),
    ("data", "anger"),
    ("headline", "harm"),
    ("headline", "data"),
    ("news", "HURT"),
    ("news", "GOOD"),
    ("rumour", "HURT"),
    ("rumour", "question"),
    ("delivery", "time"),
    ("delivery", "trouble"),
    ("delivery", "GOOD"),
    ("availability", "trouble"),
    ("billing", "trouble"),
    ("staff", "BAD"),
    ("staff", "GOOD"),
    ("staff", "thanks"),
    ("service", "time"),
    ("service", "GOOD"),
    ("price", "BAD"),
    ("resolved", "HURT"),
    ("resolved", "BAD"),
    ("resolved", "trouble"),
    ("GOOD", "BAD"),
    ("GOOD", "thanks"),
    ("sad", "HURT"),
    ("communication", "ethics"),
)


_DERIVED: Final = (
    "GOOD",
    "BAD",
    "HURT",
    "not_good",
    "not_bad",
    "not_hurt",
    "not_trouble",
    "good_at_last",
    "bad_at_last",
    "good_at_first",
    "bad_at_first",
    "quoted",
    "calm_question",
    "calm_news",
    "calm_praise",
    "calm_laugh",
    "never_better",
    "never_worse",
    "unmarked",
    "shouting",
    "exclaimed",
    "trailing",
    "words_1",
    "words_3",
    "words_6",
    "words_long",
)
_COUNTS: Final = ("count_good", "count_bad", "count_hurt")
_FLAGS: Final = (*CLASSES, *_DERIVED)
MARKS: Final = (*_FLAGS, *(f"{one}+{other}" for one, other in _MEETINGS), *_COUNTS)
_ONE: Final = [_FLAGS.index(one) for one, _ in _MEETINGS]
_OTHER: Final = [_FLAGS.index(other) for _, other in _MEETINGS]


@dataclass(slots=True, eq=False)
class Marks:
    """The marks of a batch that are not zero, post by post.

    Attributes
    ----------
    post, mark : int64 array, shape (m,)
        Row of the batch and place in `MARKS`.
    value : float32 array, shape (m,)
    posts : int
        Posts of the batch, those without a mark included.
    """

    post: Indices
    mark: Indices
    value: Floats
    posts: int

    def dense(self) -> Floats:
        """Return the marks as a matrix, shape (n, marks)."""
        dense = np.zeros((self.posts, len(MARKS)), np.float32)
        dense[self.post, self.mark] = self.value
        return dense

    def sums(self, weights: Floats) -> Floats:
        """Return the sum of each post's marks times their weights, shape (n, outputs).

        A product of whole matrices would wake the threads of the linear algebra library, which costs more
        than it saves on so small ones.
        """
        return self._summed(weights.take(self.mark, axis=0))

    def sums_of_lane(self, weights: Floats, lane: Indices) -> Floats:
        """Return the same for the three outputs of one lane, chosen post by post, shape (n, 3)."""
        lanes = weights.shape[1] // 3
        return self._summed(weights.reshape(-1, 3).take(self.mark * lanes + lane.take(self.post), axis=0))

    def _summed(self, brought: Floats) -> Floats:
        brought *= self.value[:, None]
        sums = np.zeros((self.posts, brought.shape[1]), np.float32)
        first = np.flatnonzero(np.diff(self.post, prepend=-1))
        if len(first):
            sums[self.post[first]] = np.add.reduceat(brought, first, axis=0)
        return sums


def marks_of(features: Features) -> Marks:
    """Return the marks of each post of a batch."""
    tokens, posts = features.tokens, len(features.tokens.first)
    filled = np.flatnonzero(np.diff(np.append(tokens.first, len(tokens.hashes))))
    if not len(filled):
        return Marks(filled, filled, np.zeros(0, np.float32), posts)
    flags, counts = _marks(features, tokens.first[filled])
    row, mark = np.divmod(np.flatnonzero(flags), flags.shape[1])
    value = np.ones(len(row), np.float32)
    counted = mark >= len(MARKS) - len(_COUNTS)
    value[counted] = counts[row[counted], mark[counted] - (len(MARKS) - len(_COUNTS))]
    return Marks(filled[row], mark, value, posts)


def _marks(features: Features, first: Indices) -> tuple[Flags, Floats]:
    """Return which marks the posts with a token have, and the counts; ``first`` is each one's first token."""
    tokens, masks = features.tokens, classes_of(features)
    turned = negated(tokens) & ((masks & _IDIOM) == 0)
    plain = masks & ~np.where(turned, _TURNED, _NONE)
    said = np.bitwise_or.reduceat(plain, first)
    flags = np.empty((len(first), len(_FLAGS)), np.bool_)
    flags[:, : len(CLASSES)] = _unpacked(said)
    name = {name: flags[:, place] for place, name in enumerate(_FLAGS)}
    name["GOOD"][:], name["BAD"][:], name["HURT"][:] = _any(said, _GOOD), _any(said, _BAD), _any(said, _HURT)
    denied = np.bitwise_or.reduceat(np.where(turned, masks, _NONE), first)
    _mark_negation(name, said, denied)
    _mark_contrast(name, tokens, plain, first)
    _mark_calm(name, said)
    _mark_form(name, tokens, first)
    hits = _counted([_any(plain, group) for group in (_GOOD, _BAD, _HURT)], first)
    counts = np.sqrt(np.minimum(hits, 6)).astype(np.float32).T
    return np.concatenate([flags, flags[:, _ONE] & flags[:, _OTHER], counts > 0], axis=1), counts


def _mark_negation(name: dict[str, Flags], said: Masks, denied: Masks) -> None:
    name["not_good"][:], name["not_bad"][:] = _any(denied, _GOOD), _any(denied, _BAD)
    name["not_hurt"][:], name["not_trouble"][:] = _any(denied, _HURT), _any(denied, _TROUBLE)
    compared = name["never"] & name["compare"]
    name["never_better"][:] = compared & _any(said | denied, _GOOD)
    name["never_worse"][:] = compared & _any(said | denied, _BAD)


def _mark_contrast(name: dict[str, Flags], tokens: Tokens, plain: Masks, first: Indices) -> None:
    """Mark what stands before and behind the last « mais » of each post."""
    turn = np.flatnonzero(plain & _CONTRAST)
    last = np.full(len(tokens.first), len(plain), np.int64)
    last[tokens.post[turn]] = turn  # the last of a post wins
    after = np.arange(len(plain)) > last[tokens.post]
    behind = np.bitwise_or.reduceat(np.where(after, plain, _NONE), first)
    before = np.bitwise_or.reduceat(np.where(after, _NONE, plain), first)
    contrasted = name["contrast"]
    name["good_at_last"][:] = contrasted & _any(behind, _GOOD)
    name["bad_at_last"][:] = contrasted & _any(behind, _BAD | _TROUBLE)
    name["good_at_first"][:] = contrasted & _any(before, _GOOD)
    name["bad_at_first"][:] = contrasted & _any(before, _BAD | _TROUBLE)


def _mark_calm(name: dict[str, Flags], said: Masks) -> None:
    calm = ~(name["BAD"] | name["HURT"] | name["trouble"] | name["not_good"])
    name["calm_question"][:] = name["question"] & calm
    name["calm_news"][:] = name["news"] & calm & ~name["headline"]
    name["calm_praise"][:] = (name["praise"] | name["GOOD"]) & calm & ~name["ironic"]
    name["calm_laugh"][:] = name["laugh"] & calm
    name["unmarked"][:] = said == 0


def _mark_form(name: dict[str, Flags], tokens: Tokens, first: Indices) -> None:
    """Mark how a post is written: quotes, capitals, signs, length."""
    quotes, shouts, exclamations, dots = _counted(
        [tokens.code == ord('"'), tokens.shouted, tokens.code == ord("!"), _trailing(tokens)], first
    )
    name["quoted"][:], name["shouting"][:] = quotes >= 2, shouts >= 2
    name["exclaimed"][:], name["trailing"][:] = exclamations > 0, dots > 0
    count = np.diff(np.append(first, len(tokens.hashes)))
    name["words_1"][:] = count <= 1
    name["words_3"][:] = (count > 1) & (count <= 3)
    name["words_6"][:] = (count > 3) & (count <= 6)
    name["words_long"][:] = count > 40


def _counted(flags: Sequence[Flags], first: Indices) -> Indices:
    """Return how often each of up to four flags is set in each post, added up in one go: shape (flags, n).

    A post has at most as many tokens as characters are read of it, so that no count reaches into the next.
    """
    together = np.zeros(len(flags[0]), np.int64)
    for place, flag in enumerate(flags):
        together |= flag.astype(np.int64) << (_COUNT_BITS * place)
    totals = np.add.reduceat(together, first)
    return np.stack([totals >> (_COUNT_BITS * place) & _COUNT_MASK for place in range(len(flags))])


def _unpacked(masks: Masks) -> Flags:
    bits = np.unpackbits(masks.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
    return bits[:, : len(CLASSES)].view(np.bool_)


def _any(masks: Masks, group: np.uint64) -> Flags:
    found: Flags = (masks & group) != 0
    return found


def _trailing(tokens: Tokens) -> Flags:
    """Mark the second of two dots that follow each other in a post."""
    dot = tokens.code == ord(".")
    trailing = np.zeros(len(dot), np.bool_)
    trailing[1:] = dot[1:] & dot[:-1] & (tokens.post[1:] == tokens.post[:-1])
    return trailing
