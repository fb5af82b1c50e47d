"""What a connector remembers: validators of the last answer, and which entries it has seen."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import xxhash

from tocsin.listen.fetch.client import Document
from tocsin.stream.post import Post

KEPT_ENTRIES: Final = 2000
_LONGEST_VALIDATOR: Final = 500


def conditional_headers(memory: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers that ask for an answer only if there is something new."""
    headers: dict[str, str] = {}
    if etag := memory.get("etag"):
        headers["If-None-Match"] = str(etag)
    if modified := memory.get("modified"):
        headers["If-Modified-Since"] = str(modified)
    return headers


def validators_of(document: Document) -> dict[str, str]:
    """Return what an answer wants to be asked with the next time."""
    found = {"etag": document.headers.get("etag", ""), "modified": document.headers.get("last-modified", "")}
    return {name: value for name, value in found.items() if value and len(value) <= _LONGEST_VALIDATOR}


def fingerprint(post: Post) -> str:
    """Return a hash that changes when an entry is rewritten."""
    said = f"{post.title}\x1f{post.text}\x1f{post.url}"
    return xxhash.xxh3_64_hexdigest(said.encode("utf-8", "surrogatepass"))


def unseen(posts: Iterable[Post], seen: Mapping[str, str]) -> list[Post]:
    """Return the posts that are new, or say something else than before; each identifier once."""
    fresh: dict[str, Post] = {}
    for post in posts:
        if seen.get(post.native_id) != fingerprint(post):
            fresh[post.native_id] = post
    return list(fresh.values())


def remembered(posts: Iterable[Post], seen: Mapping[str, str]) -> dict[str, str]:
    """Return the entries seen with those of this fetch, the oldest forgotten first."""
    current = {post.native_id: fingerprint(post) for post in posts}
    merged = {name: mark for name, mark in seen.items() if name not in current} | current
    return dict(list(merged.items())[-max(KEPT_ENTRIES, len(current)) :])
