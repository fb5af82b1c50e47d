"""Every score opens to why: the words of a post which carried it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.features import Block, Features, read_features
from tocsin.stream.understand.language import languages, settled_by_common_words
from tocsin.stream.understand.reader import chances_of, heads_of
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
        Its language where known.
    weights : Weights, optional
        By default the packaged ones.

    Returns
    -------
    dict of str to Score
        By name of output: "sentiment.negative", "emotion.anger", "expectation.refund", "topic.delivery",
        "urgency"...
    """
    weights = weights or packaged()
    features = read_features([text])
    spoken = languages([text], [lang], settled_by_common_words(features.words))
    chances = chances_of(features, spoken, weights)[0]
    carried = _carried(features, weights, int(heads_of(spoken)[0]))
    carried[:, : len(SENTIMENTS)] -= carried[:, : len(SENTIMENTS)].mean(axis=1, keepdims=True)
    spans = _spans(features)
    return {
        name: Score(float(chances[output]), _heaviest(carried[:, output], spans))
        for output, name in enumerate(OUTPUTS)
    }


def _words(features: Features) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    begin, place = np.unique(features.words.begin, return_index=True)
    return begin, features.words.end[place]


def _carried(features: Features, weights: Weights, head: int) -> Floats:
    """Return what each word brought to each output: its own weights and its share of pairs and runs."""
    begin, end = _words(features)
    carried = np.zeros((len(begin), len(OUTPUTS)), np.float32)
    three = len(SENTIMENTS)
    blocks = {"words": features.words, "pairs": features.pairs, "runs": features.runs[0]}
    for name, table in weights.tables.items():
        group, kind = name.split(".")
        block = blocks[kind]
        brought = table.weights(block.row) / np.sqrt(max(len(block.row), 1))
        if group == "sentiment":
            mine = brought[:, three * head : three * (head + 1)] * weights.warmth[head]
            _spread(carried[:, :three], mine, begin, end, block)
        else:
            _spread(carried[:, three:], brought * weights.slope, begin, end, block)
    return carried


def _spread(
    carried: Floats,
    brought: Floats,
    begin: npt.NDArray[np.int64],
    end: npt.NDArray[np.int64],
    block: Block,
) -> None:
    """Add what each feature brought to the words that it overlaps, in equal parts."""
    for first_word, last_word, row in zip(*_touched(begin, end, block), brought, strict=True):
        if last_word > first_word:
            carried[first_word:last_word] += row / (last_word - first_word)


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
