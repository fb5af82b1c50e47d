"""Every score opens to why: the words of a post which carried it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.features import Block, Features, read_features
from tocsin.stream.understand.reader import LinearReader
from tocsin.stream.understand.weights import Weights, packaged
from tocsin.stream.understand.words import OUTPUTS, SENTIMENTS

Floats = npt.NDArray[np.float32]

MOST_WORDS: Final = 6
_WORTH_TELLING: Final = 0.05


@dataclass(frozen=True, slots=True)
class Reason:
    """A word that carried a score.

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


def why(text: str, lang: str = "", weights: Weights | None = None) -> dict[str, Score]:
    """Return each score of a post with the words that carried it.

    Parameters
    ----------
    text : str
    lang : str
        Kept for readers whose scores depend on the language; the linear one's do not.
    weights : Weights, optional
        By default the packaged ones.

    Returns
    -------
    dict of str to Score
        By name of output: "sentiment.negative", "emotion.anger", "expectation.refund", "topic.delivery",
        "urgency"...
    """
    del lang
    weights = weights or packaged()
    chances = LinearReader(weights).chances([text])[0]
    features = read_features([text])
    carried = _carried(features, weights)
    carried[:, : len(SENTIMENTS)] -= carried[:, : len(SENTIMENTS)].mean(axis=1, keepdims=True)
    spans = _spans(features)
    return {
        name: Score(float(chances[output]), _heaviest(carried[:, output], spans))
        for output, name in enumerate(OUTPUTS)
    }


def _words(features: Features) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    begin, place = np.unique(features.words.begin, return_index=True)
    return begin, features.words.end[place]


def _carried(features: Features, weights: Weights) -> Floats:
    """Return what each word brought to each output: its own weights and its share of pairs and runs."""
    begin, end = _words(features)
    carried = np.zeros((len(begin), len(OUTPUTS)), np.float32)
    if not len(begin):
        return carried
    for name, block in (("words", features.words), ("pairs", features.pairs), ("runs", features.runs[0])):
        brought = weights.tables[name].weights(block.row) * weights.slope[: len(weights.tables[name].scale)]
        brought /= np.sqrt(max(len(block.row), 1))
        for first_word, last_word, row in zip(*_touched(begin, end, block), brought, strict=True):
            if last_word > first_word:
                carried[first_word:last_word, : len(row)] += row / (last_word - first_word)
    return carried


def _touched(
    begin: npt.NDArray[np.int64], end: npt.NDArray[np.int64], block: Block
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return for each feature the range of words that it overlaps."""
    return np.searchsorted(end, block.begin, side="right"), np.searchsorted(begin, block.end, side="left")


def _spans(features: Features) -> list[tuple[int, int]]:
    origin, offset = features.symbols.origin, int(features.symbols.offset[0])
    begin, end = _words(features)
    return [
        (int(origin[first]) - offset, int(origin[last - 1]) + 1 - offset)
        for first, last in zip(begin, end, strict=True)
    ]


def _heaviest(carried: Floats, spans: list[tuple[int, int]]) -> list[Reason]:
    speaking = np.maximum(carried, 0)
    total = float(speaking.sum())
    if total <= 0:
        return []
    order = np.argsort(-speaking, kind="stable")[:MOST_WORDS]
    return [
        Reason(spans[word][0], spans[word][1], round(float(speaking[word]) / total, 3))
        for word in order.tolist()
        if speaking[word] / total >= _WORTH_TELLING
    ]
