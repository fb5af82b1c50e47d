"""The words in which a post is understood, in the order of every array, bit mask and file."""

from typing import Final

SENTIMENTS: Final = ("negative", "neutral", "positive")

EMOTIONS: Final = (
    "anger",
    "frustration",
    "disappointment",
    "fear",
    "sadness",
    "disgust",
    "joy",
    "gratitude",
)

EXPECTATIONS: Final = (
    "refund",
    "replacement",
    "repair",
    "explanation",
    "apology",
    "information",
    "recognition",
    "action",
    "contact",
)

TOPICS: Final = (
    "delivery",
    "quality",
    "price",
    "service",
    "billing",
    "safety",
    "data",
    "ethics",
    "communication",
    "staff",
    "availability",
    "other",
)

SIGNALS: Final = ("urgency", "irony", "vulnerable")

OUTPUTS: Final = (
    *(f"sentiment.{name}" for name in SENTIMENTS),
    *(f"emotion.{name}" for name in EMOTIONS),
    *(f"expectation.{name}" for name in EXPECTATIONS),
    *(f"topic.{name}" for name in TOPICS[:-1]),
    *SIGNALS,
)
"""One linear output each; the topic "other" has none: it stands when no other topic does."""


HEADS: Final = ("und", "fr", "en", "de", "es", "it", "pt")
"""Languages with weights of their own for the sentiment; the first serves all others."""


def names_of(mask: int, names: tuple[str, ...]) -> list[str]:
    """Return the names whose bits are set in ``mask``, in order.

    >>> names_of(0b101, EXPECTATIONS)
    ['refund', 'repair']
    """
    return [name for bit, name in enumerate(names) if mask >> bit & 1]


def mask_of(chosen: list[str], names: tuple[str, ...]) -> int:
    """Return the bit mask of the chosen names.

    Raises
    ------
    ValueError
        When a chosen name is none of ``names``.
    """
    return sum(1 << names.index(name) for name in set(chosen))
