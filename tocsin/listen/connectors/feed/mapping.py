"""Entries of a feed to posts."""

import re
from calendar import timegm
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import xxhash

from tocsin.listen.connectors.markup import plain_text
from tocsin.stream.post import Post

_WORLDWIDE: Final = re.compile(r"(?:https?://|urn:|tag:)\S", re.IGNORECASE)


def post_of(entry: Any, network: str, base: str, home: str = "") -> Post | None:  # noqa: ANN401 - feedparser is untyped
    """Return the post of an entry; None for an entry that says nothing.

    The language that a feed declares is left out: too many declare the one of the program that writes them.

    Parameters
    ----------
    base : str
        Address of the feed, against which relative links are read.
    home : str
        What identifiers that are unique only within the feed are put behind; see `home_of`.
    """
    title = plain_text(str(entry.get("title", "")))
    text = plain_text(_body(entry))
    if not (text or title):
        return None
    url = web_address(entry.get("link", ""), base)
    given = str(entry.get("id", "")).strip()
    native = (given if _WORLDWIDE.match(given) else _within(home, given)) or url
    native = native or _within(home, _from_content(title, text))
    return Post(
        text=text or title,
        title=title if text else "",
        id=f"{network}:{native}",
        network=network,
        native_id=native,
        url=url,
        kind="article",
        author_name=plain_text(str(entry.get("author", "")))[:200],
        published_at=_moment(entry),
        media=_media(entry, base),
    )


def home_of(address: str) -> str:
    """Return what tells the entries of a feed from those of others: its host and path.

    What is an address or a name of the web (``tag:``, ``urn:``) is the same article in every feed; any other
    identifier is unique only within its feed. A feed keeps its home when it moves.
    """
    parts = urlsplit(address)
    return f"{parts.hostname or ''}{parts.path.rstrip('/')}"


def _within(home: str, identifier: str) -> str:
    return f"{home}#{identifier}" if home and identifier else identifier


def web_address(link: object, base: str) -> str:
    """Return an absolute http(s) address; empty for anything else that feeds put into links."""
    try:
        url = urljoin(base, str(link).strip())
    except ValueError:
        return ""
    return url if url.startswith(("https://", "http://")) and len(url) <= 2000 else ""


def _body(entry: Any) -> str:  # noqa: ANN401 - feedparser is untyped
    """Return the longest of what the entry says about itself."""
    parts = [str(part.get("value", "")) for part in entry.get("content", []) or []]
    return max([*parts, str(entry.get("summary", ""))], key=len)


def _moment(entry: Any) -> datetime | None:  # noqa: ANN401 - feedparser is untyped
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        if parsed := entry.get(name):
            try:
                return datetime.fromtimestamp(timegm(parsed), UTC)
            except (ValueError, OverflowError, OSError):
                continue
    return None


def _media(entry: Any, base: str) -> list[str]:  # noqa: ANN401 - feedparser is untyped
    found = [*(entry.get("enclosures") or []), *(entry.get("media_content") or [])]
    addresses = [web_address(item.get("href") or item.get("url") or "", base) for item in found]
    return list(dict.fromkeys(address for address in addresses if address))[:10]


def _from_content(title: str, text: str) -> str:
    return "h" + xxhash.xxh3_128_hexdigest(f"{title}\x1f{text}".encode("utf-8", "surrogatepass"))
