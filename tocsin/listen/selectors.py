"""Questions about sources, imports and tokens, for pages and commands. Each runs inside a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections
from django.db.models import Sum
from django.utils import timezone

from tocsin.accounts.models import Organisation
from tocsin.alerts import selectors as alerts
from tocsin.alerts.models import Alert
from tocsin.listen.models import Import, RejectedRow, Source, SourceState, Token

FOUND_ALERTS = 5


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of posts: those received are those new, known, context, unmatched and rejected, each once.

    Attributes
    ----------
    new : int
        Kept for the first time.
    known : int
        Kept before; their counts are brought up to date.
    context : int
        Kept only because a mention answers them.
    unmatched : int
        Matching no watch: counted, not kept.
    rejected : int
        What no post could be made of.
    mentions : int
        A post is a mention once for each watch that matches it, so these are no part of the sum.
    """

    new: int = 0
    known: int = 0
    context: int = 0
    unmatched: int = 0
    rejected: int = 0
    mentions: int = 0

    @property
    def received(self) -> int:
        """How many came."""
        return self.new + self.known + self.context + self.unmatched + self.rejected


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source as its page shows it.

    Attributes
    ----------
    counts : Counts
    lag : timedelta or None
        How old its newest post was when last fetched; None when it never brought one.
    overdue : bool
        Whether a fetch is late by more than twice its interval.
    """

    source: Source
    counts: Counts
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
    sums : Counts
        What became of the rows that the river has seen, and of those rejected before.
    pending : int
        Posts read that the river has not yet understood.
    """

    row: Import
    share: float
    rows_per_second: float
    counts: dict[str, int]
    sums: Counts
    pending: int


def sources(organisation: Organisation) -> list[SourceHealth]:
    """Return every source of an organisation with its health."""
    rows = list(
        Source.objects.filter(organisation=organisation)
        .select_related("brand")
        .annotate(of_files=Sum("imports__rejected"))
    )
    counted = tallies(f"source:{row.pk}" for row in rows)
    now = timezone.now()
    return [
        health(row, _counts(counted.get(f"source:{row.pk}", {}), row.rejected + (row.of_files or 0)), now)
        for row in rows
    ]


def health(source: Source, counts: Counts | None = None, now: datetime | None = None) -> SourceHealth:
    """Return the health of one source."""
    counted = counts or _counted(source)
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
    sums = _counts(counted, row.rejected)
    pending = max(0, row.read - row.skipped - sums.received)
    return ImportProgress(row, share, row.read / row.seconds if row.seconds else 0.0, counted, sums, pending)


def imported_before(organisation: Organisation, header: str) -> Import | None:
    """Return the latest import of a file with the same columns, whose choices serve again."""
    found: Import | None = Import.objects.filter(organisation=organisation, header=header).first()
    return found


def rejected_rows(row: Import) -> Iterator[RejectedRow]:
    """Return the rows of a file that were not taken, in its order; the first 100,000 of them."""
    rows: Iterator[RejectedRow] = RejectedRow.objects.filter(row_import=row).iterator(chunk_size=2000)
    return rows


def found_in(row: Import) -> list[Alert]:
    """Return the alerts of the import's brand within the span of its posts, those still running first."""
    if row.earliest is None or row.latest is None or row.source.brand is None:
        return []
    around = timedelta(hours=2)
    within = alerts.of_brand(row.source.brand).filter(
        source=None, began_at__range=(row.earliest - around, row.latest + around)
    )
    return list(within.order_by("historic", "-began_at")[:FOUND_ALERTS])


def _counted(source: Source) -> Counts:
    name = f"source:{source.pk}"
    of_files = source.imports.aggregate(rejected=Sum("rejected"))["rejected"] or 0
    return _counts(tallies([name]).get(name, {}), source.rejected + of_files)


def _counts(tally: Mapping[str, int], rejected: int) -> Counts:
    """Return what the river counted, with what was rejected before it came to the river."""
    known = {name: tally.get(name, 0) for name in ("new", "known", "context", "unmatched", "mentions")}
    return Counts(**known, rejected=tally.get("rejected", 0) + rejected)


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
