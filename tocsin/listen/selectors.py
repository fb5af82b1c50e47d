"""Questions about sources, imports and tokens, for pages and commands. Each runs inside a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections
from django.utils import timezone

from tocsin.accounts.models import Organisation
from tocsin.listen.models import Import, Source, SourceState, Token


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source as its page shows it.

    Attributes
    ----------
    counts : dict of str to int
        What the river counted of its posts: received, new, mentions, unmatched, rejected, …
    lag : timedelta or None
        How old its newest post was when last fetched; None when it never brought one.
    overdue : bool
        Whether a fetch is late by more than twice its interval.
    """

    source: Source
    counts: dict[str, int]
    lag: timedelta | None
    overdue: bool

    @property
    def is_watched(self) -> bool:
        """Whether posts of this source would reach Tocsin now."""
        return self.source.state not in {SourceState.DEAD, SourceState.PAUSED}


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """An import as its page shows it.

    Attributes
    ----------
    share : float
        Part of the file read, 0 to 1; of a workbook, whose rows are not known beforehand, 0 until it is done.
    """

    row: Import
    share: float
    rows_per_second: float
    counts: dict[str, int]


def sources(organisation: Organisation) -> list[SourceHealth]:
    """Return every source of an organisation with its health."""
    rows = list(Source.objects.filter(organisation=organisation).select_related("brand"))
    counted = tallies(f"source:{row.pk}" for row in rows)
    now = timezone.now()
    return [health(row, counted.get(f"source:{row.pk}", {}), now) for row in rows]


def health(source: Source, counts: dict[str, int] | None = None, now: datetime | None = None) -> SourceHealth:
    """Return the health of one source."""
    scope_name = f"source:{source.pk}"
    counted = tallies([scope_name]).get(scope_name, {}) if counts is None else counts
    moment = now or timezone.now()
    late = 2 * timedelta(minutes=source.every_minutes)
    overdue = source.next_run_at is not None and moment - source.next_run_at > late
    lag = None
    if source.last_post_at and source.last_success_at:
        lag = max(timedelta(0), source.last_success_at - source.last_post_at)
    return SourceHealth(source, counted, lag, overdue)


def unwatched(organisation: Organisation) -> list[Source]:
    """Return the sources that bring nothing at present, for the banner: dead or paused."""
    states = [SourceState.DEAD, SourceState.PAUSED]
    return list(Source.objects.filter(organisation=organisation, state__in=states).select_related("brand"))


def imports(organisation: Organisation, limit: int = 50) -> list[ImportProgress]:
    """Return the latest imports with their progress."""
    rows = list(
        Import.objects.filter(organisation=organisation).select_related("source__brand", "started_by")[:limit]
    )
    counted = tallies(f"import:{row.pk}" for row in rows)
    return [progress(row, counted.get(f"import:{row.pk}", {})) for row in rows]


def progress(row: Import, counts: dict[str, int] | None = None) -> ImportProgress:
    """Return the progress of one import."""
    scope_name = f"import:{row.pk}"
    counted = tallies([scope_name]).get(scope_name, {}) if counts is None else counts
    if row.state == "done":
        share = 1.0
    elif row.name.lower().endswith(".xlsx") or not row.size:
        share = 0.0
    else:
        share = min(1.0, row.offset / row.size)
    return ImportProgress(row, share, row.read / row.seconds if row.seconds else 0.0, counted)


def tokens(organisation: Organisation) -> list[Token]:
    """Return the tokens that still work, and those revoked, newest first."""
    return list(
        Token.objects.filter(organisation=organisation)
        .select_related("source", "made_by")
        .order_by("-created_at")
    )


def tallies(scopes: Iterable[str]) -> dict[str, dict[str, int]]:
    """Return what the river counted, by scope (``source:7``, ``import:3``) and name."""
    wanted: Sequence[str] = list(scopes)
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    if not wanted:
        return counted
    places = ", ".join(["%s"] * len(wanted))
    with connections["river"].cursor() as cursor:
        cursor.execute(f"SELECT scope, name, amount FROM tally WHERE scope IN ({places})", wanted)  # noqa: S608 - placeholders only
        for scope_name, name, amount in cursor.fetchall():
            counted[scope_name][name] = amount
    return counted
