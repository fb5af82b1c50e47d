"""The feeds that a page names, for an address that turned out to be a page."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from typing import Final

from lxml import html  # type: ignore[import-untyped]  # lxml has no types
from lxml.etree import LxmlError  # type: ignore[import-untyped]  # likewise

from tocsin.listen.connectors.feed.mapping import web_address
from tocsin.listen.connectors.markup import MAX_HTML
from tocsin.listen.fetch.exceptions import Choice

MOST_FEEDS: Final = 8
_TYPES: Final = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_LOOKS_LIKE_FEED: Final = re.compile(r"(?:^|[/._-])(?:rss|atom|feeds?)(?:\.xml)?/?(?:\?.*)?$", re.IGNORECASE)
_PAGE: Final = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_HEAD: Final = 4096


def is_page(body: bytes) -> bool:
    """Return whether a document is an HTML page."""
    return _PAGE.search(body[:_HEAD]) is not None


def feeds_of(body: bytes, address: str) -> list[Choice]:
    """Return the feeds that a page declares, else those that its links seem to lead to.

    Parameters
    ----------
    address : str
        Where the page was found, against which its links are read.
    """
    try:
        root = html.document_fromstring(
            body[:MAX_HTML].replace(b"\x00", b""), parser=_parser(body[:MAX_HTML])
        )
    except (LxmlError, ValueError):
        return []
    base = web_address(next(iter(root.xpath("//base/@href")), ""), address) or address
    declared = [link for link in root.iter("link") if _declares(link.get("rel", ""), link.get("type", ""))]
    links = declared or [link for link in root.iter("a") if _LOOKS_LIKE_FEED.search(link.get("href", ""))]
    found: dict[str, str] = {}
    for link in links:
        if (url := web_address(link.get("href", ""), base)) and url != address:
            title = link.get("title") or ("" if link.tag == "link" else link.text_content())
            found.setdefault(url, " ".join(title.split())[:120])
    return [{"url": url, "title": title} for url, title in found.items()][:MOST_FEEDS]


def _parser(body: bytes) -> html.HTMLParser:
    """Return a parser that reads UTF-8 where it is valid, whatever the page forgot to declare."""
    try:
        getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        return html.HTMLParser()
    return html.HTMLParser(encoding="utf-8")


def _declares(relation: str, kind: str) -> bool:
    return "alternate" in relation.lower().split() and kind.partition(";")[0].strip().lower() in _TYPES
