"""One minute of the crowd in a crisis: who shares, copies, answers, fears, remembers, doubts."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping
from itertools import accumulate
from random import Random
from typing import Final

from tocsin.simulate.copies import edited_copy, quoted_copy
from tocsin.simulate.crisis_story import CROWD_SCALE, Story, StoryPost
from tocsin.simulate.material import section
from tocsin.simulate.population import Author, population
from tocsin.simulate.posting import Press
from tocsin.simulate.rhythm import local, poisson
from tocsin.simulate.scene import OWN
from tocsin.simulate.sources import OPEN_SOURCE, OWNED_SOURCE
from tocsin.simulate.writer import LIMITS, Moment, write
from tocsin.stream.post import Post

Told = tuple[int, str, Post]

_NETWORKS: Final = (
    ("x",) * 54 + ("facebook",) * 16 + ("instagram",) * 13 + ("bluesky",) * 12 + ("mastodon",) * 5
)
_SHARING: Final = frozenset({"x", "bluesky", "mastodon"})

_FIRST_MINUTES: Final = {
    "answer": 8, "pass on": 24, "quote": 5, "crisis.share": 5, "crisis.anger": 11, "crisis.fear": 4,
    "crisis.english": 4,
}  # fmt: skip
_SPREADING: Final = {
    "answer": 9, "pass on": 34, "quote": 6, "copy": 5, "crisis.share": 5, "crisis.anger": 14,
    "crisis.fear": 7, "crisis.recognise": 4, "crisis.english": 6, "crisis.journalist": 0.6,
}  # fmt: skip
_ANGRY: Final = _SPREADING | {
    "copy": 6, "crisis.recognise": 6, "crisis.english": 9, "crisis.journalist": 1.0, "crisis.silence": 5,
    "under own": 9, "review": 1.6, "crisis.boycott": 2,
}  # fmt: skip
_RUMOUR: Final = _ANGRY | {
    "copy": 7, "crisis.share": 3, "crisis.anger": 12, "crisis.english": 7, "crisis.english.later": 4,
    "crisis.silence": 6, "under own": 11, "review": 2, "crisis.boycott": 4, "crisis.defend": 2,
    "crisis.rumour.hospital": 7, "crisis.doubt.hospital": 2,
}  # fmt: skip
_TWO_RUMOURS: Final = _RUMOUR | {
    "crisis.rumour.hospital": 6, "crisis.rumour.factory": 5, "crisis.doubt.hospital": 3,
    "crisis.doubt.factory": 3, "crisis.defend": 3,
}  # fmt: skip
_STATEMENT: Final = _TWO_RUMOURS | {
    "crisis.after": 10, "crisis.anger": 9, "crisis.silence": 3, "crisis.rumour.hospital": 4,
}  # fmt: skip
_DECLINE: Final = _STATEMENT | {
    "pass on": 26, "copy": 5, "under own": 12, "review": 3, "crisis.rumour.hospital": 3,
    "crisis.rumour.factory": 3, "crisis.after": 6, "crisis.defend": 5,
}  # fmt: skip
_PHASES: Final[tuple[tuple[int, Mapping[str, float]], ...]] = (
    # from this minute on, how much people do what
    (0, _FIRST_MINUTES),
    (3, _SPREADING),
    (6, _ANGRY),
    (10, _RUMOUR),
    (17, _TWO_RUMOURS),
    (39, _STATEMENT),
    (60, _DECLINE),
)
_MOODS: Final = {
    "crisis.anger": "neg",
    "crisis.silence": "neg",
    "crisis.after": "neg",
    "crisis.boycott": "neg",
    "crisis.recognise": "neg",
    "crisis.doubt.hospital": "grave",
    "crisis.doubt.factory": "grave",
    "crisis.defend": "grave",
    "crisis.journalist": "grave",
}
_SPOKEN_BY: Final = {
    "crisis.english": "tourist",
    "crisis.english.later": "tourist",
    "crisis.journalist": "press",
}


class CrowdMinute:
    """Writes what the crowd publishes in one minute.

    Parameters
    ----------
    begins : int
        The minute's beginning, milliseconds since 1970, UTC.
    """

    def __init__(self, seed: int, rng: Random, story: Story, minute: int, begins: int) -> None:
        self._rng = rng
        self._story = story
        self._minute = minute
        self._begins = begins
        self._crowd = population(seed, "crowd", CROWD_SCALE)
        self._press = Press("crisis", rng, fresh=True)
        self._press.skip(200)
        self._deeds: dict[str, Callable[[int], Told | None]] = {
            "pass on": self._pass_on,
            "quote": self._quote,
            "copy": self._copy,
            "answer": self._answer,
            "under own": self._under_own,
            "review": self._review,
        }

    def told(self, mean: float) -> list[Told]:
        """Return about ``mean`` posts of the crowd; deeds that have nothing to bear on become words."""
        count = poisson(self._rng, mean * self._rng.gammavariate(90, 1 / 90))
        if self._minute == 0:
            count = min(count, 1)
        weights = _PHASES[bisect(_PHASES, self._minute, key=lambda phase: phase[0]) - 1][1]
        names, edges = list(weights), list(accumulate(weights.values()))
        told = []
        for _ in range(count):
            name = names[bisect(edges, self._rng.random() * edges[-1])]
            published = self._begins + int(self._rng.uniform(0.5 if self._minute == 0 else 0.0, 1.0) * 60_000)
            deed = self._deeds.get(name)
            one = deed(published) if deed else self._say(published, name)
            told.append(one or self._say(published, "crisis.anger"))
        return told

    def _say(self, published: int, theme: str) -> Told:
        network = self._rng.choice(_NETWORKS)
        author = self._speaker(network, theme)
        heated = _MOODS.get(theme) != "grave"
        text = write(self._moment(author, published, theme), theme, edges=heated)
        pictured = int(network == "instagram" or self._rng.random() < 0.08)
        return published, OPEN_SOURCE[network], self._press.post(author, text, published, pictures=pictured)

    def _pass_on(self, published: int) -> Told | None:
        root = self._drawn(published, _SHARING)
        if root is None:
            return None
        author = self._crowd.draw(self._rng, root.post.network)
        post = self._press.post(author, root.post.text, published, repost_of=root.post, lift=0.1)
        return published, root.source, post

    def _quote(self, published: int) -> Told | None:
        root = self._drawn(published, _SHARING | {"facebook"})
        if root is None:
            return None
        author = self._crowd.draw_local(self._rng, root.post.network)
        comment = write(
            self._moment(author, published, "crisis.anger"), "crisis.quote", must_name=False, edges=False
        )
        limit = LIMITS.get(author.network, 900)
        credit = root.post.author_handle if root.post.network in _SHARING else ""
        quoted = quoted_copy(root.post.text, comment, credit, self._rng)
        text = quoted if len(quoted) <= limit else quoted[: limit - 1].rsplit(" ", 1)[0] + "…"
        return published, OPEN_SOURCE[author.network], self._press.post(author, text, published)

    def _copy(self, published: int) -> Told | None:
        roots = [one for one in self._before(published) if one.theme == "crisis.copypasta"]
        if not roots:
            return None
        network = self._rng.choice(("facebook", "facebook", "x", "instagram", "mastodon"))
        author = self._crowd.draw_local(self._rng, network)
        text = edited_copy(self._rng.choice(roots).post.text, self._rng)
        return published, OPEN_SOURCE[network], self._press.post(author, text, published)

    def _answer(self, published: int) -> Told | None:
        root = self._drawn(published, _SHARING | {"facebook", "instagram"})
        if root is None or root.post.author_id.endswith("maisonberthier"):
            return None
        author = self._crowd.draw_local(self._rng, root.post.network)
        must_name = root.post.network in {"x", "bluesky"} and self._rng.random() < 0.8
        moment = self._moment(author, published, "crisis.anger")
        text = write(moment, "crisis.reply", must_name=must_name, edges=False)
        post = self._press.post(author, text, published, kind="comment", parent=root.post)
        return published, OPEN_SOURCE[author.network], post

    def _under_own(self, published: int) -> Told | None:
        pages = [one for one in self._before(published) if one.source in OWNED_SOURCE.values()]
        if not pages:
            return None
        root = self._rng.choice(pages)
        author = self._crowd.draw_local(self._rng, root.post.network)
        moment = self._moment(author, published, "crisis.anger")
        text = write(moment, "crisis.owned", must_name=False, edges=self._rng.random() < 0.4)
        post = self._press.post(author, text, published, kind="comment", parent=root.post, lift=0.5)
        return published, root.source, post

    def _review(self, published: int) -> Told:
        network = self._rng.choice(("google", "google", "google", "trustpilot"))
        author = self._crowd.draw_local(self._rng, network)
        moment = self._moment(author, published, "crisis.anger")
        text = write(moment, "crisis.review", must_name=False, edges=self._rng.random() < 0.4)
        stars = 1.0 if self._rng.random() < 0.93 else 2.0
        post = self._press.post(author, text, published, kind="review", rating=stars)
        return published, OWNED_SOURCE[network], post

    def _moment(self, author: Author, published: int, theme: str) -> Moment:
        return Moment(self._rng, author, OWN, local(published), _MOODS.get(theme, "fear"))

    def _speaker(self, network: str, theme: str) -> Author:
        voice = _SPOKEN_BY.get(theme)
        if voice:
            return self._crowd.draw_speaking(self._rng, network, voice)
        if section(f"{theme}/former") and self._minute > 8 and self._rng.random() < 0.04:
            return self._crowd.draw_speaking(self._rng, network, "former")
        return self._crowd.draw_local(self._rng, network)

    def _before(self, published: int) -> tuple[StoryPost, ...]:
        """Return the posts of the story that had been seen for some seconds."""
        return self._story.posts[: bisect(self._story.times, published - 8_000)]

    def _drawn(self, published: int, networks: frozenset[str]) -> StoryPost | None:
        """Draw a post of the story by its pull, which fades as the post grows old."""
        seen = [one for one in self._before(published) if one.pull and one.post.network in networks]
        if not seen:
            return None
        pulls = accumulate(one.pull * 0.5 ** ((published - one.published) / 2_400_000) for one in seen)
        edges = list(pulls)
        return seen[bisect(edges, self._rng.random() * edges[-1])]
