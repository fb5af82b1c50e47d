"""Short ways to ask, in tests, whether a query matches a post and what it highlights."""

from typing import Any

from tocsin.stream.batch import Batch
from tocsin.stream.fold import fold_batch
from tocsin.stream.post import Post
from tocsin.stream.query import Matcher, WatchDefinition, spans


def post(text: str, **given: Any) -> Post:
    return Post(text=text, id=given.pop("id", "x:1"), network=given.pop("network", "x"), **given)


def batch_of(posts: list[Post], **given: Any) -> Batch:
    return Batch.from_posts(posts, organisation=given.pop("organisation", 1), source=1, now_ms=0, **given)


def finds(query: str, text: str, **given: Any) -> bool:
    """Return whether the query, alone, matches the post."""
    batch = batch_of([post(text, **given)])
    found = Matcher([WatchDefinition(1, 1, 1, query)]).match(batch, fold_batch(batch.text))
    return len(found) == 1


def shown(query: str, text: str, **given: Any) -> list[str]:
    """Return the pieces of the text that are highlighted."""
    return [text[start:end] for start, end in spans(query, post(text, **given))]
