"""Where the words that were looked for stand in a post."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from django.utils.safestring import SafeString

from tocsin.stream.fold import fold_with_offsets
from tocsin.stream.post import KINDS, Kind
from tocsin.stream.post import Post as StreamPost
from tocsin.stream.query.errors import QueryError
from tocsin.stream.query.parser import parse
from tocsin.stream.query.spans import Highlighter
from tocsin.ui.highlight import marked
from tocsin.watch.models import Watch
from tocsin.watch.selectors.posts import Post

_KINDS: dict[str, Kind] = {kind: kind for kind in KINDS}


@lru_cache(maxsize=512)
def _highlighter(query: str) -> Highlighter | None:
    try:
        return Highlighter(parse(query))
    except QueryError:
        return None


def as_posted(post: Post) -> StreamPost:
    """Return a stored post as the engine knows posts."""
    return StreamPost(
        text=post.text,
        id=post.id,
        network=post.network,
        title=post.title,
        kind=_KINDS.get(post.kind, "post"),
        author_id=post.author_id,
        author_handle=post.author_handle,
        author_name=post.author_name,
        lang=post.lang,
        url=post.url,
        rating=post.rating,
        followers=post.followers if post.followers >= 0 else None,
        media=post.pictures,
    )


def of_queries(post: Post, watches: Sequence[Watch]) -> list[tuple[int, int]]:
    """Return the spans of the text that the watches' queries matched."""
    seen = as_posted(post)
    found: list[tuple[int, int]] = []
    for watch in watches:
        if watch.query and (highlighter := _highlighter(watch.query)) is not None:
            found += highlighter.spans(seen)
    return found


def of_words(text: str, words: str) -> list[tuple[int, int]]:
    """Return the spans of the words of a full-text search; case and accents do not matter."""
    folded, offsets = fold_with_offsets(text)
    wanted, _ = fold_with_offsets(words)
    terms = [re.escape(term) for term in re.findall(r"\w+", wanted)]
    if not terms:
        return []
    found = []
    for match in re.finditer(rf"(?<!\w)(?:{'|'.join(terms)})\w*", folded):
        end = offsets[match.end() - 1] + 1
        found.append((offsets[match.start()], end))
    return found


def text_of(post: Post, watches: Sequence[Watch], words: str = "") -> SafeString:
    """Return a post's text with marks on what was searched, else on what the watches look for."""
    return marked(post.text, of_words(post.text, words) if words else of_queries(post, watches))
