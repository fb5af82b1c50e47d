"""Posts as stored: their words, their figures, what was understood, their thread and versions."""

# ruff: noqa: S608 - tables and columns are named here, every value is a placeholder

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from tocsin.store.schema import ROLE_CONTEXT, ROLE_OWN_VOICE
from tocsin.stream.understand.words import EMOTIONS
from tocsin.ui.words import from_ms
from tocsin.watch import vocabulary
from tocsin.watch.selectors.river import holes, rows
from tocsin.watch.selectors.unions import of_each

COLUMNS = (
    "n",
    "key",
    "id",
    "network",
    "url",
    "title",
    "kind",
    "author_key",
    "author_id",
    "author_handle",
    "author_name",
    "followers",
    "text",
    "lang",
    "published",
    "parent_key",
    "repost_key",
    "conversation_key",
    "likes",
    "reposts",
    "replies",
    "views",
    "rating",
    "media",
    "role",
    "sentiment",
    "score",
    "emotions",
    "expectations",
    "topics",
    "urgency",
    "irony",
    "vulnerable",
    "narrative",
    "source",
)
MEDIA_SHOWN = 4
FELT, CLEARLY_FELT = 0.25, 0.5
EMOTION_FORMAT, EMOTION_FULL = np.uint8, 255


@dataclass(frozen=True)
class Post:
    """A stored post; counts are -1 where the network does not tell."""

    n: int
    key: int
    id: str
    network: str
    url: str
    title: str
    kind: str
    author_key: int
    author_id: str
    author_handle: str
    author_name: str
    followers: int
    text: str
    lang: str
    published: int
    parent_key: int
    repost_key: int
    conversation_key: int
    likes: int
    reposts: int
    replies: int
    views: int
    rating: float | None
    media: str
    role: int
    sentiment: int
    score: float
    emotions: bytes
    expectations: int
    topics: int
    urgency: float
    irony: float
    vulnerable: float
    narrative: int
    source: int
    edited: int = 0

    @property
    def published_at(self) -> datetime:
        """When it was published."""
        return from_ms(self.published)

    @property
    def edited_at(self) -> datetime | None:
        """When the text at hand was seen, if it is not the first one."""
        return from_ms(self.edited) if self.edited else None

    @property
    def author(self) -> str:
        """The author's name, or what is known of it."""
        return self.author_name or self.author_handle

    @property
    def network_name(self) -> str:
        """The network as people know it."""
        return vocabulary.network_name(self.network)

    @property
    def language_name(self) -> str:
        """The language's name."""
        return vocabulary.language_name(self.lang)

    @property
    def sentiment_name(self) -> str:
        """The sentiment's name in styles and addresses."""
        return {-1: "negative", 0: "neutral", 1: "positive"}[self.sentiment]

    @property
    def sentiment_word(self) -> str:
        """The sentiment in words."""
        return str(vocabulary.SENTIMENT_WORDS[self.sentiment])

    @property
    def topic_words(self) -> list[str]:
        """The topics in words."""
        return vocabulary.topics_in(self.topics)

    @property
    def expectation_words(self) -> list[str]:
        """What the author expects, in words."""
        return vocabulary.expectations_in(self.expectations)

    @property
    def felt(self) -> list[tuple[str, float]]:
        """The emotions that are felt, strongest first, from 0 to 1."""
        values = np.frombuffer(bytes(self.emotions), dtype=EMOTION_FORMAT).astype(float) / EMOTION_FULL
        pairs = [(name, float(value)) for name, value in zip(EMOTIONS, values, strict=False) if value >= FELT]
        return sorted(pairs, key=lambda pair: -pair[1])

    @property
    def strengths(self) -> list[tuple[str, float]]:
        """The same with the emotions in words."""
        return [(str(vocabulary.EMOTION_WORDS[name]), value) for name, value in self.felt]

    @property
    def emotion_names(self) -> list[str]:
        """The emotions that are clearly felt."""
        return [name for name, value in self.felt if value >= CLEARLY_FELT]

    @property
    def emotion_words(self) -> list[str]:
        """The emotions that are clearly felt, in words."""
        return [str(vocabulary.EMOTION_WORDS[name]) for name in self.emotion_names]

    @property
    def pictures(self) -> list[str]:
        """Addresses of pictures and videos."""
        try:
            found = json.loads(self.media or "[]")
        except ValueError:
            found = self.media.split()
        return [str(one) for one in found if str(one).startswith(("https://", "http://"))][:MEDIA_SHOWN]

    @property
    def safe_url(self) -> str:
        """The address of the post, if it is one of the web."""
        return self.url if self.url.startswith(("https://", "http://")) else ""

    @property
    def is_own_voice(self) -> bool:
        """Whether the brand itself wrote it."""
        return self.role == ROLE_OWN_VOICE

    @property
    def is_context(self) -> bool:
        """Whether it is kept only because a mention answers it."""
        return self.role == ROLE_CONTEXT


