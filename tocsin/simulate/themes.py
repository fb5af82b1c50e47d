"""What is spoken of in quiet times, how often, and in which mood."""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from random import Random
from typing import Final

THEMES: Final[dict[tuple[str, str], float]] = {
    ("talk.chat.neutral", "neutral"): 20,
    ("talk.taste.pos", "pos"): 15,
    ("talk.taste.neg", "neg"): 7,
    ("talk.price.neg", "neg"): 6,
    ("talk.price.pos", "pos"): 2,
    ("talk.queue.neg", "neg"): 6,
    ("talk.staff.pos", "pos"): 6,
    ("talk.staff.neg", "neg"): 4,
    ("talk.delivery.neg", "neg"): 5,
    ("talk.delivery.pos", "pos"): 2,
    ("talk.app.neg", "neg"): 4,
    ("talk.order.neg", "neg"): 3,
    ("talk.allergen.ask", "neutral"): 3,
    ("talk.jobs.neutral", "neutral"): 3,
    ("talk.hours.neutral", "neutral"): 1.5,
    ("talk.new.neutral", "neutral"): 5,
    ("talk.praise.pos", "pos"): 6,
    ("talk.compare.neutral", "neutral"): 3,
    ("talk.memory.pos", "pos"): 2,
}
OWN_THEMES: Final[dict[tuple[str, str], float]] = {
    ("own.chat.neutral", "neutral"): 4,
    ("own.taste.pos", "pos"): 5,
    ("own.taste.neg", "neg"): 2,
    ("own.chief.neutral", "neutral"): 0.6,
}
REPLIES: Final = {
    "neg": ("reply.support", "reply.support", "reply.contradict", "reply.ask"),
    "pos": ("reply.joy", "reply.joy", "reply.contradict"),
    "neutral": ("reply.ask", "reply.joy", "reply.contradict"),
}
REPLY_MOOD: Final = {
    "reply.support": "neg",
    "reply.contradict": "neutral",
    "reply.ask": "neutral",
    "reply.joy": "pos",
}
TOURIST_THEMES: Final = frozenset(
    f"talk.{theme}"
    for theme in (
        "chat.neutral", "taste.pos", "taste.neg", "queue.neg", "staff.neg", "staff.pos", "price.neg",
        "allergen.ask", "app.neg",
    )
)  # fmt: skip


class Wheel:
    """Draws themes by their weight."""

    def __init__(self, weights: dict[tuple[str, str], float]) -> None:
        self._themes = list(weights)
        self._edges = list(accumulate(weights.values()))

    def draw(self, rng: Random) -> tuple[str, str]:
        """Return a section of the material and the mood in which it is told."""
        return self._themes[bisect(self._edges, rng.random() * self._edges[-1])]


BRAND_WHEEL: Final = Wheel({**THEMES, **OWN_THEMES})
RIVAL_WHEEL: Final = Wheel(THEMES)
