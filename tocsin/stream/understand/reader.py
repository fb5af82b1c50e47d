"""What is understood of each post of a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.features import read_features
from tocsin.stream.understand.language import languages
from tocsin.stream.understand.symbols import READ_AT_MOST
from tocsin.stream.understand.weights import Weights, packaged
from tocsin.stream.understand.words import EMOTIONS, EXPECTATIONS, OUTPUTS, SENTIMENTS, SIGNALS, TOPICS

Floats = npt.NDArray[np.float32]

SENTIMENT_OUTPUTS: Final = slice(0, len(SENTIMENTS))
EMOTION_OUTPUTS: Final = slice(SENTIMENT_OUTPUTS.stop, SENTIMENT_OUTPUTS.stop + len(EMOTIONS))
EXPECTATION_OUTPUTS: Final = slice(EMOTION_OUTPUTS.stop, EMOTION_OUTPUTS.stop + len(EXPECTATIONS))
TOPIC_OUTPUTS: Final = slice(EXPECTATION_OUTPUTS.stop, EXPECTATION_OUTPUTS.stop + len(TOPICS) - 1)
SIGNAL_OUTPUTS: Final = slice(TOPIC_OUTPUTS.stop, TOPIC_OUTPUTS.stop + len(SIGNALS))
OTHER_TOPIC: Final = 1 << TOPICS.index("other")

# symbols read at once: the arrays of a slice stay in the processor's second-level cache
_SLICE: Final = 60_000


@dataclass(slots=True, eq=False)
class Understanding:
    """Columns of what was understood, one row a post.

    Attributes
    ----------
    lang : list of str
        ISO 639 code, "und" where none can be told.
    sentiment : int8 array, shape (n,)
        -1 negative, 0 neutral, 1 positive.
    score : float32 array, shape (n,)
        Chance of positive less chance of negative, -1 to 1.
    emotions : float32 array, shape (n, 8)
        Chance of each of `words.EMOTIONS`.
    expectations, topics : uint16 array, shape (n,)
        Bit masks over `words.EXPECTATIONS` and `words.TOPICS`.
    urgency, irony, vulnerable : float32 array, shape (n,)
        Chances, 0 to 1.
    """

    lang: list[str]
    sentiment: npt.NDArray[np.int8]
    score: Floats
    emotions: Floats
    expectations: npt.NDArray[np.uint16]
    topics: npt.NDArray[np.uint16]
    urgency: Floats
    irony: Floats
    vulnerable: Floats


class Reader(Protocol):
    """Understands posts; later, better readers keep this interface."""

    def read(self, texts: Sequence[str], langs: Sequence[str]) -> Understanding:
        """Understand a batch; ``langs`` are the networks' own, "" where unknown."""
        ...


class LinearReader:
    """Linear outputs over hashed words, pairs of words and runs of characters."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def read(self, texts: Sequence[str], langs: Sequence[str]) -> Understanding:
        """Understand a batch of posts.

        Parameters
        ----------
        texts : sequence of str
            Any texts; the first 4,000 characters of each are read.
        langs : sequence of str
            The networks' own language tags, "" where unknown.
        """
        chances = self.chances(texts)
        sentiment = chances[:, SENTIMENT_OUTPUTS]
        signals = chances[:, SIGNAL_OUTPUTS]
        topics = self._masks(chances, TOPIC_OUTPUTS)
        topics[topics == 0] = OTHER_TOPIC
        return Understanding(
            lang=languages(texts, langs),
            sentiment=(sentiment.argmax(axis=1) - 1).astype(np.int8),
            score=sentiment[:, 2] - sentiment[:, 0],
            emotions=chances[:, EMOTION_OUTPUTS],
            expectations=self._masks(chances, EXPECTATION_OUTPUTS),
            topics=topics,
            urgency=signals[:, 0],
            irony=signals[:, 1],
            vulnerable=signals[:, 2],
        )

    def chances(self, texts: Sequence[str]) -> Floats:
        """Return the chance of each of `words.OUTPUTS`, shape (n, outputs)."""
        chances = np.empty((len(texts), len(OUTPUTS)), np.float32)
        for begin, end in _slices(texts):
            chances[begin:end] = self._chances_of_slice(texts[begin:end])
        return chances

    def _chances_of_slice(self, texts: Sequence[str]) -> Floats:
        weights = self.weights
        sums = raw_sums(texts, weights)
        logits = sums * weights.slope + weights.bias
        np.clip(logits, -30, 30, out=logits)
        chances: Floats = 1 / (1 + np.exp(-logits))
        shares = np.exp(logits[:, SENTIMENT_OUTPUTS])
        chances[:, SENTIMENT_OUTPUTS] = shares / shares.sum(axis=1, keepdims=True)
        return chances

    def _masks(self, chances: Floats, outputs: slice) -> npt.NDArray[np.uint16]:
        present = chances[:, outputs] >= self.weights.threshold[outputs]
        bits = (1 << np.arange(present.shape[1])).astype(np.uint16)
        masks: npt.NDArray[np.uint16] = (present * bits).sum(axis=1, dtype=np.uint16)
        return masks


def raw_sums(texts: Sequence[str], weights: Weights) -> Floats:
    """Return the summed weights of each output before calibration, shape (n, outputs)."""
    features = read_features(texts)
    sums = weights.tables["words"].sums(features.words)
    sums += weights.tables["pairs"].sums(features.pairs)
    for block in features.runs:
        runs = weights.tables["runs"].sums(block)
        sums[:, : runs.shape[1]] += runs
    return sums


def _slices(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Cut a batch where its texts reach `_SLICE` characters."""
    if not texts:
        return []
    sizes = np.fromiter((min(len(text), READ_AT_MOST) + 2 for text in texts), np.int64, len(texts))
    part = np.cumsum(sizes) // _SLICE
    cuts = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(texts)]
    return list(pairwise(cuts))


@lru_cache(maxsize=1)
def default_reader() -> Reader:
    """Return the reader with the packaged weights, made once a process."""
    return LinearReader(packaged())
