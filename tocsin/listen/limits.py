"""What a post may be, whichever way it comes in; its sizes are those of the engine. Knows no Django."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from tocsin.listen.files.exceptions import RowUnusable
from tocsin.stream.clean import COUNTS, MAX_COUNT, MAX_FIELD, MAX_ID, MAX_MEDIA, MAX_TEXT
from tocsin.stream.post import Post

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(hours=24)

_SHORT_FIELDS: Final = ("url", "title", "author_id", "author_handle", "author_name", "lang", "network")
_IDENTIFIERS: Final = ("id", "native_id", "parent_id", "repost_of", "conversation_id")
_TEXTS: Final = (*_SHORT_FIELDS, *_IDENTIFIERS, "text")
_NUL: Final = "\x00"
_NETWORK: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def latest_at(now: datetime) -> datetime:
    """Return the latest time that a post may bear: clocks may be ahead by a zone, not by years."""
    return now + AHEAD


def is_network(name: str) -> bool:
    """Return whether a name can be that of a network: pages show it."""
    return _NETWORK.fullmatch(name) is not None


def is_language(tag: str) -> bool:
    """Return whether a tag can be that of a language."""
    return _LANGUAGE.fullmatch(tag) is not None


def checked(post: Post, *, latest: datetime) -> Post:
    """Return the post if it is within limits, without the characters that no database keeps.

    Raises
    ------
    RowUnusable
        With the code of what is wrong.
    """
    for field in _TEXTS:
        value = getattr(post, field)
        if value and (not value.isascii() or _NUL in value):
            setattr(post, field, _storable(value))
    if not post.text.strip():
        raise RowUnusable("no_text")
    if len(post.text) > MAX_TEXT:
        raise RowUnusable("text_too_long", length=len(post.text), limit=MAX_TEXT)
    _check_names(post)
    _check_sizes(post)
    _check_numbers(post)
    _check_time(post, latest)
    return post


def _storable(value: str) -> str:
    """Drop NUL, and replace halves of characters that UTF-8 cannot say."""
    return value.replace(_NUL, "").encode("utf-8", "replace").decode("utf-8")


def _check_names(post: Post) -> None:
    """Refuse a network that is no short name, and forget a language that is no tag: pages show both."""
    if post.network and not is_network(post.network):
        raise RowUnusable("network", value=post.network[:60])
    if post.lang and not is_language(post.lang):
        post.lang = ""


def _check_sizes(post: Post) -> None:
    for field in _SHORT_FIELDS:
        if len(getattr(post, field)) > MAX_FIELD:
            raise RowUnusable("field_too_long", field=field, limit=MAX_FIELD)
    for field in _IDENTIFIERS:
        if len(getattr(post, field)) > MAX_ID:
            raise RowUnusable("field_too_long", field=field, limit=MAX_ID)
    if len(post.media) > MAX_MEDIA or any(len(address) > MAX_FIELD for address in post.media):
        raise RowUnusable("field_too_long", field="media", limit=MAX_MEDIA)


def _check_numbers(post: Post) -> None:
    for field in COUNTS:
        value = getattr(post, field)
        if value is not None and not 0 <= value <= MAX_COUNT:
            raise RowUnusable("number", field=field)
    if post.rating is not None and not 0 <= post.rating <= 5:
        raise RowUnusable("number", field="rating")


def _check_time(post: Post, latest: datetime) -> None:
    for field in ("published_at", "fetched_at"):
        moment = getattr(post, field)
        if moment is None:
            continue
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
            setattr(post, field, moment)
        if moment < EARLIEST:
            raise RowUnusable("too_early", value=moment.date().isoformat())
        if moment > latest:
            raise RowUnusable("in_the_future", value=moment.date().isoformat())
