"""The text of an article behind its address, without menus and advertising."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Final

import trafilatura

from tocsin.listen.fetch.client import Client
from tocsin.listen.fetch.exceptions import FetchFailed
from tocsin.stream.post import Post

log = logging.getLogger(__name__)

MAX_ARTICLES: Final = 20
MAX_SECONDS: Final = 90.0
"""After which the other articles of a fetch wait for the next one, so that no other source waits for them."""
_SHORTEST: Final = 200


def article_texts(
    client: Client, posts: Sequence[Post], clock: Callable[[], float] = time.monotonic
) -> tuple[dict[str, str], set[str]]:
    """Return the texts of the articles behind posts, by identifier, and the posts there was no time for."""
    until = clock() + MAX_SECONDS
    texts: dict[str, str] = {}
    for number, post in enumerate(posts):
        if number >= MAX_ARTICLES or clock() > until:
            return texts, {one.native_id for one in posts[number:]}
        if text := article_text(client, post.url):
            texts[post.native_id] = text
    return texts, set()


def article_text(client: Client, url: str) -> str:
    """Return the text of the article at an address; empty when it cannot be had.

    An article that cannot be fetched is no failure of its feed: its summary stays.
    """
    try:
        page = client.fetch(url, {"Accept": "text/html,application/xhtml+xml"})
    except FetchFailed as error:
        log.info("The article %s could not be fetched: %s", url, error)
        return ""
    if "html" not in page.headers.get("content-type", "html"):
        return ""
    text = trafilatura.extract(
        page.body, url=url, include_comments=False, include_tables=False, favor_precision=True
    )
    return text if text and len(text) >= _SHORTEST else ""
