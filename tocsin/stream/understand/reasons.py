"""Every score opens to why: the words of a post without which it would have been lower.

Each content word is taken out in turn and the post read again, all variants at once: what the score loses is
what the word brought, with all that hangs on it (a negation, a neighbour, what it met in the post).
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.fold import fold_batch
from tocsin.stream.stopwords import STOPWORDS
from tocsin.stream.understand.features import NEGATIONS, read_features
from tocsin.stream.understand.language import languages, settled_by_common_words
from tocsin.stream.understand.reader import chances_of
from tocsin.stream.understand.symbols import READ_AT_MOST
from tocsin.stream.understand.weights import Weights, packaged
from tocsin.stream.understand.words import OUTPUTS

Floats = npt.NDArray[np.float32]

MOST_WORDS: Final = 6
_WORTH_TELLING: Final = 0.05
_LEAST_MOVED: Final = 0.02
_LOOKED_AT: Final = 120
_SURE: Final = 1e-4
_WORD: Final = re.compile(
    r"https?://\S+|www\.\S+|@\w+|[^\W\d_]+(?:-[^\W\d_]+)*"
    "|[\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff]\ufe0f?"
)
# stop words of a subject that tell a feeling or an expectation all the same
_TELLING: Final = frozenset(
    ["merci", "thank", "thanks", "bon", "bien", "mieux", "well", "jamais", "never", "maintenant", "now"]
)
_NEGATIONS: Final = frozenset(NEGATIONS) - {"t", "plus"}


@dataclass(frozen=True, slots=True)
class Reason:
    """A word that carried a score, with the negation before it.

    Attributes
    ----------
    start, end : int
        Code points of the text.
    share : float
        Its part of what speaks for the score, 0 to 1.
    """

    start: int
    end: int
    share: float


@dataclass(frozen=True, slots=True)
class Score:
    """A score and the words which carried it, the weightiest first."""

    chance: float
    reasons: list[Reason]


def why(
    text: str, lang: str = "", weights: Weights | None = None, names: Collection[str] = ()
) -> dict[str, Score]:
    """Return each score of a post with the words that carried it.

    Parameters
    ----------
    text : str
    lang : str
        Its language where known.
    weights : Weights, optional
        By default the packaged ones.
    names : collection of str
        Brands and people, whose names are no reason for anything.

    Returns
    -------
    dict of str to Score
        By name of output: "sentiment.negative", "emotion.anger", "expectation.refund", "topic.delivery",
        "urgency"... The first 120 content words are looked at.
    """
    weights = weights or packaged()
    read = text[:READ_AT_MOST]
    spans = _content(read, names)
    texts = [read, *(f"{read[:start]} {read[end:]}" for start, end in spans)]
    features = read_features(texts)
    spoken = languages(texts[:1], [lang], settled_by_common_words(read_features(texts[:1]).tokens))
    chances = chances_of(features, spoken * len(texts), weights)
    lost = _logits(chances[:1]) - _logits(chances[1:])
    return {
        name: Score(float(chances[0, output]), _heaviest(lost[:, output], spans))
        for output, name in enumerate(OUTPUTS)
    }


def _logits(chances: Floats) -> Floats:
    sure = np.clip(chances, _SURE, 1 - _SURE)
    logits: Floats = np.log(sure / (1 - sure))
    return logits


def _content(text: str, names: Collection[str]) -> list[tuple[int, int]]:
    """Return where the content words stand, each with the negation right before it."""
    words = list(_WORD.finditer(text))
    folded = [fold.strip() for fold in fold_batch([word[0] for word in words])]
    named = {part for name in fold_batch(list(names)) for part in re.findall(r"\w+", name)}
    spans: list[tuple[int, int]] = []
    before = None
    for word, fold in zip(words, folded, strict=True):
        if fold in _NEGATIONS:
            before = word
        elif _tells(word[0], fold, named):
            joined = before is not None and text[before.end() : word.start()] == " "
            spans.append((before.start() if before and joined else word.start(), word.end()))
            before = None
        else:
            before = None
    return spans[:_LOOKED_AT]


def _tells(word: str, fold: str, named: set[str]) -> bool:
    if word.startswith(("http", "www.", "@")) or named & set(_parts(fold)):
        return False
    if word[0].isalpha():
        return len(word) > 1 and (fold not in STOPWORDS or fold in _TELLING)
    return True


def _parts(fold: str) -> Iterator[str]:
    yield fold
    yield from fold.split("-")


def _heaviest(lost: Floats, spans: list[tuple[int, int]]) -> list[Reason]:
    moved = np.where(lost >= _LEAST_MOVED, lost, 0)
    total = float(moved.sum())
    if total <= 0:
        return []
    order = np.argsort(-moved, kind="stable")[:MOST_WORDS]
    return [
        Reason(spans[word][0], spans[word][1], round(float(moved[word]) / total, 3))
        for word in order.tolist()
        if moved[word] / total >= _WORTH_TELLING
    ]
