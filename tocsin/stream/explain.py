"""Why a signal was raised: codes and figures from the posts of its window, in the order of their weight."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.detect import Signal
from tocsin.stream.risen import words_that_rose
from tocsin.stream.understand.words import EMOTIONS, TOPICS

Ints = npt.NDArray[np.int64]

_NEGATIVE_EMOTIONS: Final = ("anger", "frustration", "disappointment", "fear", "sadness", "disgust")

# What is worth saying: shares of the posts of the window, and posts that it takes.
_TOPIC_SHARE, _EMOTION_SHARE, _NEGATIVE_SHARE, _NETWORK_SHARE = 0.35, 0.3, 0.5, 0.8
_LEAST_POSTS, _LEAST_NARRATIVE, _LEAST_COORDINATED = 3, 3, 10
_LOUD_FOLLOWERS, _LOUD_SHARE = 10_000, 0.5
_FEW_AUTHORS_SHARE = 0.25
_WORDS_SHOWN = 5
_EXCERPT = 120

# White space that may break a line; French signs keep theirs.
_GAPS = re.compile(r"[^\S\u00a0\u202f]+")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, ready to be stored and put into words (`tocsin.stream.explain_words.phrase`).

    Attributes
    ----------
    code : str
    figures : dict
        Numbers, keys and names only; fit for JSON.
    """

    code: str
    figures: dict[str, Any]


@dataclass(slots=True)
class Window:
    """Columns of the posts in a signal's window, newest first.

    Attributes
    ----------
    key, author_key, narrative : int64 (n,)
    author, network : sequence of str
        Name or handle to show, and network.
    followers, reposts, engagement : int64 (n,)
        -1 where unknown.
    sentiment : int (n,)
        -1, 0, 1.
    emotions : float (n, 8)
        Chances, in the order of `EMOTIONS`.
    topics : int (n,)
        One bit a topic, in the order of `TOPICS`.
    folded, before : sequence of str
        Folded texts of the window, and of the time before it (for the words that rose; may be empty).
    text : sequence of str
        Texts of the window as they were written, to be quoted; may be empty.
    """

    key: Ints
    author_key: Ints
    author: Sequence[str]
    network: Sequence[str]
    followers: Ints
    reposts: Ints
    engagement: Ints
    sentiment: npt.NDArray[np.integer[Any]]
    emotions: npt.NDArray[np.floating[Any]]
    topics: npt.NDArray[np.integer[Any]]
    narrative: Ints
    folded: Sequence[str] = field(default_factory=list)
    before: Sequence[str] = field(default_factory=list)
    text: Sequence[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.key)


def explain(signal: Signal, window: Window) -> list[Reason]:
    """Return the reasons of a signal, the first one always its own figures.

    Parameters
    ----------
    window : Window
        Posts published in the `signal.horizon_minutes` up to `signal.minute`; all of them or a fair sample.
    """
    reasons = [_above_usual(signal, window)]
    if len(window) < _LEAST_POSTS:
        return reasons + list(_loud_voice(window))
    for find in (_tone, _people, _topics, _emotions, _narratives, _shared, _loud_voice, _network, _words):
        reasons += find(window)
    return reasons


def _above_usual(signal: Signal, window: Window) -> Reason:
    observed = round(signal.observed)
    if signal.measure == "negative":
        # The detector weighs negative posts by how many people wrote them; people count posts.
        observed = max(observed, int((window.sentiment < 0).sum()))
    figures = {
        "measure": signal.measure,
        "observed": observed,
        "minutes": signal.horizon_minutes,
        "usual": round(signal.expected, 1 if signal.expected < 10 else None),
        "minute": signal.minute,
    }
    return Reason("count_above_usual", figures)


def _tone(window: Window) -> Iterator[Reason]:
    share = float((window.sentiment < 0).mean())
    if share >= _NEGATIVE_SHARE:
        yield Reason("negative_share", {"share": _percent(share)})


