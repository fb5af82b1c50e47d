"""A post as a network gave it, and the integer keys under which everything downstream knows it."""

from datetime import datetime
from typing import Final, Literal

import msgspec
import xxhash

Kind = Literal["post", "comment", "review", "article", "message"]

KINDS: Final[tuple[Kind, ...]] = ("post", "comment", "review", "article", "message")


class Post(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=False):
    """One message on a network, as fetched; never altered.

    Attributes
    ----------
    id : str
        ``network:native_id``; derived from the two when absent.
    published_at, fetched_at : datetime or None
        Aware, UTC. ``published_at`` defaults to the time of arrival when a network gives none.
    followers, likes, reposts, replies, views : int or None
        Counts at the time of fetching; None where the network does not tell.
    rating : float or None
        Stars out of five, for reviews.
    media : list of str
        Addresses of pictures and videos.

    Notes
    -----
    Only ``text`` and one of ``id`` and ``native_id`` are required.
    """

    text: str
    id: str = ""
    network: str = ""
    native_id: str = ""
    url: str = ""
    title: str = ""
    kind: Kind = "post"
    author_id: str = ""
    author_handle: str = ""
    author_name: str = ""
    followers: int | None = None
    lang: str = ""
    published_at: datetime | None = None
    fetched_at: datetime | None = None
    parent_id: str = ""
    repost_of: str = ""
    conversation_id: str = ""
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    views: int | None = None
    rating: float | None = None
    media: list[str] = []


def key_of(identifier: str) -> int:
    """Return the signed 64-bit key of a post's (or author's) identifier; 0 for the empty string.

    Notes
    -----
    XXH3; with five million posts the chance that any two share a key is under one in a million.
    """
    if not identifier:
        return 0
    unsigned = xxhash.xxh3_64_intdigest(identifier.encode("utf-8", "surrogatepass"))
    return unsigned - (1 << 64) if unsigned >= 1 << 63 else unsigned
