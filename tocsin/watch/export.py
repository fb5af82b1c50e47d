"""Mentions as a table that a spreadsheet reads."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable
from typing import Any

from asgiref.sync import sync_to_async

from tocsin.stream.understand.words import EXPECTATIONS, TOPICS, names_of
from tocsin.watch.selectors import mentions, posts
from tocsin.watch.selectors.mentions import Wanted
from tocsin.watch.selectors.posts import Post

SIZE = 1000
COLUMNS = (
    "id",
    "network",
    "published_at",
    "author_name",
    "author_handle",
    "followers",
    "title",
    "text",
    "url",
    "lang",
    "sentiment",
    "score",
    "emotions",
    "topics",
    "expectations",
    "likes",
    "reposts",
    "replies",
    "views",
    "rating",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


async def csv_lines(wanted: Wanted) -> AsyncIterator[bytes]:
    """Give the file piece by piece, each post with its newest text; memory holds one page of mentions."""
    yield "\ufeff".encode() + _lines([COLUMNS])
    before: int | None = None
    while True:
        found, before = await sync_to_async(_piece)(wanted, before)
        if found:
            yield table(found)
        if before is None:
            return


def _piece(wanted: Wanted, before: int | None) -> tuple[list[Post], int | None]:
    page = mentions.page(wanted, before, SIZE)
    return posts.as_edited(page.posts), page.next_place


def table(posts: Iterable[Post]) -> bytes:
    """Return the lines of some posts."""
    return _lines(_row(post) for post in posts)


def _lines(rows: Iterable[Iterable[Any]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode("utf-8", "replace")


def _row(post: Post) -> list[Any]:
    return [
        _plain(post.id),
        _plain(post.network),
        post.published_at.isoformat(),
        _plain(post.author_name),
        _plain(post.author_handle),
        _known(post.followers),
        _plain(post.title),
        _plain(post.text),
        _plain(post.url),
        _plain(post.lang),
        post.sentiment_name,
        round(post.score, 3),
        ", ".join(post.emotion_names),
        ", ".join(names_of(post.topics, TOPICS)),
        ", ".join(names_of(post.expectations, EXPECTATIONS)),
        _known(post.likes),
        _known(post.reposts),
        _known(post.replies),
        _known(post.views),
        "" if post.rating is None else post.rating,
    ]


def _plain(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _known(count: int) -> int | str:
    return count if count >= 0 else ""
