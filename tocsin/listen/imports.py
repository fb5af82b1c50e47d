"""Running an import: a file goes onto the bus chunk by chunk, and can go on wherever it was killed."""

from __future__ import annotations

import os
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta, tzinfo
from itertools import islice
from pathlib import Path
from typing import Final

import xxhash
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone
from django_scopes import scopes_disabled

from tocsin.errors import TocsinError
from tocsin.listen import health, uploads
from tocsin.listen.chunks import Chunk, Chunks
from tocsin.listen.files.columns import SAMPLE_ROWS
from tocsin.listen.files.dates import DateReader, order_of
from tocsin.listen.files.exceptions import FileUnusable
from tocsin.listen.files.opening import open_table
from tocsin.listen.files.rows import Filter, RowReader, filter_for, reader_for
from tocsin.listen.files.spread import spread_dates
from tocsin.listen.files.table import Position, Record, Table
from tocsin.listen.files.zones import zone_of
from tocsin.listen.limits import latest_at
from tocsin.listen.models import Import, ImportState, RejectedRow
from tocsin.river.ingest import publish_posts

KEPT_REJECTIONS: Final = 200
LISTED_REJECTIONS: Final = 100_000
"""Rejected rows of one import that are kept for its list; all are counted."""
ABANDONED_AFTER: Final = timedelta(seconds=60)
_DIGEST_BLOCK: Final = 4 << 20

_ADVANCED: Final = (
    "offset", "line", "read", "skipped", "rejected", "rejected_by", "rejections", "earliest", "latest",
    "beat_at", "seconds",
)  # fmt: skip

Progress = Callable[[Import], None]


class ImportTaken(TocsinError):
    """Another process is running this import; nothing was changed."""


