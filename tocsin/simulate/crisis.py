"""The crisis: a piece of metal in a galette, from the mother's post to the evening news.

What is true in the story: on the place des Tilleuls in Nantes a mother bought a galette in which her
son, five, bit on a piece of metal two centimetres long; he was not hurt; the shop offered a refund.
What is false: that the child is in hospital, and that a picture shows the brand's filthy factory.
The brand's only posts are an éclair that was scheduled long before (minute 6) and a hollow statement
(minute 38). Nothing here reads a clock: minutes count from ``start``.
"""

from __future__ import annotations

import math
from bisect import bisect
from datetime import datetime
from typing import Final

from tocsin.simulate.crisis_posts import CrowdMinute
from tocsin.simulate.crisis_story import Story, told_story
from tocsin.simulate.dice import dice
from tocsin.simulate.rhythm import to_ms
from tocsin.stream.post import Post

MINUTE_MS: Final = 60_000
LAST_MINUTE: Final = 24 * 60
PLATEAU_ENDS: Final = 48
HALF_LIFE_MINUTES: Final = 62.0

_RISE: Final = (0.7, 15.0, 38.0, 52.0, 63.0, 72.0, 80.0, 86.0, 92.0, 97.0, 102.0, 106.0, 110.0)


def expected_posts(minute: int) -> float:
    """Return how many posts the crowd is expected to publish in a minute of the crisis."""
    if not 0 <= minute < LAST_MINUTE:
        return 0.0
    if minute < len(_RISE):
        return _RISE[minute]
    if minute < PLATEAU_ENDS:
        return 112.0
    halvings = (minute - PLATEAU_ENDS) / HALF_LIFE_MINUTES
    return 112.0 * math.exp(-math.log(2) * halvings) + 0.4


class Crisis:
    """A crisis that unfolds from ``start``.

    Parameters
    ----------
    seed : int
        The same seed and start give the same posts, to the letter.
    start : datetime
        Aware; the mother's post comes four seconds later.

    Notes
    -----
    Volume: the first minute has one to three posts, the second about 15, the third about 40, then it
    rises to a plateau of 80 to 150 posts a minute until minute 48, and halves every 62 minutes.
    """

    def __init__(self, seed: int, start: datetime) -> None:
        self._seed = seed
        self._start = to_ms(start)
        self._story: Story = told_story(seed, self._start)
        self._minutes: dict[int, list[tuple[int, str, Post]]] = {}

    def between(self, t0: datetime, t1: datetime) -> list[tuple[str, Post]]:
        """Return what is published from ``t0`` (included) to ``t1`` (excluded), in time order."""
        first, last = to_ms(t0), to_ms(t1)
        minutes = range(
            max(0, (first - self._start) // MINUTE_MS),
            min(LAST_MINUTE, (last - 1 - self._start) // MINUTE_MS + 1),
        )
        for minute in [minute for minute in self._minutes if minute not in minutes]:
            del self._minutes[minute]
        return [
            (source, post)
            for minute in minutes
            for published, source, post in self._minute(minute)
            if first <= published < last
        ]

    def _minute(self, minute: int) -> list[tuple[int, str, Post]]:
        if minute not in self._minutes:
            begins = self._start + minute * MINUTE_MS
            rng = dice(self._seed, "crisis", minute)
            crowd = CrowdMinute(self._seed, rng, self._story, minute, begins)
            told = crowd.told(expected_posts(minute)) + self._told_by_story(begins)
            self._minutes[minute] = sorted(told, key=lambda one: one[0])
        return self._minutes[minute]

    def _told_by_story(self, begins: int) -> list[tuple[int, str, Post]]:
        times = self._story.times
        chosen = self._story.posts[bisect(times, begins - 1) : bisect(times, begins + MINUTE_MS - 1)]
        return [(one.published, one.source, one.post) for one in chosen]
