"""Everything that Tocsin holds of a post at a moment, as one canonical text whose hash anybody can check.

Canonical: JSON with sorted keys, no space between, characters as they are, UTF-8. Whoever holds the text
needs no Tocsin to compute its SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tocsin.accounts.models import Organisation
from tocsin.ui.words import from_ms
from tocsin.watch.models import Watch
from tocsin.watch.selectors import posts
from tocsin.watch.selectors.posts import Post
from tocsin.watch.selectors.river import rows
from tocsin.watch.selectors.watches import watches

FORMAT: Final = "tocsin.evidence/1"
ANCESTORS: Final = 20
"""Posts above in a thread that are kept: of longer threads, the nearest and the first."""
ANSWERS: Final = 50
"""Answers to a post that are kept with it, the oldest."""

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A post as it is held now.

    Attributes
    ----------
    text
        Canonical JSON.
    sha256
        Of the text.
    words_sha256
        Of what the author made of the post, which figures and watches do not change.
    """

    post: Post
    text: str
    sha256: str
    words_sha256: str
    watches: Sequence[Watch]

    @property
    def pictures(self) -> list[str]:
        """Addresses of the post's pictures and videos."""
        return list(json.loads(self.text)["post"]["media"])


def take(organisation: Organisation, place: int) -> Snapshot | None:
    """Return the snapshot of a post of an organisation; None when it is not kept (any more)."""
    stored = posts.one(organisation.pk, place)
    if stored is None:
        return None
    edits = posts.versions(place)
    post = posts.as_edited([stored])[0]
    every = watches(organisation)
    matched = set(posts.watches_of(place, [watch.pk for watch in every]))
    kept_by = [watch for watch in every if watch.pk in matched]
    values = {
        "format": FORMAT,
        "organisation": organisation.slug,
        "post": _post(post) | _identity(place),
        "earlier_texts": _earlier(stored, edits),
        "answers_to": [_post(one) for one in _above(organisation.pk, post)],
        "answers": [_post(one) for one in _below(organisation.pk, post)],
        "understood": _understood(post),
        "watches": [{"name": one.name, "brand": one.brand.name, "query": one.query} for one in kept_by],
    }
    text = canonical(values)
    return Snapshot(post, text, digest(text), words_digest(values), kept_by)


def canonical(values: object) -> str:
    """Return values as the one JSON text that they have."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal; half a surrogate pair counts as a question mark."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def words_digest(values: Values) -> str:
    """Return the hash of what the author made of a post: when it stays, nothing was edited."""
    post = values["post"]
    made = {name: post[name] for name in ("id", "text", "title", "author_name", "author_handle", "media")}
    return digest(canonical(made))


def _post(post: Post) -> Values:
    return {
        "id": post.id,
        "network": post.network,
        "kind": post.kind,
        "url": post.url,
        "title": post.title,
        "text": post.text,
        "language": post.lang,
        "author_id": post.author_id,
        "author_handle": post.author_handle,
        "author_name": post.author_name,
        "followers": _known(post.followers),
        "published_at": post.published_at.isoformat(),
        "text_seen_at": _iso(post.edited_at),
        "figures": {name: _known(getattr(post, name)) for name in ("likes", "reposts", "replies", "views")},
        "rating": post.rating if post.rating is not None and math.isfinite(post.rating) else None,
        "media": _media(post),
        "own_voice": post.is_own_voice,
    }


def _identity(place: int) -> Values:
    """Return what only the table knows of a post: its identifier on the network, when it came here."""
    for native, fetched in rows("SELECT native_id, fetched FROM post WHERE n = %s", [place]):
        return {"native_id": native, "fetched_at": from_ms(int(fetched)).isoformat()}
    return {"native_id": "", "fetched_at": None}


def _earlier(first: Post, edits: Sequence[tuple[datetime, str]]) -> list[Values]:
    """Return the texts that the post had before the one it has now, oldest first."""
    texts = [(first.published_at, first.text), *edits]
    return [{"text": text, "seen_at": seen.isoformat()} for seen, text in texts[:-1]]


def _above(organisation: int, post: Post) -> list[Post]:
    """Return what the post answers or repeats: the post above, those above that, the thread's first."""
    found: dict[int, Post] = {}
    wanted = [post.parent_key, post.repost_key, post.conversation_key]
    for _turn in range(ANCESTORS):
        fresh = [one for one in posts.by_key(organisation, wanted) if one.n not in found and one.n != post.n]
        if not fresh:
            break
        found |= {one.n: one for one in fresh}
        wanted = [one.parent_key for one in fresh]
    return posts.as_edited(sorted(found.values(), key=lambda one: one.n))


def _below(organisation: int, post: Post) -> list[Post]:
    sql = "SELECT n FROM post WHERE organisation = %s AND parent_key = %s ORDER BY n LIMIT %s"
    places = [int(place) for (place,) in rows(sql, [organisation, post.key, ANSWERS])] if post.key else []
    return posts.as_edited(sorted(posts.by_place(organisation, places), key=lambda one: one.n))


def _understood(post: Post) -> Values:
    return {
        "sentiment": post.sentiment_name,
        "score": round(post.score, 4),
        "emotions": {name: round(value, 3) for name, value in post.felt},
        "urgency": round(post.urgency, 3),
        "irony": round(post.irony, 3),
        "vulnerable": round(post.vulnerable, 3),
        "narrative": str(post.narrative) if post.narrative else "",
    }


def _media(post: Post) -> list[str]:
    """Return every address of the post's pictures and videos, not only those that a page shows."""
    try:
        found = json.loads(post.media or "[]")
    except ValueError:
        found = post.media.split()
    return [str(one) for one in found] if isinstance(found, list) else []


def _known(count: int) -> int | None:
    return count if count >= 0 else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
