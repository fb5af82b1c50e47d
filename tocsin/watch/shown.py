"""A post as a list shows it: its text with marks, blurred when it insults."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from tocsin.watch.abuse import abusive
from tocsin.watch.highlights import text_of
from tocsin.watch.models import Watch
from tocsin.watch.selectors.posts import Post


@dataclass(frozen=True)
class Mention:
    """A post with what the page adds to it."""

    post: Post
    text: SafeString
    blurred: bool


def shown(post: Post, watches: Sequence[Watch], words: str = "") -> Mention:
    """Return a post as a list shows it."""
    return Mention(post, text_of(post, watches, words), abusive(post.text))
