"""One name for each network, whatever an export calls it."""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from tocsin.listen.files.names import folded

_NAMES: Final = {
    "twitter": "x",
    "x twitter": "x",
    "twitter x": "x",
    "x com": "x",
    "fb": "facebook",
    "facebook public": "facebook",
    "facebook page": "facebook",
    "insta": "instagram",
    "instagram public": "instagram",
    "youtube com": "youtube",
    "tik tok": "tiktok",
    "linked in": "linkedin",
    "bsky": "bluesky",
    "blue sky": "bluesky",
    "google avis": "google",
    "google reviews": "google",
    "google my business": "google",
    "trust pilot": "trustpilot",
    "blog": "blog",
    "blogs": "blog",
    "forum": "forum",
    "forums": "forum",
    "news": "press",
    "online news": "press",
    "presse": "press",
    "presse en ligne": "press",
    "actualites": "press",
}
_HOSTS: Final = {
    "twitter.com": "x",
    "x.com": "x",
    "facebook.com": "facebook",
    "instagram.com": "instagram",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "tiktok.com": "tiktok",
    "linkedin.com": "linkedin",
    "bsky.app": "bluesky",
    "reddit.com": "reddit",
    "trustpilot.com": "trustpilot",
    "threads.net": "threads",
    "threads.com": "threads",
    "pinterest.com": "pinterest",
    "t.me": "telegram",
}
_NOT_IN_A_NAME: Final = re.compile(r"[^a-z0-9]+")


_KNOWN: Final = frozenset(_NAMES.values()) | frozenset(_HOSTS.values())


def is_network(written: str) -> bool:
    """Return whether a cell names a network that everybody knows: ``Instagram``, ``X (Twitter)``."""
    return len(written) <= 40 and network_name(written) in _KNOWN


@lru_cache(maxsize=1024)
def network_name(written: str) -> str:
    """Return the name under which a network is known here: lower case, ASCII, ``-`` between words."""
    words = folded(written)
    return _NOT_IN_A_NAME.sub("-", _NAMES.get(words, words))[:40].strip("-")


def network_of_address(url: str) -> str:
    """Return the network that a post's address belongs to; empty when it is none of the well-known ones."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return ""
    if host in _HOSTS:
        return _HOSTS[host]
    parent = host.split(".", 1)[-1]
    return _HOSTS.get(parent, "trustpilot" if host.endswith("trustpilot.com") else "")


def network_of_column(column: str) -> str:
    """Return the network that a column is named after: ``tweet_id`` is a column of X."""
    return "x" if folded(column).startswith("tweet ") else ""
