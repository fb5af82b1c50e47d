"""What is understood of each post of a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.chunks import Chunks
from tocsin.stream.understand.features import Features, read_features
from tocsin.stream.understand.language import languages, settled_by_common_words
from tocsin.stream.understand.marks import marks_of
from tocsin.stream.understand.symbols import READ_AT_MOST, Indices
from tocsin.stream.understand.weights import Weights, packaged
from tocsin.stream.understand.words import EMOTIONS, EXPECTATIONS, HEADS, OUTPUTS, SENTIMENTS, SIGNALS, TOPICS

Floats = npt.NDArray[np.float32]

SENTIMENT_OUTPUTS: Final = slice(0, len(SENTIMENTS))
EMOTION_OUTPUTS: Final = slice(SENTIMENT_OUTPUTS.stop, SENTIMENT_OUTPUTS.stop + len(EMOTIONS))
EXPECTATION_OUTPUTS: Final = slice(EMOTION_OUTPUTS.stop, EMOTION_OUTPUTS.stop + len(EXPECTATIONS))
TOPIC_OUTPUTS: Final = slice(EXPECTATION_OUTPUTS.stop, EXPECTATION_OUTPUTS.stop + len(TOPICS) - 1)
SIGNAL_OUTPUTS: Final = slice(TOPIC_OUTPUTS.stop, TOPIC_OUTPUTS.stop + len(SIGNALS))
SAID: Final = 0.5
"""The chance from which a thing is said to be there."""
OTHER_TOPIC: Final = 1 << TOPICS.index("other")

_HURTS: Final = EMOTIONS.index("joy")
_IRONY: Final = OUTPUTS.index("irony") - len(SENTIMENTS)
_HEAD: Final = {lang: place for place, lang in enumerate(HEADS)}

# posts whose chunks are read at once
_AT_ONCE: Final = 1_000
# where more than one chunk in so many is new, learning costs more than it saves: so many slices go without
_MOSTLY_MET: Final = 20
_PAUSE: Final = 8
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
        self._chunks = Chunks(weights)
        self._alone = Lock()  # one thread at a time learns chunks
        self._pause = 0

    def read(self, texts: Sequence[str], langs: Sequence[str]) -> Understanding:
        """Understand a batch of posts.

        Parameters
        ----------
        texts : sequence of str
            Any texts; the first 4,000 characters of each are read.
        langs : sequence of str
            The networks' own language tags, "" where unknown.
        """
        chances, spoken = self._chances(texts, langs)
        sentiment = chances[:, SENTIMENT_OUTPUTS]
        signals = chances[:, SIGNAL_OUTPUTS]
        topics = self._masks(chances, TOPIC_OUTPUTS)
        topics[topics == 0] = OTHER_TOPIC
        return Understanding(
            lang=spoken,
            sentiment=(sentiment.argmax(axis=1) - 1).astype(np.int8),
            score=sentiment[:, 2] - sentiment[:, 0],
            emotions=chances[:, EMOTION_OUTPUTS],
            expectations=self._masks(chances, EXPECTATION_OUTPUTS),
            topics=topics,
            urgency=signals[:, 0],
            irony=signals[:, 1],
            vulnerable=signals[:, 2],
        )

    def chances(self, texts: Sequence[str], langs: Sequence[str]) -> Floats:
        """Return the chance of each of `words.OUTPUTS`, shape (n, outputs)."""
        return self._chances(texts, langs)[0]

    def _chances(self, texts: Sequence[str], langs: Sequence[str]) -> tuple[Floats, list[str]]:
        chances = np.empty((len(texts), len(OUTPUTS)), np.float32)
        spoken = [""] * len(texts)
        begins = range(0, len(texts), _AT_ONCE)
        whole = [self._read_chunks(begin, texts, langs, chances, spoken) for begin in begins]
        for rows in _slices(texts, np.concatenate(whole) if whole else np.zeros(0, np.int64)):
            features = read_features([texts[row] for row in rows.tolist()])
            heard = _languages(texts, langs, rows, features, spoken)
            chances[rows] = chances_of(features, heard, self.weights)
        return chances, spoken

    def _read_chunks(
        self, begin: int, texts: Sequence[str], langs: Sequence[str], chances: Floats, spoken: list[str]
    ) -> Indices:
        """Fill in some posts' chances and languages, and return those that must be read as a whole."""
        some = texts[begin : begin + _AT_ONCE]
        with self._alone:
            if self._pause:
                self._pause -= 1
                return np.arange(begin, begin + len(some))
            cut = self._chunks.cut(some)
            if cut.learnt * _MOSTLY_MET > len(cut.number):
                self._pause = _PAUSE
            if len(cut.row):
                features = self._chunks.features(cut)
                heard = _languages(texts, langs, begin + cut.row, features, spoken)
                head = heads_of(heard)
                sentiment, rest = self._chunks.sums(cut, features, head)
        if len(cut.row):
            found = _chances_of_sums(sentiment, rest, features, head, self.weights)
            chances[begin + cut.row] = found
        return begin + cut.whole

    def _masks(self, chances: Floats, outputs: slice) -> npt.NDArray[np.uint16]:
        present = chances[:, outputs] >= SAID
        bits = (1 << np.arange(present.shape[1])).astype(np.uint16)
        masks: npt.NDArray[np.uint16] = (present * bits).sum(axis=1, dtype=np.uint16)
        return masks