def _people(window: Window) -> Iterator[Reason]:
    known = window.author_key[window.author_key != 0]
    if not len(known):
        return
    _, posts = np.unique(known, return_counts=True)
    if len(known) >= _LEAST_COORDINATED and len(posts) <= _FEW_AUTHORS_SHARE * len(known):
        yield Reason("coordinated", {"authors": len(posts), "posts": len(known)})
    else:
        yield Reason("authors", {"count": len(posts), "posts": len(known)})


def _topics(window: Window) -> Iterator[Reason]:
    bits = (window.topics[:, None] >> np.arange(len(TOPICS))) & 1
    shares = bits.mean(axis=0)
    shares[TOPICS.index("other")] = 0.0
    best = int(shares.argmax())
    if shares[best] >= _TOPIC_SHARE:
        yield Reason("topic_share", {"topic": TOPICS[best], "share": _percent(shares[best])})


def _emotions(window: Window) -> Iterator[Reason]:
    places = [EMOTIONS.index(name) for name in _NEGATIVE_EMOTIONS]
    shares = (window.emotions[:, places] >= 0.5).mean(axis=0)
    best = int(shares.argmax())
    if shares[best] >= _EMOTION_SHARE:
        yield Reason("emotion_share", {"emotion": _NEGATIVE_EMOTIONS[best], "share": _percent(shares[best])})


def _narratives(window: Window) -> Iterator[Reason]:
    """Say the greatest narrative, if it began in the window: its first post is there."""
    names, posts = np.unique(window.narrative, return_counts=True)
    best = int(posts.argmax())
    name, count = int(names[best]), int(posts[best])
    if count < _LEAST_NARRATIVE:
        return
    told = window.narrative == name
    figures: dict[str, Any] = {
        "narrative": name,
        "posts": count,
        "authors": len(np.unique(window.author_key[told])),
        "share": _percent(count / len(window)),
    }
    if window.text:
        first = np.flatnonzero(window.key == name)
        figures["excerpt"] = excerpt(window.text[int(first[0] if len(first) else np.flatnonzero(told)[-1])])
    yield Reason("new_narrative" if name in window.key else "narrative", figures)


def excerpt(text: str, length: int = _EXCERPT) -> str:
    """Return the beginning of a text on one line, cut between words where it is longer than `length`."""
    words = _GAPS.sub(" ", text).strip()
    if len(words) <= length:
        return words
    whole, _, _ = words[:length].rpartition(" ")
    return (whole if len(whole) > length // 2 else words[: length - 1]).rstrip(" ,;:.…") + "…"


def _shared(window: Window) -> Iterator[Reason]:
    weight = np.maximum(window.reposts, 0) * 1_000_000 + np.maximum(window.engagement, 0)
    best = int(weight.argmax())
    reposts, engagement = int(max(window.reposts[best], 0)), int(max(window.engagement[best], 0))
    if reposts >= _LEAST_POSTS or engagement >= 10:
        figures = {"post": int(window.key[best]), "author": window.author[best], "reposts": reposts}
        yield Reason("most_shared", {**figures, "engagement": engagement})


def _loud_voice(window: Window) -> Iterator[Reason]:
    if not len(window):
        return
    followers = np.maximum(window.followers, 0)
    best = int(followers.argmax())
    share = followers[best] / max(int(followers.sum()), 1)
    if followers[best] >= _LOUD_FOLLOWERS and share >= _LOUD_SHARE:
        yield Reason("reach", {"author": window.author[best], "followers": int(followers[best])})


def _network(window: Window) -> Iterator[Reason]:
    names, posts = np.unique(np.array(window.network), return_counts=True)
    best = int(posts.argmax())
    if len(names) > 1 and posts[best] >= _NETWORK_SHARE * len(window):
        share = _percent(posts[best] / len(window))
        yield Reason("network_concentration", {"network": str(names[best]), "share": share})


def _words(window: Window) -> Iterator[Reason]:
    risen = words_that_rose(window.folded, window.before, limit=_WORDS_SHOWN) if window.before else []
    if risen:
        yield Reason("words", {"words": [word for word, _, _ in risen]})


def _percent(share: float) -> int:
    return round(100.0 * float(share))
