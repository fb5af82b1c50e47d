"""From the bytes of a batch to its columns: a bad line is counted and named, the rest goes on."""

import re
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import msgspec
import numpy as np

from tocsin.stream.batch import Batch, Ints
from tocsin.stream.clean import clean, cleaned, identify
from tocsin.stream.post import Post

MAX_LINE_BYTES: Final = 16 << 20
DAY_MS: Final = 86_400_000
EARLIEST_MS: Final = 631_152_000_000
"""1990-01-01: an earlier date of publication is a missing one that some software wrote as zero."""

_POSTS: Final = msgspec.json.Decoder(Post)
_SUSPECT: Final = re.compile(rb"\\u0000|\\u[dD][89a-fA-F]|\x00")
_LONE_SURROGATE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|"
    rb"(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


@dataclass(slots=True)
class Decoded:
    """A decoded batch and what was wrong with the rest.

    Attributes
    ----------
    received : int
        Lines that were not empty.
    rejected : list of (int, str)
        Line numbers from 1, each with the reason in English.
    dates_replaced : int
        Posts whose date was absurd (before 1990, or more than a day after their arrival) and was replaced
        by the time of arrival.
    """

    batch: Batch
    received: int
    rejected: list[tuple[int, str]] = field(default_factory=list)
    dates_replaced: int = 0


def decode(
    payload: bytes, *, organisation: int, source: int, now_ms: int, brand: int = 0, owned: bool = False
) -> Decoded:
    """Decode JSON lines into a batch.

    Parameters
    ----------
    payload : bytes
        One JSON object a line, as `Post`.
    now_ms : int
        Time of arrival, milliseconds since 1970 UTC.
    """
    posts, rejected = _decode_fast(payload)
    if posts is None:
        posts, rejected = _decode_line_by_line(payload)
    posts, nameless = _safe(posts, thorough=_is_suspect(payload))
    received = len(posts) + len(rejected) + nameless
    rejected += [(0, "neither `id` nor `native_id`")] * nameless
    build = partial(
        Batch.from_posts, organisation=organisation, source=source, now_ms=now_ms, brand=brand, owned=owned
    )
    try:
        batch = build(posts)
    except OverflowError:  # a count that no integer column holds
        batch = build([clean(post) for post in posts])
    return Decoded(batch, received, rejected, _replace_dates(batch, now_ms))


def _decode_fast(payload: bytes) -> tuple[list[Post] | None, list[tuple[int, str]]]:
    try:
        return _POSTS.decode_lines(payload), []
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None, []


def _decode_line_by_line(payload: bytes) -> tuple[list[Post], list[tuple[int, str]]]:
    posts: list[Post] = []
    rejected: list[tuple[int, str]] = []
    for number, line in enumerate(payload.split(b"\n"), 1):
        if not line.strip():
            continue
        if len(line) > MAX_LINE_BYTES:
            rejected.append((number, f"line longer than {MAX_LINE_BYTES >> 20} MiB"))
            continue
        try:
            posts.append(_decode_line(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            rejected.append((number, str(error)))
    return posts, rejected


def _decode_line(line: bytes) -> Post:
    try:
        return _POSTS.decode(line)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        mended = _LONE_SURROGATE.sub(rb"\\ufffd", line.decode("utf-8", "replace").encode())
        return _POSTS.decode(mended)


def _is_suspect(payload: bytes) -> bool:
    # looking for two plain strings first is forty times faster, and most payloads have neither
    return (b"\\u" in payload or b"\x00" in payload) and _SUSPECT.search(payload) is not None


def _safe(posts: list[Post], *, thorough: bool) -> tuple[list[Post], int]:
    named = [post if post.id and post.network else identify(post) for post in posts]
    safe = [post for post in named if post.id]
    return [clean(post) for post in safe] if thorough else cleaned(safe), len(posts) - len(safe)


def _replace_dates(batch: Batch, now_ms: int) -> int:
    absurd = _absurd(batch.published, now_ms)
    batch.published = np.where(absurd, now_ms, batch.published)
    batch.fetched = np.where(_absurd(batch.fetched, now_ms), now_ms, batch.fetched)
    return int(absurd.sum())


def _absurd(moments: Ints, now_ms: int) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    absurd: np.ndarray[tuple[int], np.dtype[np.bool_]] = (moments < EARLIEST_MS) | (moments > now_ms + DAY_MS)
    return absurd