def heads_of(langs: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the place in `words.HEADS` of the weights that read each language."""
    return np.fromiter((_HEAD.get(lang, 0) for lang in langs), np.int64, len(langs))


def chances_of(features: Features, langs: Sequence[str], weights: Weights) -> Floats:
    """Return the chance of each output for the posts of one slice, shape (n, outputs)."""
    tables, head = weights.tables, heads_of(langs)
    sentiment = tables["sentiment.words"].sums_of_lane(features.words, head)
    sentiment += tables["sentiment.pairs"].sums_of_lane(features.pairs, head)
    sentiment += tables["sentiment.runs"].sums_of_lane(features.runs[0], head)
    rest = tables["rest.words"].sums(features.words)
    rest += tables["rest.pairs"].sums(features.pairs)
    return _chances_of_sums(sentiment, rest, features, head, weights)


def _chances_of_sums(
    sentiment: Floats, rest: Floats, features: Features, head: Indices, weights: Weights
) -> Floats:
    """Return the chances, given what words, pairs and runs bring."""
    marks = marks_of(features)
    sentiment += marks.sums_of_lane(weights.marks["sentiment"], head)
    rest += marks.sums(weights.marks["rest"])
    return coherent(shares_of(sentiment * weights.warmth[head, None]), rest, weights)


def _languages(
    texts: Sequence[str], langs: Sequence[str], rows: Indices, features: Features, spoken: list[str]
) -> list[str]:
    """Return the languages of some rows, and note them."""
    chosen = rows.tolist()
    settled = settled_by_common_words(features.tokens)
    heard = languages([texts[row] for row in chosen], [langs[row] for row in chosen], settled)
    for row, lang in zip(chosen, heard, strict=True):
        spoken[row] = lang
    return heard


def shares_of(sums: Floats) -> Floats:
    """Return the softmax of the sentiments' sums."""
    shares = np.exp(np.clip(sums, -30, 30))
    shares /= shares.sum(axis=1, keepdims=True)
    return shares


def coherent(shares: Floats, rest: Floats, weights: Weights) -> Floats:
    """Return all chances, the sentiment being heard by every other output, and irony by the sentiment."""
    score = shares[:, 2:] - shares[:, :1]
    logits = np.clip(rest * weights.slope + weights.bias + score * weights.leaning, -30, 30)
    chances = 1 / (1 + np.exp(-logits))
    irony = chances[:, _IRONY : _IRONY + 1]
    meant = np.clip(2 * irony - 1, 0, 1) * shares[:, 2:]  # praise that is probably ironic is none
    shares = np.concatenate([shares[:, :1] + meant, shares[:, 1:2], shares[:, 2:] - meant], axis=1)
    # nobody is glad in a negative post, nor angry in a positive one: each feeling within its sentiment's room
    chances[:, :_HURTS] = np.minimum(chances[:, :_HURTS], 1 - shares[:, 2:])
    chances[:, _HURTS : len(EMOTIONS)] = np.minimum(chances[:, _HURTS : len(EMOTIONS)], 1 - shares[:, :1])
    return np.concatenate([shares, chances], axis=1, dtype=np.float32)


def _slices(texts: Sequence[str], rows: Indices) -> list[Indices]:
    """Cut rows where their texts reach `_SLICE` characters."""
    if not len(rows):
        return []
    lengths = (min(len(texts[row]), READ_AT_MOST) + 2 for row in rows.tolist())
    sizes = np.fromiter(lengths, np.int64, len(rows))
    return np.split(rows, np.flatnonzero(np.diff(np.cumsum(sizes) // _SLICE)) + 1)


@lru_cache(maxsize=1)
def default_reader() -> Reader:
    """Return the reader with the packaged weights, made once a process."""
    return LinearReader(packaged())
