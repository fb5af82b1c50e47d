"""What ``tocsin import`` does once Django is set up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from tocsin.alerts.actions import take_raised
from tocsin.alerts.models import Alert
from tocsin.cli.migrating import migrate
from tocsin.errors import UnusableInput
from tocsin.listen import imports, selectors
from tocsin.listen.actions import start_import
from tocsin.listen.declare import brand_and_watch, organisation_named
from tocsin.listen.files.zones import zone_of
from tocsin.listen.models import Import
from tocsin.river.drain import drain
from tocsin.river.ingest import TOPIC, the_bus

DRAINED_EVERY: Final = 500_000
"""Rows after which the river catches up in between, so that the bus stays small however long the file is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did.

    Attributes
    ----------
    counts : dict of str to int
        What the river counted of it.
    alerts : int
        Alerts of the organisation that it added.
    seconds : float
        From the first byte read to the last alert.
    """

    row: Import
    brand: str
    counts: dict[str, int]
    alerts: int
    seconds: float

    def lines(self) -> Iterator[str]:
        """Yield what the command prints."""
        row, counts, seconds = self.row, self.counts, self.seconds
        new, known = counts.get("new", 0), counts.get("known", 0)
        rejected = row.rejected + counts.get("rejected", 0)
        speed = (row.read - row.skipped) / seconds if seconds else 0.0
        yield _("read: %(rows)s rows of %(name)s") % {"rows": figure(row.read), "name": row.name}
        if row.skipped:
            yield _("left out by --only: %(rows)s") % {"rows": figure(row.skipped)}
        yield _("kept: %(kept)s (%(mentions)s new mentions, %(known)s already known)") % {
            "kept": figure(new + known),
            "mentions": figure(counts.get("mentions", 0)),
            "known": figure(known),
        }
        yield _("matching no watch: %(rows)s (counted, not stored)") % {
            "rows": figure(counts.get("unmatched", 0))
        }
        yield _("rejected: %(rows)s") % {"rows": figure(rejected)} + self._reasons()
        yield _("alerts raised: %(alerts)s") % {"alerts": figure(self.alerts)}
        yield _("speed: %(speed)s posts/s (%(seconds)s s from the file to the alerts)") % {
            "speed": figure(round(speed)),
            "seconds": number_format(seconds, 1, force_grouping=True),
        }

    def _reasons(self) -> str:
        named = [f"{figure(count)} × {code}" for code, count in sorted(self.row.rejected_by.items())]
        return f" ({', '.join(named)})" if named else ""


def figure(count: int) -> str:
    """Return a count as the language writes it."""
    return number_format(count, force_grouping=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be brought, as the command's options say."""

    file: Path
    brand: str
    query: str
    organisation: str
    columns: Mapping[str, str]
    only: Mapping[str, str]
    zone: str
    network: str


def bring(wanted: Wanted, *, progress: Callable[[Import], None] | None) -> Outcome:
    """Bring a file through the river, from an empty data folder if need be.

    Raises
    ------
    TocsinError
        With what is unusable; what was read before stays, and the same call goes on from there.
    """
    if wanted.zone and zone_of(wanted.zone) is None:
        raise UnusableInput(f"{wanted.zone} is not a time zone; write one as Europe/Paris or +01:00")
    for _step in migrate():
        pass
    owner = organisation_named(wanted.organisation)
    of_brand, watch = brand_and_watch(owner, wanted.brand, wanted.query)
    began = time.monotonic()
    row = start_import(
        of_brand,
        wanted.file,
        actor=None,
        watch=None if wanted.query else watch,
        columns=wanted.columns,
        only=wanted.only,
        zone=wanted.zone,
        network=wanted.network,
    )
    with scopes_disabled():
        before = Alert.objects.filter(organisation=owner).count()
        row = imports.run(row.pk, progress=_Pace(progress, owner.pk))
        _catch_up(owner.pk)
        added = Alert.objects.filter(organisation=owner).count() - before
    with scope(organisation=owner):
        counts = selectors.progress(row).counts
    return Outcome(row, of_brand.name, counts, added, time.monotonic() - began)


class _Pace:
    """Lets the river catch up now and then while a long file is read."""

    def __init__(self, show: Callable[[Import], None] | None, organisation: int) -> None:
        self._show = show
        self._organisation = organisation
        self._next = DRAINED_EVERY

    def __call__(self, row: Import) -> None:
        if self._show:
            self._show(row)
        if row.read >= self._next:
            self._next = row.read + DRAINED_EVERY
            drain(the_bus().last(TOPIC), organisation=self._organisation, past=False)


def _catch_up(organisation: int) -> None:
    drain(the_bus().last(TOPIC), organisation=organisation)
    take_raised()
