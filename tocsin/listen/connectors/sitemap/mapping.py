"""Entries of a sitemap to posts."""

from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element

from tocsin.listen.connectors.feed.mapping import web_address
from tocsin.listen.connectors.markup import plain_text
from tocsin.stream.post import Post

MAX_ENTRIES: Final = 5000


def children_of(root: Element) -> list[str]:
    """Return the sitemaps that an index lists, the latest changed first; none for a sitemap itself."""
    if _name(root) != "sitemapindex":
        return []
    listed = [(_text(child, "lastmod"), web_address(_text(child, "loc"), "")) for child in root]
    newest = sorted(listed, key=lambda pair: pair[0], reverse=True)
    return [address for _, address in newest if address]


def posts_of(root: Element, network: str) -> list[Post]:
    """Return the articles that a news sitemap lists; addresses without a title are pages, not news."""
    found = (_post(entry, network) for entry in list(root)[:MAX_ENTRIES] if _name(entry) == "url")
    return [post for post in found if post is not None]


def _post(entry: Element, network: str) -> Post | None:
    url = web_address(_text(entry, "loc"), "")
    title = plain_text(_text(entry, "title"))
    if not url or not title:
        return None
    image = web_address(_deep(entry, "image", "loc"), "") if _child(entry, "image") is not None else ""
    return Post(
        text=title,
        id=f"{network}:{url}",
        network=network,
        native_id=url,
        url=url,
        kind="article",
        author_name=plain_text(_text(entry, "name")),
        published_at=_moment(_text(entry, "publication_date") or _text(entry, "lastmod")),
        lang=_text(entry, "language")[:2].lower(),
        media=[image] if image else [],
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _child(element: Element, name: str) -> Element | None:
    return next((found for found in element.iter() if _name(found) == name and found is not element), None)


def _text(element: Element, name: str) -> str:
    found = _child(element, name)
    return (found.text or "").strip() if found is not None else ""


def _deep(element: Element, outer: str, inner: str) -> str:
    found = _child(element, outer)
    return _text(found, inner) if found is not None else ""
