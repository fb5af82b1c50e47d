"""The quiet days: what is said of the brand and of its rivals when nothing is the matter.

Every hour since 1970 is a block with dice of its own, so that any interval can be written without
writing what came before, and the live background goes on exactly where a history stopped.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Final, NamedTuple

from tocsin.simulate.dice import dice
from tocsin.simulate.newsroom import article, newsroom
from tocsin.simulate.population import Author, Population, population
from tocsin.simulate.posting import OWN_AUTHORS, Press
from tocsin.simulate.reviews import review
from tocsin.simulate.rhythm import HOUR_MS, hourly_share, local, poisson, scatter, to_ms
from tocsin.simulate.scene import OWN, RIVAL_SUBJECTS, Subject
from tocsin.simulate.sources import OPEN_SOURCE, OWNED_SOURCE
from tocsin.simulate.themes import BRAND_WHEEL, REPLIES, REPLY_MOOD, RIVAL_WHEEL, TOURIST_THEMES
from tocsin.simulate.writer import Moment, write
from tocsin.stream.post import Post

TAIL_HOURS: Final = 11

_TALK_A_DAY: Final = {"x": 88, "bluesky": 22, "mastodon": 8, "instagram": 42, "facebook": 16}
_RIVAL_TALK_A_DAY: Final = {"x": 54, "bluesky": 13, "mastodon": 5, "instagram": 26, "facebook": 12}
_REVIEWS_A_DAY: Final = {"google": 40, "trustpilot": 11}
_OWN_POSTS_A_DAY: Final = {"facebook": 2.2, "instagram": 2.2, "x": 0.9, "bluesky": 0.4}
_COMMENTS: Final = {"facebook": 22.0, "instagram": 23.0}
_ARTICLES_A_DAY: Final = 2.4
_NOISE_A_DAY: Final = 34

_SUBJECTS: Final = ("bread", "bread", "pastry", "pastry", "pastry", "game", "opening", "people")


class Told(NamedTuple):
    """A post with its source, its time, and the time of the post that began its thread (ms)."""

    published: int
    source: str
    post: Post
    began: int


class Block:
    """Writes the threads that begin within one hour."""

    def __init__(self, seed: int, hour: int, *, fresh: bool) -> None:
        self._seed = seed
        self._start = hour * HOUR_MS
        self._rng = dice(seed, "block", hour)
        self._busy = hourly_share(hour) * scatter(seed, hour)
        self._public: Population = population(seed, "public")
        self._press = Press("background", self._rng, fresh)
        self._told: list[Told] = []

    def told(self) -> list[Told]:
        """Return the hour's threads in time order; comments may fall into later hours."""
        for network, rate in _TALK_A_DAY.items():
            self._talks(network, OWN, rate)
        for subject in RIVAL_SUBJECTS:
            for network, rate in _RIVAL_TALK_A_DAY.items():
                self._talks(network, subject, rate)
        for network, rate in _REVIEWS_A_DAY.items():
            for _ in range(poisson(self._rng, rate * self._busy)):
                self._review(network)
        for network, often in _OWN_POSTS_A_DAY.items():
            self._own_posts(network, often)
        self._articles()
        for _ in range(poisson(self._rng, _NOISE_A_DAY * self._busy)):
            self._noise()
        return sorted(self._told, key=lambda told: told.published)

    def _tell(self, source: str, post: Post, published: int, began: int | None = None) -> None:
        self._told.append(Told(published, source, post, published if began is None else began))

    def _instant(self) -> int:
        return self._start + int(self._rng.random() * HOUR_MS)

    def _talks(self, network: str, subject: Subject, rate: float) -> None:
        for _ in range(poisson(self._rng, rate * self._busy)):
            self._talk(network, subject)

    def _talk(self, network: str, subject: Subject) -> None:
        rng, published = self._rng, self._instant()
        author = self._public.draw(rng, network)
        theme, mood = self._theme(author, subject)
        text = write(Moment(rng, author, subject, local(published), mood), theme)
        pictured = rng.random() < {"instagram": 1.0, "facebook": 0.3}.get(network, 0.18)
        post = self._press.post(author, text, published, pictures=int(pictured))
        self._tell(OPEN_SOURCE[network], post, published)
        if network != "instagram":
            self._answers(post, published, subject, mood)
            self._passed_on(post, published, network)

    def _theme(self, author: Author, subject: Subject) -> tuple[str, str]:
        wheel = BRAND_WHEEL if subject is OWN else RIVAL_WHEEL
        theme, mood = wheel.draw(self._rng)
        if author.voice == "former" and self._rng.random() < 0.5:
            return "talk.former.neg", "neg"
        if author.voice == "press" and self._rng.random() < 0.6:
            return self._rng.choice((("talk.new.neutral", "neutral"), ("talk.compare.neutral", "neutral")))
        while author.voice == "tourist" and theme not in TOURIST_THEMES:
            theme, mood = wheel.draw(self._rng)
        return theme, mood

    def _answers(self, root: Post, began: int, subject: Subject, mood: str) -> None:
        parent = root
        for _ in range(poisson(self._rng, 0.34 * self._rng.gammavariate(0.8, 1.25))):
            published = self._later(began, 35)
            if published is None:
                continue
            theme = self._rng.choice(REPLIES[mood])
            author = self._public.draw(self._rng, root.network)
            if author.voice == "tourist":
                continue
            moment = Moment(self._rng, author, subject, local(published), REPLY_MOOD[theme])
            text = write(moment, theme, must_name=self._rng.random() < 0.75, edges=False)
            post = self._press.post(author, text, published, kind="comment", parent=parent)
            self._tell(OPEN_SOURCE[root.network], post, published, began)

    def _passed_on(self, root: Post, began: int, network: str) -> None:
        if network == "facebook":
            return
        reach = min(3.0, (root.followers or 1) / 900)
        for _ in range(poisson(self._rng, (0.14 + reach * 0.25) * self._rng.gammavariate(0.7, 1.4))):
            published = self._later(began, 60)
            if published is None:
                continue
            author = self._public.draw(self._rng, network)
            post = self._press.post(author, root.text, published, repost_of=root, lift=0.1)
            self._tell(OPEN_SOURCE[network], post, published, began)

    def _later(self, began: int, mean_minutes: float) -> int | None:
        published = began + 20_000 + int(self._rng.expovariate(1 / (mean_minutes * 60_000)))
        asleep = 1 <= local(published).hour < 6 and self._rng.random() < 0.75
        return None if asleep or published - began > (TAIL_HOURS - 1) * HOUR_MS else published

    def _review(self, network: str) -> None:
        published = self._instant()
        author = self._public.draw(self._rng, network)
        rating, title, text = review(Moment(self._rng, author, OWN, local(published)))
        pictured = int(self._rng.random() < 0.08)
        post = self._press.post(
            author, text, published, kind="review", title=title, rating=rating, pictures=pictured
        )
        self._tell(OWNED_SOURCE[network], post, published)

    def _own_posts(self, network: str, often: float) -> None:
        hour = local(self._start).hour
        if not 8 <= hour < 20:
            return
        for _ in range(poisson(self._rng, often / 12)):
            self._own_post(network)

    def _own_post(self, network: str) -> None:
        rng, published = self._rng, self._instant()
        subject = rng.choice(_SUBJECTS)
        author = OWN_AUTHORS[network]
        moment = Moment(rng, author, OWN, local(published), "pos")
        text = write(moment, f"brand.{subject}", must_name=False, edges=False)
        post = self._press.post(author, text, published, pictures=1, lift=1.5)
        owned = network in OWNED_SOURCE
        self._tell(OWNED_SOURCE[network] if owned else OPEN_SOURCE[network], post, published)
        if owned:
            lively = rng.gammavariate(5, 1 / 5) * (1.5 if subject == "game" else 1.0)
            for _ in range(poisson(rng, _COMMENTS[network] * lively)):
                self._comment(post, published, subject)

    def _comment(self, root: Post, began: int, subject: str) -> None:
        published = self._later(began, 110)
        if published is None:
            return
        rng = self._rng
        author = self._public.draw(rng, root.network)
        theme, mood = _comment_theme(rng, author, subject)
        moment = Moment(rng, author, OWN, local(published), mood)
        text = write(moment, theme, must_name=False, edges=author.voice == "elder" or rng.random() < 0.12)
        post = self._press.post(author, text, published, kind="comment", parent=root, lift=0.4)
        self._tell(OWNED_SOURCE[root.network], post, published, began)

    def _articles(self) -> None:
        for subject in (OWN, *RIVAL_SUBJECTS):
            rate = _ARTICLES_A_DAY * (1.0 if subject is OWN else 0.4)
            for _ in range(poisson(self._rng, rate * self._busy)):
                published = self._instant()
                bodies = "press.body" if subject is OWN else "press.rival.body"
                moment = Moment(self._rng, newsroom(self._rng), subject, local(published))
                title, text = article(moment, "press.title", bodies)
                post = self._press.post(moment.author, text, published, kind="article", title=title)
                self._tell(OPEN_SOURCE["rss"], post, published)

    def _noise(self) -> None:
        published = self._instant()
        network = self._rng.choice(("x", "x", "x", "bluesky", "mastodon", "facebook"))
        author = self._public.draw(self._rng, network)
        moment = Moment(self._rng, author, OWN, local(published))
        if author.voice == "tourist":
            return
        text = write(moment, "noise.neutral", must_name=False, edges=False)
        self._tell(OPEN_SOURCE[network], self._press.post(author, text, published), published)


