"""Why a post got its scores, in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tocsin.stream.understand import reasons
from tocsin.watch import vocabulary
from tocsin.watch.selectors.posts import Post

LIKELY = 0.5
WORDS = 4
SHOWN = 8


@dataclass(frozen=True)
class Because:
    """One score and the words of the post that carried it."""

    what: str
    words: list[str]


def why(post: Post, names: Collection[str] = ()) -> list[Because]:
    """Return, for each thing that is likely of a post, the words that carried it.

    Parameters
    ----------
    names
        Brands and people: a name is no reason for anything.
    """
    found = []
    for name, score in reasons.why(post.text, post.lang, names=names).items():
        if score.chance < LIKELY:
            continue
        words = [post.text[one.start : one.end] for one in score.reasons[:WORDS]]
        if words:
            found.append((score.chance, Because(_what(name), words)))
    found.sort(key=lambda pair: -pair[0])
    return [because for _chance, because in found[:SHOWN]]


def _what(name: str) -> str:
    kind, _dot, rest = name.partition(".")
    named = {
        "sentiment": {
            key: vocabulary.SENTIMENT_WORDS[value] for key, value in vocabulary.SENTIMENT_NAMES.items()
        },
        "emotion": vocabulary.EMOTION_WORDS,
        "expectation": vocabulary.EXPECTATION_WORDS,
        "topic": vocabulary.TOPIC_WORDS,
    }
    if kind in named:
        return str(named[kind][rest]).capitalize()
    signals = {"urgency": _("Urgency"), "irony": _("Irony"), "vulnerable": _("Vulnerable person")}
    return signals.get(name, name)
