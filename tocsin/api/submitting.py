"""Lines of JSON to posts on the bus, with an answer for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import connections
from django.utils.translation import gettext as _

from tocsin.api import reading
from tocsin.api.exceptions import CallRefused
from tocsin.bus.base import BusUnavailable
from tocsin.listen import health
from tocsin.listen.files.exceptions import RowUnusable
from tocsin.listen.limits import checked, latest_at
from tocsin.listen.models import Source, SourceState
from tocsin.listen.problems import words
from tocsin.river.ingest import publish_posts
from tocsin.stream.clean import identify
from tocsin.stream.post import Post, key_of

CHUNK: Final = 2_000
_QUERIED: Final = 500
_SEEN_EVERY: Final = timedelta(seconds=10)


class Warned(msgspec.Struct):
    """Something in a line that was left out, though its post was taken.

    Attributes
    ----------
    code, reason : str
        What it is, for programs and for people.
    field : str
    """

    code: str
    field: str
    reason: str


class Answer(msgspec.Struct, omit_defaults=True):
    """What became of one line.

    Attributes
    ----------
    line : int
        Counted from 1.
    id : str
        The post's, as Tocsin knows it.
    status : str
        ``accepted``, each time again for a post that no watch keeps; ``known`` for a post that Tocsin
        already has, whose counts are brought up to date; or ``rejected``.
    code, reason : str
        What is wrong with a rejected line, for programs and for people; the code never changes, the reason
        is in the caller's language.
    warnings : list of Warned
        What of the line was left out; its post is taken.
    """

    line: int
    id: str = ""
    status: str = ""
    code: str = ""
    reason: str = ""
    warnings: list[Warned] = []


@dataclass(slots=True)
class Submitted:
    """The answers of one call, in the order of its lines, and the posts to publish."""

    answers: list[Answer] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    rejections: list[dict[str, Any]] = field(default_factory=list)

    def encoded(self) -> bytes:
        """Return the answers as JSON lines."""
        return msgspec.json.Encoder().encode_lines(self.answers)

    def count(self, status: str) -> int:
        """Return how many lines have a status."""
        return sum(answer.status == status for answer in self.answers)


def read_lines(lines: Iterable[tuple[int, bytes | None]], source: Source, now: datetime) -> Submitted:
    """Return what a body's lines say; nothing is published yet."""
    submitted = Submitted()
    for number, raw in lines:
        try:
            post, unknown = _post(raw, source, latest_at(now))
        except RowUnusable as error:
            reason = words(error.code, error.figures)
            submitted.answers.append(Answer(number, status="rejected", code=error.code, reason=reason))
            submitted.rejections.append({"line": number, "code": error.code, "figures": error.figures})
        else:
            submitted.answers.append(Answer(number, post.id, "accepted", warnings=_warned(unknown)))
            submitted.posts.append(post)
    if not submitted.answers:
        raise CallRefused(400, "empty", _("The body holds no line."))
    _mark_known(submitted, source)
    return submitted


def publish(submitted: Submitted, source: Source, key: str, now: datetime) -> None:
    """Put the posts onto the bus, and say in the answers which could not be.

    Parameters
    ----------
    key : str
        The caller's idempotency key; empty for none.

    Raises
    ------
    CallRefused
        When not even the first could.
    """
    taken = 0
    try:
        for number, chunk in enumerate(_chunks(submitted.posts)):
            publish_posts(source, chunk, key=f"api:{key}:{number}" if key else None)
            taken += len(chunk)
    except BusUnavailable as error:
        if not taken:
            message = _("The posts could not be stored; nothing was taken. Send them again later.")
            raise CallRefused(503, "unavailable", message, retry_after=30) from error
        _withdraw(submitted, taken)
    _note_success(source, submitted.posts[:taken], now)


def note_rejections(submitted: Submitted, source: Source, now: datetime) -> None:
    """Count the lines that became no post, so that the source's page shows them."""
    if submitted.rejections:
        health.turned_away(source, now, submitted.rejections)


def _post(raw: bytes | None, source: Source, latest: datetime) -> tuple[Post, list[str]]:
    post, unknown = reading.read(raw)
    if not (post.id or post.native_id):
        raise RowUnusable("no_id")
    return checked(identify(post, source.network or "api"), latest=latest), unknown


def _warned(unknown: Sequence[str]) -> list[Warned]:
    told = [reading.unknown(name) for name in unknown[: reading.MOST_WARNINGS]]
    return [Warned("unknown_field", figures["field"], words("unknown_field", figures)) for figures in told]


def _mark_known(submitted: Submitted, source: Source) -> None:
    accepted = [answer for answer in submitted.answers if answer.status == "accepted"]
    known = _stored({key_of(answer.id) for answer in accepted}, source.organisation_id)
    for answer in accepted:
        key = key_of(answer.id)
        if key in known:
            answer.status = "known"
        known.add(key)


def _stored(keys: set[int], organisation: int) -> set[int]:
    """Return which keys the river has stored; those still on the bus are not among them."""
    found: set[int] = set()
    wanted = list(keys)
    with connections["river"].cursor() as cursor:
        for begin in range(0, len(wanted), _QUERIED):
            some = wanted[begin : begin + _QUERIED]
            places = ", ".join(["%s"] * len(some))
            query = f"SELECT key FROM post WHERE organisation = %s AND key IN ({places})"  # noqa: S608 - placeholders only
            cursor.execute(query, [organisation, *some])
            found.update(key for (key,) in cursor.fetchall())
    return found


def _withdraw(submitted: Submitted, taken: int) -> None:
    answered = [answer for answer in submitted.answers if answer.status in {"accepted", "known"}]
    for answer in answered[taken:]:
        answer.status, answer.code = "rejected", "bus_unavailable"
        answer.reason = words("bus_unavailable_now")


def _note_success(source: Source, posts: Sequence[Post], now: datetime) -> None:
    """Show on the source's page that it lives, at most every ten seconds."""
    if not posts or (source.last_success_at and now - source.last_success_at < _SEEN_EVERY):
        return
    dates = [post.published_at for post in posts if post.published_at]
    changes: dict[str, Any] = {"last_attempt_at": now, "last_success_at": now, "state": SourceState.HEALTHY}
    if dates:
        changes["last_post_at"] = min(now, max(dates))
    Source.objects.filter(pk=source.pk).exclude(state=SourceState.PAUSED).update(**changes)


def _chunks(posts: list[Post]) -> Iterator[list[Post]]:
    for begin in range(0, len(posts), CHUNK):
        yield posts[begin : begin + CHUNK]
