"""Entries of a feed to posts."""

from calendar import timegm
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import xxhash

from tocsin.listen.connectors.markup import plain_text
from tocsin.stream.post import Post


def post_of(entry: Any, network: str, base: str) -> Post | None:  # noqa: ANN401 - feedparser is untyped
    """Return the post of an entry; None for an entry that says nothing.

    The language that a feed declares is left out: too many declare the one of the program that writes them.

    Parameters
    ----------
    base : str
        Address of the feed, against which relative links are read.
    """
    title = plain_text(str(entry.get("title", "")))
    text = plain_text(_body(entry))
    if not (text or title):
        return None
    url = web_address(entry.get("link", ""), base)
    native = str(entry.get("id", "")).strip() or url or _from_content(title, text)
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