def digest_of(path: Path) -> str:
    """Return a hash of a file's bytes, by which a file is known again."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as file:
        while block := file.read(_DIGEST_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def run(pk: int, *, progress: Progress | None = None) -> Import:
    """Run an import from where it stands to its end.

    Parameters
    ----------
    progress : callable, optional
        Called with the row after each chunk; what it raises interrupts the import, which can go on later.

    Raises
    ------
    ImportTaken
        When another process runs it.
    FileUnusable
        When the file cannot be read or is no longer the same; the import is marked failed.

    Notes
    -----
    A chunk is published under a key made of the import and the chunk's offsets, then the offset is stored.
    Killed between the two, the import publishes the same chunk under the same key again, and the bus takes
    it once.
    """
    with scopes_disabled():
        row = _claim(pk)
        try:
            return _run(row, progress)
        except FileUnusable as error:
            _fail(row, "file_unusable", {"problem": str(error), "detail": error.detail, **error.figures})
            raise
        except TocsinError as error:
            _fail(row, "import_failed", {"problem": str(error)})
            raise
        except BaseException:
            # Interrupted: it waits for someone to go on with it.
            with suppress(DatabaseError):
                Import.objects.filter(pk=pk).update(state=ImportState.WAITING, runner="")
            raise


def waiting() -> list[int]:
    """Return the imports that wait for someone to run them, or that whoever ran them left."""
    with scopes_disabled():
        rows = Import.objects.filter(Q(state=ImportState.WAITING) | _abandoned()).order_by("created_at")
        return list(rows.values_list("pk", flat=True))


def _claim(pk: int) -> Import:
    free = Q(state__in=[ImportState.WAITING, ImportState.FAILED])
    claimed = (
        Import.objects.filter(pk=pk)
        .filter(free | _abandoned())
        .update(
            state=ImportState.RUNNING,
            runner=_runner(os.getpid()),
            beat_at=timezone.now(),
            problem="",
            problem_data={},
        )
    )
    if not claimed:
        raise ImportTaken("this import is done, or another process is running it; nothing was changed")
    row: Import = Import.objects.select_related("source", "organisation").get(pk=pk)
    return row


def _abandoned() -> Q:
    """Select the running imports whose process is gone; those of other machines are judged by their beat."""
    running = Import.objects.filter(state=ImportState.RUNNING).values_list("runner", flat=True)
    gone = [name for name in running if not name or (_is_here(name) and not _lives(name))]
    silent = Q(beat_at__lt=timezone.now() - ABANDONED_AFTER)
    return Q(state=ImportState.RUNNING) & (silent | Q(runner__in=gone))


def _runner(process: int) -> str:
    return f"{socket.gethostname()}:{process}"


def _is_here(runner: str) -> bool:
    return runner.rpartition(":")[0] == socket.gethostname()


def _lives(runner: str) -> bool:
    try:
        os.kill(int(runner.rpartition(":")[2]), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def _run(row: Import, progress: Progress | None) -> Import:
    path = Path(row.path)
    if not path.is_file() or path.stat().st_size != row.size or digest_of(path) != row.digest:
        raise FileUnusable("it is no longer where it was, or has changed since it began", "file_changed")
    table = open_table(path)
    try:
        reader = _reader(row, table, path)
        filters = _filters(row, table)
        began, before = time.monotonic(), row.seconds
        chunks = Chunks(table, reader, filters, settings.BATCH)
        for chunk in chunks.after(Position(row.offset, row.line)):
            _publish(row, chunk)
            row.seconds = before + time.monotonic() - began
            _advance(row, chunk)
            if progress:
                progress(row)
    finally:
        table.close()
    row.state, row.finished_at, row.runner = ImportState.DONE, timezone.now(), ""
    row.save(update_fields=["state", "finished_at", "runner"])
    health.brought(row.source, row.finished_at)
    uploads.let_go(path)
    return row


def _reader(row: Import, table: Table, path: Path) -> RowReader:
    """Return what makes posts of rows: decided from a sample the first time, then kept with the import."""
    latest = latest_at(timezone.now())
    zone = _zone(row)
    if row.mapping:
        dates = DateReader(row.mapping["order"], zone)
        return RowReader(row.mapping["columns"], dates, row.mapping["network"], latest)
    sample = [r.cells for r in islice(table.records(Position()), SAMPLE_ROWS) if isinstance(r, Record)]
    spread = order_of(spread_dates(path))
    reader = reader_for(
        table.columns,
        sample,
        chosen=row.options.get("columns", {}),
        zone=zone,
        network=row.options.get("network", ""),
        latest=latest,
        order_elsewhere=spread,
    )
    row.mapping = {"columns": reader.columns, "order": reader.dates.order, "network": reader.network}
    row.save(update_fields=["mapping"])
    return reader


def _zone(row: Import) -> tzinfo:
    name = row.options.get("zone") or row.organisation.time_zone
    zone = zone_of(name)
    if zone is None:
        raise FileUnusable(f"{name} is not a time zone; write one as Europe/Paris or +01:00")
    return zone


def _filters(row: Import, table: Table) -> list[Filter]:
    filters: list[Filter] = []
    for column, value in row.options.get("only", {}).items():
        found = filter_for(table.columns, column, value)
        if found is None:
            message = f"the file has no column {column}; it has {', '.join(table.columns)}"
            raise FileUnusable(message, "column_missing", column=column)
        filters.append(found)
    return filters


def _publish(row: Import, chunk: Chunk) -> None:
    if not chunk.posts:
        return
    # with its end, because a chunk begun at the same place may be longer when it is read again
    key = f"import:{row.pk}:{row.digest}:{chunk.begin.offset}-{chunk.end.offset}"
    publish_posts(row.source, chunk.posts, key=key, import_id=row.pk, watch_id=row.watch_id, checked=True)


def _advance(row: Import, chunk: Chunk) -> None:
    row.offset, row.line = chunk.end.offset, chunk.end.line
    row.read += chunk.read
    row.skipped += chunk.skipped
    row.rejected += chunk.rejected.total()
    row.rejected_by = dict(Counter(row.rejected_by) + chunk.rejected)
    row.rejections = [*row.rejections, *chunk.rejections[:KEPT_REJECTIONS]][:KEPT_REJECTIONS]
    row.earliest = min(filter(None, (row.earliest, *chunk.span)), default=None)
    row.latest = max(filter(None, (row.latest, *chunk.span)), default=None)
    row.beat_at = timezone.now()
    with transaction.atomic():
        row.save(update_fields=_ADVANCED)
        _list_rejections(row, chunk)


def _list_rejections(row: Import, chunk: Chunk) -> None:
    room = LISTED_REJECTIONS - (row.rejected - chunk.rejected.total())
    listed = [RejectedRow(row_import=row, **one) for one in chunk.rejections[: max(0, room)]]
    RejectedRow.objects.bulk_create(listed, ignore_conflicts=True)


def _fail(row: Import, code: str, figures: dict[str, str | int]) -> None:
    """Write down why an import failed; where even that cannot be written, it is as one that was killed."""
    with suppress(DatabaseError):
        _write_failure(row, code, figures)


def _write_failure(row: Import, code: str, figures: dict[str, str | int]) -> None:
    Import.objects.filter(pk=row.pk).update(
        state=ImportState.FAILED, problem=code, problem_data=figures, finished_at=timezone.now(), runner=""
    )
