"""The schedule of sources: what is due is fetched, in a few threads, beside the river."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any, Final

from django.conf import settings
from django.db import close_old_connections
from django.db.models import Q
from django.utils import timezone
from django_scopes import scopes_disabled

from tocsin.bus.base import BusUnavailable
from tocsin.errors import TocsinError
from tocsin.listen import health, imports
from tocsin.listen.actions import FETCHED_KINDS
from tocsin.listen.connectors.base import Address, Fetched
from tocsin.listen.connectors.registry import CONNECTORS
from tocsin.listen.demo import Demo
from tocsin.listen.fetch.client import Client
from tocsin.listen.fetch.exceptions import FetchFailed, Postponed
from tocsin.listen.files.exceptions import RowUnusable
from tocsin.listen.limits import checked, latest_at
from tocsin.listen.models import Source, SourceKind, SourceState
from tocsin.river.ingest import publish_posts
from tocsin.stream.post import Post

log = logging.getLogger(__name__)

WORKERS: Final = 4
LEASE: Final = timedelta(minutes=10)
"""A source claimed so long ago whose fetch never ended is fetched again: its process died."""


@lru_cache(maxsize=1)
def shared_client() -> Client:
    """Return this process's one HTTP client, whose courtesy to hosts holds for all sources."""
    return Client(private=bool(settings.FETCH_PRIVATE))


class Schedule:
    """Fetches sources when they are due, runs waiting imports, and lets the demonstration speak.

    Parameters
    ----------
    client : Client, optional
    executor : Executor, optional
        Where fetches run; a small pool of threads without it.
    """

    def __init__(self, client: Client | None = None, executor: Executor | None = None) -> None:
        self._client = client or shared_client()
        self._executor = executor or ThreadPoolExecutor(WORKERS, thread_name_prefix="listen")
        self._demo = Demo()
        self._importing: set[int] = set()

    def tick(self, now: datetime | None = None) -> int:
        """Start what is due, and return how many sources were.

        Never waits for a server: fetches go on in their own threads, and a source is claimed before its
        fetch begins, so that no other process fetches it too.
        """
        moment = now or timezone.now()
        close_old_connections()
        due = claim_due(moment)
        for source in due:
            self._executor.submit(_apart, partial(fetch, source, self._client, moment))
        for pk in set(imports.waiting()) - self._importing:
            self._importing.add(pk)
            self._executor.submit(_apart, partial(self._import, pk))
        self._demo.tick(moment)
        return len(due)

    def _import(self, pk: int) -> None:
        try:
            imports.run(pk)
        except TocsinError as error:
            log.warning("Import %s stopped: %s", pk, error)
        finally:
            self._importing.discard(pk)


def claim_due(now: datetime) -> list[Source]:
    """Return the sources that are due, each claimed for this process by a conditional update."""
    with scopes_disabled():
        waiting = (
            Source.objects.filter(kind__in=FETCHED_KINDS)
            .filter(Q(next_run_at__lte=now) | Q(next_run_at=None))
            .exclude(state=SourceState.PAUSED)
            .select_related("organisation", "brand")
            .order_by("next_run_at")
        )
        return [
            source
            for source in waiting
            if Source.objects.filter(pk=source.pk, next_run_at=source.next_run_at).update(
                next_run_at=now + LEASE
            )
        ]


def fetch(source: Source, client: Client, now: datetime) -> None:
    """Fetch one source, publish what is new, and write down how it went.

    The memory of entries seen is stored after their posts are on the bus: killed in between, the same posts
    are published again, and the river knows them.
    """
    try:
        connector = CONNECTORS[SourceKind(source.kind).value](client)
        network = source.network or "press"
        address = Address(source.address, network=network, article_text=source.article_text)
        fetched = connector.fetch(address, source.validators)
        _publish(source, fetched.posts, now)
    except Postponed as error:
        health.postponed(source, now, timedelta(seconds=error.seconds))
    except FetchFailed as error:
        health.failed(source, now, code=error.code, figures=error.figures)
    except BusUnavailable as error:
        log.warning("%s: %s", source, error)
        health.failed(source, now, code="bus_unavailable")
    except Exception as error:
        # A document that no code expected must not stop the schedule; the source shows it.
        log.exception("Fetching %s failed", source)
        health.failed(source, now, code="failed", figures={"problem": type(error).__name__})
    else:
        _succeed(source, fetched, now)


def _publish(source: Source, posts: list[Post], now: datetime) -> None:
    usable: list[Post] = []
    rejections: list[dict[str, Any]] = []
    for number, post in enumerate(posts, 1):
        try:
            usable.append(checked(post, latest=latest_at(now)))
        except RowUnusable as error:
            rejections.append({"line": number, "code": error.code, "figures": error.figures})
    if usable:
        publish_posts(source, usable)
    if rejections:
        health.turned_away(source, now, rejections)


def _succeed(source: Source, fetched: Fetched, now: datetime) -> None:
    dates = [post.published_at for post in fetched.posts if post.published_at is not None]
    health.succeeded(
        source,
        now,
        memory=fetched.memory,
        last_post_at=min(max(dates), now) if dates else None,
        moved_to=fetched.moved_to,
    )


def _apart(work: Callable[[], None]) -> None:
    """Run in a thread of the pool, with database connections of its own."""
    close_old_connections()
    try:
        work()
    except Exception:
        # whatever it is, the other sources go on
        log.exception("Work of the schedule failed")
    finally:
        close_old_connections()
