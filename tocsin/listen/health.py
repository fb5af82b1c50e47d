"""How a source fares: what a success or a failure changes, when it is tried again, when it counts as dead."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django_scopes import scope

from tocsin.alerts.actions import source_died, source_recovered
from tocsin.listen.models import Source, SourceState

DEAD_FAILURES: Final = 8
DEAD_AFTER: Final = timedelta(hours=24)
FEWEST_FAILURES: Final = 3
FIRST_RETRY: Final = timedelta(minutes=1)
LONGEST_RETRY: Final = timedelta(hours=6)
JITTER: Final = 0.2
KEPT_REJECTIONS: Final = 20


@transaction.atomic
def succeeded(
    source: Source,
    now: datetime,
    *,
    memory: Mapping[str, Any],
    last_post_at: datetime | None = None,
    moved_to: str = "",
) -> Source:
    """Write down that a source was fetched, and end its alert if it had been dead."""
    row = _locked(source)
    was_dead = row.state == SourceState.DEAD
    if row.state != SourceState.PAUSED:
        row.state = SourceState.HEALTHY
        row.next_run_at = now + _jittered(timedelta(minutes=row.every_minutes))
    row.last_attempt_at = row.last_success_at = now
    row.failures, row.problem, row.problem_data = 0, "", {}
    row.validators = dict(memory)
    if last_post_at is not None and (row.last_post_at is None or last_post_at > row.last_post_at):
        row.last_post_at = last_post_at
    if moved_to:
        row.address = moved_to[:2000]
    row.save()
    if was_dead:
        source_recovered(row)
    return row


@transaction.atomic
def brought(source: Source, now: datetime) -> Source:
    """Write down that a file was read to its end; nothing of it is fetched again."""
    row = _locked(source)
    if row.state != SourceState.PAUSED:
        row.state = SourceState.HEALTHY
    row.last_attempt_at = row.last_success_at = now
    row.failures, row.problem, row.problem_data = 0, "", {}
    row.save()
    return row


@transaction.atomic
def failed(
    source: Source,
    now: datetime,
    *,
    code: str,
    figures: Mapping[str, Any] | None = None,
    wait: timedelta | None = None,
) -> Source:
    """Write down that a source could not be fetched; raise an alert once it counts as dead.

    Parameters
    ----------
    code, figures
        What is wrong; see `tocsin.listen.problems.words`.
    wait : timedelta, optional
        At least so long until the next try, as the host asked.
    """
    row = _locked(source)
    row.last_attempt_at = now
    row.failures += 1
    row.problem, row.problem_data = code, dict(figures or {})
    if row.state == SourceState.PAUSED:
        row.save()
        return row
    row.next_run_at = now + max(wait or timedelta(0), retry_after_failures(row.failures, row.every_minutes))
    was_dead = row.state == SourceState.DEAD
    row.state = SourceState.DEAD if was_dead or is_dead(row, now) else SourceState.FAILING
    row.save()
    if row.state == SourceState.DEAD and not was_dead:
        source_died(row)
    return row


def postponed(source: Source, now: datetime, wait: timedelta) -> None:
    """Put the next fetch off because the host asked for it: no failure unless it lasts a day."""
    with transaction.atomic():
        row = _locked(source)
        row.last_attempt_at = now
        was_dead = row.state == SourceState.DEAD
        if row.state != SourceState.PAUSED:
            row.next_run_at = now + max(wait, timedelta(minutes=1))
            row.problem, row.problem_data = "postponed", {}
            if now - (row.last_success_at or row.created_at) >= DEAD_AFTER:
                row.state = SourceState.DEAD
        row.save()
        if row.state == SourceState.DEAD and not was_dead:
            source_died(row)


@transaction.atomic
def turned_away(source: Source, now: datetime, rejections: Sequence[Mapping[str, Any]]) -> None:
    """Count what came of a source and could not become a post, and remember the last with its reasons."""
    row = _locked(source)
    told = [{"at": now.isoformat(), **one} for one in rejections[-KEPT_REJECTIONS:]]
    row.rejected += len(rejections)
    row.rejections = [*reversed(told), *row.rejections][:KEPT_REJECTIONS]
    row.save(update_fields=["rejected", "rejections"])


def state_before_pause(source: Source, now: datetime) -> SourceState:
    """Return how a paused source fared when it was paused; its failures stand until it is fetched again."""
    if source.failures:
        return SourceState.DEAD if is_dead(source, now) else SourceState.FAILING
    return SourceState.HEALTHY if source.last_success_at else SourceState.NEW


def is_dead(source: Source, now: datetime) -> bool:
    """Return whether a source has failed so often, or for so long, that nobody should trust it."""
    since = source.last_success_at or source.created_at
    long_silent = source.failures >= FEWEST_FAILURES and now - since >= DEAD_AFTER
    return source.failures >= DEAD_FAILURES or long_silent


def retry_after_failures(failures: int, every_minutes: int) -> timedelta:
    """Return how long to wait after so many failures in a row: doubling, up to six hours.

    A source that is fetched less often than that keeps its interval.
    """
    doubled = FIRST_RETRY * 2 ** min(failures - 1, 12)
    longest = max(LONGEST_RETRY, timedelta(minutes=every_minutes))
    return _jittered(min(doubled, longest))


def _jittered(wait: timedelta) -> timedelta:
    """Spread fetches out, so that sources that failed together do not come back together."""
    return wait * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - nothing secret depends on it


def _locked(source: Source) -> Source:
    with scope(organisation=source.organisation_id):
        row: Source = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    return row
