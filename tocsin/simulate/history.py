"""Thirty quiet days before the demo, with two or three small stirs that die by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from random import Random
from typing import Final

from tocsin.simulate.background import Told, quiet
from tocsin.simulate.dice import dice
from tocsin.simulate.population import population
from tocsin.simulate.posting import Press
from tocsin.simulate.rhythm import HOUR_MS, local, to_ms
from tocsin.simulate.scene import OWN
from tocsin.simulate.sources import OPEN_SOURCE
from tocsin.simulate.writer import Moment, write
from tocsin.stream.post import Post

_DAY_MS: Final = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Stir:
    """A small harmless stir: how many days before the end, from what local hour, how long, how many posts."""

    days_before: int
    hour: int
    hours: float
    posts: int
    theme: str
    mood: str
    reposts: float


STIRS: Final = (
    Stir(23, 7, 9.0, 85, "strike.neutral", "neutral", 0.12),
    Stir(13, 18, 5.0, 110, "video.pos", "pos", 0.45),
    Stir(6, 8, 5.0, 45, "promo.neutral", "neutral", 0.05),
)


class History:
    """What was said before: quiet days with daily and weekly rhythm.

    Parameters
    ----------
    seed : int
        The same seed and end give the same posts, to the letter.
    end : datetime
        Aware; every post is earlier.
    days : int
        How many days before ``end`` it begins.
    """

    def __init__(self, seed: int, end: datetime, days: int = 30) -> None:
        self._seed = seed
        self._end = to_ms(end)
        self._start = self._end - days * _DAY_MS

    def posts(self) -> Iterator[tuple[str, Post]]:
        """Yield ``(source name, post)`` in time order; source names are those of `SOURCES`."""
        streams = [quiet(self._seed, self._start, self._end)]
        streams += [iter(self._stirred(number, stir)) for number, stir in enumerate(STIRS)]
        said: set[str] = set()
        for told in merge(*streams, key=lambda told: told.published):
            # A comment or review that was already written to the letter is left out: it answers
            # something and nothing answers it, so that no thread comes apart.
            if told.post.kind in {"comment", "review"} and told.post.text in said:
                continue
            said.add(told.post.text)
            yield told.source, told.post

    def _stirred(self, number: int, stir: Stir) -> list[Told]:
        midnight = local(self._end - stir.days_before * _DAY_MS).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        opening = to_ms(midnight) + stir.hour * HOUR_MS
        rng = dice(self._seed, "stir", number)
        press = Press("bump", rng)
        told: list[Told] = []
        for published in sorted(opening + _delay(rng, stir.hours) for _ in range(stir.posts)):
            if not self._start <= published < self._end:
                continue
            told.append(self._one(rng, press, stir, published, told))
        return told

    def _one(self, rng: Random, press: Press, stir: Stir, published: int, told: list[Told]) -> Told:
        network = rng.choice(("x", "x", "x", "bluesky", "instagram", "facebook", "mastodon"))
        author = population(self._seed, "public").draw_local(rng, network)
        sources = [
            earlier.post for earlier in told if earlier.post.network == network and not earlier.post.repost_of
        ]
        if sources and network in {"x", "bluesky", "mastodon"} and rng.random() < stir.reposts:
            root = sources[int(len(sources) * rng.random() ** 2)]
            post = press.post(author, root.text, published, repost_of=root)
        else:
            text = write(Moment(rng, author, OWN, local(published), stir.mood), stir.theme)
            post = press.post(author, text, published)
        return Told(published, OPEN_SOURCE[network], post, published)


def _delay(rng: Random, hours: float) -> int:
    """Return a delay that rises fast and dies slowly (a gamma law of shape 2)."""
    return int(rng.gammavariate(2.0, hours / 5) * HOUR_MS)
