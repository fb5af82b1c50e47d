"""Turns a text into a `Post` with an id, an address, counts and pictures of its network."""

from __future__ import annotations

from base64 import b32encode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Final, Literal

from tocsin.simulate.company import COMPANY, DOMAIN, HANDLE
from tocsin.simulate.population import Author
from tocsin.stream.post import Kind, Post

ACCOUNTS: Final = {account.network: account for account in COMPANY.accounts}
OWN_AUTHORS: Final = {
    network: Author(
        network, account.author_id, account.handle, account.author_name, account.followers, "brand",
        feminine=True, shop=COMPANY.shops[0],
    )
    for network, account in ACCOUNTS.items()
}  # fmt: skip

_STREAMS: Final = {"background": 0, "bump": 1, "crisis": 2}
_TELL_LANGUAGE: Final = frozenset({"x", "bluesky", "mastodon"})
_NO_VIEWS: Final = frozenset({"facebook", "google", "trustpilot", "rss", "mastodon", "bluesky"})
Stream = Literal["background", "bump", "crisis"]


@dataclass(slots=True)
class Press:
    """Numbers the posts of one block, so that no two posts of any stream share an id."""

    stream: Stream
    rng: Random
    fresh: bool = False
    _serial: int = field(default=0)

    def skip(self, numbers: int) -> None:
        """Leave numbers to the posts that another block of the same stream writes."""
        self._serial += numbers

    def post(
        self,
        author: Author,
        text: str,
        published: int,
        *,
        kind: Kind = "post",
        title: str = "",
        parent: Post | None = None,
        repost_of: Post | None = None,
        rating: float | None = None,
        pictures: int = 0,
        lift: float = 1.0,
    ) -> Post:
        """Return the post.

        Parameters
        ----------
        published : int
            Milliseconds since 1970, UTC.
        parent, repost_of : Post or None
            What it answers, or what it passes on.
        pictures : int
            How many pictures it shows.
        lift : float
            How many times the usual engagement it gets.
        """
        network = author.network
        native = self._native(network, published)
        identifier = f"{network}:{native}"
        likes, reposts, replies, views = self._engagement(author, kind, lift)
        return Post(
            id=identifier,
            network=network,
            native_id=native,
            url=f"https://{network}.example/{author.handle}/{native}",
            title=title,
            kind=kind,
            author_id=author.identifier,
            author_handle=author.handle,
            author_name=author.name,
            followers=author.followers,
            lang=repost_of.lang if repost_of else _told_language(author),
            text=text,
            published_at=datetime.fromtimestamp(published / 1000, UTC),
            parent_id=parent.id if parent else "",
            repost_of=repost_of.id if repost_of else "",
            conversation_id=(parent.conversation_id or parent.id) if parent else "",
            likes=likes,
            reposts=reposts,
            replies=replies,
            views=views,
            rating=rating,
            media=[_picture(author, native, number) for number in range(pictures)],
        )

    def _native(self, network: str, published: int) -> str:
        self._serial += 1
        number = published << 14 | _STREAMS[self.stream] << 12 | self._serial & 0xFFF
        if network in {"instagram", "google"}:
            code = urlsafe_b64encode(number.to_bytes(8, "big")).decode().rstrip("=")
            return f"C{code}" if network == "instagram" else f"ChZ{code}"
        if network == "bluesky":
            return "3" + b32encode(number.to_bytes(8, "big")).decode().rstrip("=").lower()
        return f"{number:x}" if network == "trustpilot" else str(number)

    def _engagement(
        self, author: Author, kind: Kind, lift: float
    ) -> tuple[int | None, int | None, int | None, int | None]:
        if kind == "article":
            return None, None, None, None
        rng = self.rng
        followers = author.followers if author.followers is not None else 8
        age = 0.04 if self.fresh else 1.0
        base = rng.lognormvariate(-1.4, 1.0) * (followers + 10) ** 0.55 * lift * age
        likes = int(base * (0.35 if kind == "comment" else 1.0))
        if kind == "review":
            return int(rng.random() * 1.6 * age), None, None, None
        views = (
            None if author.network in _NO_VIEWS else int(likes * rng.uniform(18, 60) + followers * 0.2 * age)
        )
        return likes, int(base * 0.12), int(base * 0.09), views


def _picture(author: Author, native: str, number: int) -> str:
    host = f"media.{DOMAIN}" if author.handle.startswith(HANDLE) else f"media.{author.network}.example"
    return f"https://{host}/{native}/{number + 1}.jpg"


def _told_language(author: Author) -> str:
    """Return the language that the network tells; few of them do."""
    if author.network not in _TELL_LANGUAGE:
        return ""
    return "en" if author.voice == "tourist" else "fr"