def _comment_theme(rng: Random, author: Author, subject: str) -> tuple[str, str]:
    chance = rng.random()
    if author.voice == "tourist":
        return "owned.any.pos", "pos"
    if chance < 0.58:
        return f"owned.{subject}", "pos" if chance < 0.4 else "neutral"
    if chance < 0.72:
        return "owned.any.neg", "neg"
    return ("owned.any.pos", "pos") if chance < 0.88 else ("owned.any.ask", "neutral")


class Background:
    """The quiet talk that goes on while a demo runs.

    Parameters
    ----------
    seed : int
        The same seed writes the same posts; a `History` of the same seed stops where it begins.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._blocks: dict[int, list[Told]] = {}

    def between(self, t0: datetime, t1: datetime) -> list[tuple[str, Post]]:
        """Return what is published from ``t0`` (included) to ``t1`` (excluded), in time order."""
        first, last = to_ms(t0), to_ms(t1)
        hours = range(first // HOUR_MS - TAIL_HOURS, (last - 1) // HOUR_MS + 1)
        for hour in [hour for hour in self._blocks if hour not in hours]:
            del self._blocks[hour]
        told = [told for hour in hours for told in self._block(hour) if first <= told.published < last]
        told.sort(key=lambda told: told.published)
        return [(source, post) for _, source, post, _ in told]

    def _block(self, hour: int) -> list[Told]:
        if hour not in self._blocks:
            self._blocks[hour] = Block(self._seed, hour, fresh=True).told()
        return self._blocks[hour]


def quiet(seed: int, start: int, end: int) -> Iterator[Told]:
    """Yield the quiet threads that begin and stay between two times (ms), in time order."""
    pending: list[Told] = []
    for hour in range(start // HOUR_MS, (end - 1) // HOUR_MS + 1):
        fresh = Block(seed, hour, fresh=False).told()
        pending += [told for told in fresh if told.began >= start and told.published < end]
        pending.sort(key=lambda told: told.published)
        ready = bisect(pending, (hour + 1) * HOUR_MS - 1, key=lambda told: told.published)
        yield from pending[:ready]
        del pending[:ready]
    yield from pending
