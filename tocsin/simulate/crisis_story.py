"""The posts that carry the crisis: they are few, dated to the second, and the crowd answers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from tocsin.simulate.company import COMPANY
from tocsin.simulate.dice import dice
from tocsin.simulate.grammar import tidy
from tocsin.simulate.material import section
from tocsin.simulate.newsroom import newsroom, printed
from tocsin.simulate.population import Author, population
from tocsin.simulate.posting import OWN_AUTHORS, Press
from tocsin.simulate.rhythm import local
from tocsin.simulate.scene import OWN, Scene
from tocsin.simulate.sources import OPEN_SOURCE, OWNED_SOURCE
from tocsin.simulate.writer import Moment, write
from tocsin.stream.post import Post

CROWD_SCALE: Final = 2.5
_NANTES: Final = COMPANY.shops[0]
_MOTHER_X: Final = Author(
    "x", "x:mother", "maman_de_gaspard", "Aurélie P.", 212, "parent", feminine=True, shop=_NANTES
)
_MOTHER_FACEBOOK: Final = Author(
    "facebook",
    "facebook:mother",
    "aurelie.p.nantes",
    "Aurélie Péan",
    341,
    "parent",
    feminine=True,
    shop=_NANTES,
)

_ARTICLE_MINUTES: Final = (8.2, 11.5, 15.0, 19.3, 24.6, 31.0, 38.5, 46.0, 57.0, 74.0, 96.0, 140.0)
_RUMOUR_KNOWN_MINUTE: Final = 20.0
_ABROAD_MINUTE: Final = 57.0
_STATEMENT_MINUTE: Final = 38.0
_LOUD: Final[tuple[tuple[float, str, str, str, str], ...]] = (
    # minute, network, voice, theme, mood
    (1.1, "x", "parent", "crisis.share", "fear"),
    (1.6, "x", "parent", "crisis.anger", "neg"),
    (2.3, "bluesky", "plain", "crisis.share", "fear"),
    (2.8, "x", "foodie", "crisis.anger", "neg"),
    (3.9, "instagram", "parent", "crisis.anger", "neg"),
    (4.4, "x", "press", "crisis.journalist", "grave"),
    (5.2, "x", "plain", "crisis.recognise", "neg"),
    (6.6, "mastodon", "ironic", "crisis.anger", "neg"),
    (7.0, "x", "ironic", "crisis.silence", "neg"),
    (8.9, "x", "former", "crisis.anger", "neg"),
    (9.0, "x", "plain", "crisis.rumour.hospital", "fear"),
    (9.8, "facebook", "parent", "crisis.rumour.hospital", "fear"),
    (11.2, "bluesky", "press", "crisis.journalist", "grave"),
    (13.0, "x", "tourist", "crisis.english", "fear"),
    (16.2, "x", "plain", "crisis.rumour.factory", "fear"),
    (17.5, "x", "plain", "crisis.boycott", "neg"),
    (19.0, "x", "press", "crisis.doubt.hospital", "grave"),
    (20.0, "bluesky", "plain", "crisis.doubt.factory", "grave"),
    (22.0, "x", "press", "crisis.journalist", "grave"),
    (26.0, "facebook", "elder", "crisis.anger", "neg"),
    (33.0, "x", "ironic", "crisis.silence", "neg"),
    (41.0, "x", "plain", "crisis.silence", "neg"),
)


class StoryPost(NamedTuple):
    """A post of the story: its time (ms), source, what it is about, and how strongly it draws the crowd."""

    published: int
    source: str
    post: Post
    theme: str
    pull: float


@dataclass(frozen=True, slots=True)
class Story:
    """The carrying posts in time order, and their times for bisection."""

    posts: tuple[StoryPost, ...]
    times: tuple[int, ...]


def told_story(seed: int, start: int) -> Story:
    """Return the story of a seed, begun at a time (milliseconds since 1970, UTC)."""
    teller = _Teller(seed, start)
    posts = sorted((*teller.mother(), *teller.brand(), *teller.loud(), *teller.copied(), *teller.press()))
    return Story(tuple(posts), tuple(one.published for one in posts))


class _Teller:
    def __init__(self, seed: int, start: int) -> None:
        self._start = start
        self._rng = dice(seed, "crisis", "story")
        self._press = Press("crisis", self._rng, fresh=True)
        self._crowd = population(seed, "crowd", CROWD_SCALE)

    def mother(self) -> list[StoryPost]:
        """Return the mother's posts, from which everything comes."""
        first = self._written(_MOTHER_X, 4.0 / 60, "crisis.first", 30.0)
        group = self._written(_MOTHER_FACEBOOK, 0.85, "crisis.first.facebook", 16.0)
        more = self._written(_MOTHER_X, 11.0, "crisis.first.more", 8.0, parent=first.post)
        return [first, group, more]

    def brand(self) -> list[StoryPost]:
        """Return the éclair scheduled long before, and the statement that comes late."""
        told = []
        for minute, theme, networks in (
            (6.0, "crisis.unfortunate", ("facebook", "instagram", "x")),
            (_STATEMENT_MINUTE, "crisis.statement", ("facebook", "x", "instagram")),
        ):
            for delay, network in enumerate(networks):
                told.append(self._written(OWN_AUTHORS[network], minute + delay * 0.1, theme, 9.0))
        return told

    def loud(self) -> list[StoryPost]:
        """Return the posts of people who are much followed."""
        return [self._loud(*row) for row in _LOUD]

    def copied(self) -> list[StoryPost]:
        """Return the first copies of the messages that are then copied from hand to hand."""
        told = []
        minutes = ((2.1, "facebook"), (10.4, "facebook"), (16.8, "facebook"))
        for number, (minute, network) in enumerate(minutes):
            author = self._crowd.draw_speaking(self._rng, network, "parent")
            text = tidy(section("crisis.copypasta")[number].write(self._rng, str))
            told.append(self._told(author, minute, text, "crisis.copypasta", 5.0, pictures=number // 2))
        return told

    def press(self) -> list[StoryPost]:
        """Return the articles, in the order in which newspapers understand what happens."""
        told = []
        for minute, title in zip(_ARTICLE_MINUTES, section("crisis.press.title"), strict=True):
            author = newsroom(self._rng)
            scene = self._scene(author, minute)
            text = "\n\n".join(printed(scene.sign(body)) for body in self._paragraphs(scene, minute))
            heading = printed(title.write(self._rng, scene.fill))
            published = self._at(minute)
            post = self._press.post(author, text, published, kind="article", title=heading)
            told.append(StoryPost(published, OPEN_SOURCE["rss"], post, "crisis.press", 0.0))
        return told

    def _paragraphs(self, scene: Scene, minute: float) -> list[str]:
        """Return an article's paragraphs; the rumour is spoken of once it runs, abroad in English."""
        name = "crisis.press.body.english" if minute == _ABROAD_MINUTE else "crisis.press.body"
        lines = list(section(name)[: 3 if minute < _RUMOUR_KNOWN_MINUTE else 4])
        if minute > _STATEMENT_MINUTE and minute != _ABROAD_MINUTE:
            lines[2:3] = section("crisis.press.body.late")
        return [line.write(self._rng, scene.fill) for line in lines]

    def _at(self, minute: float) -> int:
        return self._start + int(minute * 60_000)

    def _scene(self, author: Author, minute: float) -> Scene:
        return Scene(self._rng, author, OWN, local(self._at(minute)))

    def _loud(self, minute: float, network: str, voice: str, theme: str, mood: str) -> StoryPost:
        author = self._crowd.draw_speaking(self._rng, network, voice)
        moment = Moment(self._rng, author, OWN, local(self._at(minute)), mood)
        text = write(moment, theme, edges=mood != "grave")
        pictured = int(theme == "crisis.rumour.factory")
        return self._told(
            author, minute, text, theme, 3.0 if "rumour" not in theme else 6.0, pictures=pictured
        )

    def _written(
        self, author: Author, minute: float, theme: str, pull: float, parent: Post | None = None
    ) -> StoryPost:
        """Tell a post that was written to the letter."""
        fill = self._scene(author, minute).fill
        text = tidy(section(theme)[0].write(self._rng, fill)).replace("'", "’")
        pictures = 0 if parent or theme == "crisis.statement" else 1
        return self._told(author, minute, text, theme, pull, pictures=pictures, parent=parent)

    def _told(
        self,
        author: Author,
        minute: float,
        text: str,
        theme: str,
        pull: float,
        *,
        pictures: int = 0,
        parent: Post | None = None,
    ) -> StoryPost:
        published = self._at(minute)
        own_page = author.voice == "brand" and author.network in OWNED_SOURCE
        source = OWNED_SOURCE[author.network] if own_page else OPEN_SOURCE[author.network]
        post = self._press.post(
            author,
            text,
            published,
            pictures=pictures,
            parent=parent,
            lift=20.0,
            kind="comment" if parent else "post",
        )
        return StoryPost(published, source, post, theme, pull)
