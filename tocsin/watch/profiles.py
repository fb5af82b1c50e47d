"""What people paste to name an account: a handle, or the address of its page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

NETWORK_OF_SITE: Final = {
    "bsky.app": "bluesky",
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "instagram.com": "instagram",
    "linkedin.com": "linkedin",
    "reddit.com": "reddit",
    "tiktok.com": "tiktok",
    "trustpilot.com": "trustpilot",
    "twitter.com": "twitter",
    "x.com": "x",
    "youtube.com": "youtube",
}
LEADING: Final = frozenset(
    {"profile", "company", "in", "school", "user", "u", "c", "channel", "review", "pages"}
)
"""Parts of an address that stand before the account's name."""

_ADDRESS = re.compile(r"^(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}/\S+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Profile:
    """An account as somebody named it; `network` is empty when the words do not tell."""

    network: str
    handle: str


def profile_of(words: str) -> Profile:
    """Read a handle with or without ``@``, or the address of an account's page.

    Examples
    --------
    >>> profile_of("https://www.instagram.com/maisonberthier/")
    Profile(network='instagram', handle='maisonberthier')
    >>> profile_of("@MaisonBerthier")
    Profile(network='', handle='MaisonBerthier')
    """
    words = words.strip()
    if not _ADDRESS.match(words):
        return Profile("", words.removeprefix("@"))
    parts = urlsplit(words if "://" in words else f"https://{words}")
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    site = ".".join(host.split(".")[-2:])
    pieces = [unquote(piece) for piece in parts.path.split("/") if piece]
    while len(pieces) > 1 and pieces[0].lower() in LEADING:
        pieces.pop(0)
    name = pieces[0].removeprefix("@") if pieces else words
    if "@" in name or site in NETWORK_OF_SITE:
        return Profile(NETWORK_OF_SITE.get(site, "mastodon"), name)
    return (
        Profile("mastodon", f"{name}@{host}") if pieces and pieces[0].startswith("@") else Profile("", name)
    )
