"""Words that rose: what is said now more often than before, and more than chance would bring."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Final

import numpy as np

from tocsin.stream.stopwords import STOPWORDS

_NOT_WORDS: Final = re.compile(r"\S*://\S*|@\w+")
_WORD: Final = re.compile(r"[^\W\d_][\w-]{2,}")

# The prior's weight: as if this many posts, worded like both spans together, had been read before.
_PRIOR_POSTS: Final = 50.0

_LEAST_POSTS: Final = 3
_LEAST_DEVIATE: Final = 1.96


def words_that_rose(
    recent: Sequence[str],
    baseline: Sequence[str],
    stopwords: Collection[str] = STOPWORDS,
    limit: int = 20,
) -> list[tuple[str, float, int]]:
    """Return the words more frequent in recent posts than before.

    Parameters
    ----------
    recent, baseline : sequence of str
        Folded texts (`tocsin.stream.fold.fold_batch`). Copies of a text count once.

    Returns
    -------
    list of (word, z, posts)
        Standard deviates of the log odds (at least 1.96) and recent posts with the word (at least 3), most
        risen first.

    Notes
    -----
    Log odds ratio with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, "Fightin' Words").
    A post counts once for each of its words, so that one talkative account weighs no more than a terse one.
    """
    now, before = _posts_by_word(recent, stopwords), _posts_by_word(baseline, stopwords)
    words = [word for word, count in now.items() if count >= _LEAST_POSTS]
    if not words:
        return []
    a, b = _column(now, words), _column(before, words)
    all_now, all_before = float(now.total()), float(before.total())
    prior = _PRIOR_POSTS * (a + b) / max(len(recent) + len(baseline), 1)
    all_prior = _PRIOR_POSTS * (all_now + all_before) / max(len(recent) + len(baseline), 1)
    odds_now = np.log((a + prior) / np.maximum(all_now + all_prior - a - prior, 1.0))
    odds_before = np.log((b + prior) / np.maximum(all_before + all_prior - b - prior, 1.0))
    z = (odds_now - odds_before) / np.sqrt(1.0 / (a + prior) + 1.0 / (b + prior))
    order = sorted(range(len(words)), key=lambda i: (-z[i], words[i]))
    return [(words[i], round(float(z[i]), 2), int(a[i])) for i in order if z[i] >= _LEAST_DEVIATE][:limit]


def _posts_by_word(texts: Iterable[str], stopwords: Collection[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in set(texts):
        counts.update(set(_WORD.findall(_NOT_WORDS.sub(" ", text))))
    for word in stopwords:
        counts.pop(word, None)
    return counts


def _column(counts: Counter[str], words: list[str]) -> "np.typing.NDArray[np.float64]":
    return np.array([counts[word] for word in words], float)
