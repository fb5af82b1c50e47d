"""Fetching a feed: only when it changed, only what is new in it."""

import io
from typing import Any, Final

import feedparser

from tocsin.listen.connectors.article import article_texts
from tocsin.listen.connectors.base import Address, Fetched, Memory
from tocsin.listen.connectors.feed.discovery import feeds_of, is_page
from tocsin.listen.connectors.feed.exceptions import HarmfulFeed, NotAFeed
from tocsin.listen.connectors.feed.mapping import home_of, post_of
from tocsin.listen.connectors.markup import declares_entities
from tocsin.listen.connectors.memory import conditional_headers, remembered, unseen, validators_of
from tocsin.listen.fetch.client import Client, Document
from tocsin.stream.post import Post

MAX_ENTRIES: Final = 2000
SUMMARY_LENGTH: Final = 600
_ACCEPT: Final = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"


class FeedConnector:
    """Fetches RSS and Atom feeds."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def fetch(self, address: Address, memory: Memory) -> Fetched:
        """Fetch what is new in a feed.

        Raises
        ------
        FetchFailed
        """
        document = self._client.fetch(address.url, {"Accept": _ACCEPT, **conditional_headers(memory)})
        if document.status == 304:
            return Fetched([], memory, moved_to=document.moved_to)
        entries = _entries(document)
        home = memory.get("home") or home_of(address.url)
        read = (post_of(entry, address.network, document.url, home) for entry in entries[:MAX_ENTRIES])
        posts = [post for post in read if post is not None]
        seen = memory.get("seen", {})
        fresh = unseen(posts, seen)
        marks = remembered(posts, seen)
        left = self._complete(fresh) if address.article_text else set()
        # what there was no time for is fetched again, even from a feed that has not changed
        validators = {} if left else validators_of(document)
        marks = {name: mark for name, mark in marks.items() if name not in left}
        kept = {**validators, "seen": marks, "home": home}
        return Fetched(fresh, kept, seen=len(posts), moved_to=document.moved_to)

    def _complete(self, posts: list[Post]) -> set[str]:
        """Put the article's own text in place of a summary, and return the posts left for the next fetch."""
        short = [post for post in posts if post.url and len(post.text) < SUMMARY_LENGTH]
        texts, left = article_texts(self._client, short)
        for post in short:
            post.text = texts.get(post.native_id, post.text)
        return left


def _entries(document: Document) -> list[Any]:
    try:
        return entries_of(document.body)
    except NotAFeed:
        if not is_page(document.body):
            raise
    feeds = feeds_of(document.body, document.url)
    raise NotAFeed(detail="page_with_feeds" if feeds else "page_without_feed", feeds=feeds)


def entries_of(body: bytes) -> list[Any]:
    """Return the entries of a feed.

    Raises
    ------
    HarmfulFeed, NotAFeed
    """
    if declares_entities(body):
        raise HarmfulFeed
    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=True, resolve_relative_uris=False)
    if not parsed.get("version") and not parsed.entries:
        raise NotAFeed
    return list(parsed.entries)