_SELECT = f"SELECT {', '.join(COLUMNS)} FROM post"


def by_place(organisation: int, places: Sequence[int]) -> list[Post]:
    """Return posts of an organisation, newest first."""
    if not places:
        return []
    # the plus keeps SQLite on the primary key: the index of organisations would read them all
    sql = f"{_SELECT} WHERE n IN ({holes(places)}) AND +organisation = %s ORDER BY n DESC"
    return [Post(*row) for row in rows(sql, [*places, organisation])]


def one(organisation: int, place: int) -> Post | None:
    """Return one post of an organisation."""
    return next(iter(by_place(organisation, [place])), None)


def by_key(organisation: int, keys: Sequence[int]) -> list[Post]:
    """Return posts of an organisation by the keys of their identifiers."""
    known = [key for key in dict.fromkeys(keys) if key]
    if not known:
        return []
    sql = f"{_SELECT} WHERE organisation = %s AND key IN ({holes(known)}) ORDER BY n"
    return [Post(*row) for row in rows(sql, [organisation, *known])]


def watches_of(place: int, watch_ids: Sequence[int]) -> list[int]:
    """Return which of these watches a post is a mention of."""
    if not watch_ids:
        return []
    sql = f"SELECT watch FROM mention WHERE n = %s AND watch IN ({holes(watch_ids)})"
    return [int(row[0]) for row in rows(sql, [place, *watch_ids])]


def watches_by_place(places: Sequence[int], watch_ids: Sequence[int]) -> dict[int, set[int]]:
    """Return, for each post, which of these watches it is a mention of."""
    found: dict[int, set[int]] = {place: set() for place in places}
    if places and watch_ids:
        sql = f"SELECT n, watch FROM mention WHERE watch IN ({holes(watch_ids)}) AND n IN ({holes(places)})"
        for place, watch in rows(sql, [*watch_ids, *places]):
            found[int(place)].add(int(watch))
    return found


def versions(place: int) -> list[tuple[datetime, str]]:
    """Return the texts that a post had, oldest first."""
    found = rows("SELECT fetched, text FROM post_version WHERE n = %s ORDER BY fetched", [place])
    return [(from_ms(int(fetched)), str(text)) for fetched, text in found]


def as_edited(found: Sequence[Post]) -> list[Post]:
    """Return posts with the newest of their texts, and when it was seen."""
    if not found:
        return []
    sql = f"SELECT n, fetched, text FROM post_version WHERE n IN ({holes(found)}) ORDER BY fetched"
    texts = {int(place): (int(at), str(text)) for place, at, text in rows(sql, [post.n for post in found])}
    return [
        replace(post, text=texts[post.n][1], edited=texts[post.n][0]) if post.n in texts else post
        for post in found
    ]


def newest(organisation: int, watch_ids: Sequence[int], limit: int) -> list[Post]:
    """Return some of the newest mentions; of many watches, none alone fills the list."""
    if not watch_ids:
        return []
    each = min(max(limit * 2 // len(watch_ids), 60), limit)
    sql = "SELECT n FROM mention WHERE watch = %s ORDER BY n DESC LIMIT %s"
    places = {int(place) for (place,) in of_each(watch_ids, lambda watch: (sql, (watch, each)))}
    return by_place(organisation, sorted(places, reverse=True)[:limit])
