"""Questions about freezes: which last, and what became of stopping each tool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_scopes import scope

from tocsin.accounts.models import Organisation
from tocsin.crisis.models import Freeze, Stop
from tocsin.gate.models import Outgoing, OutgoingState
from tocsin.watch.models import Brand

STOPPED, TOLD, FAILED, UNKNOWN, BY_HAND = "stopped", "told", "failed", "unknown", "by_hand"
WAITING: Final = frozenset({OutgoingState.WAITING, OutgoingState.SENDING})


@dataclass(frozen=True, slots=True)
class StopState:
    """A tool, and whether it is stopped.

    Attributes
    ----------
    state
        ``stopped``: its webhook answered, or a person did it; ``told``: on its way; ``failed``, ``unknown``:
        as the gate says; ``by_hand``: somebody has to.
    outgoing
        The gate's row that told it; None by hand.
    """

    stop: Stop
    state: str
    outgoing: Outgoing | None

    @property
    def word(self) -> str:
        """The state in words."""
        by_person = self.stop.done_at is not None
        return {
            STOPPED: _("stopped by hand") if by_person else _("told to stop, and answered"),
            TOLD: _("being told"),
            FAILED: _("could not be told"),
            UNKNOWN: _("told, no answer came: look for yourself"),
            BY_HAND: _("to be stopped by hand"),
        }[self.state]

    @property
    def resumed(self) -> bool:
        """Whether it goes on after the freeze, as far as known."""
        return self.stop.resumed_at is not None or (
            self.outgoing is not None and self.outgoing.state == OutgoingState.SENT
        )


def current(organisation: Organisation) -> list[Freeze]:
    """Return the freezes that last, by brand; what every page shows as a banner."""
    with scope(organisation=organisation):
        return list(
            Freeze.objects.filter(organisation=organisation, ended_at=None)
            .select_related("brand", "began_by")
            .order_by("brand__name")
        )


def of(brand: Brand) -> Freeze | None:
    """Return the freeze of a brand that lasts; None when it publishes."""
    found: Freeze | None = freezes(brand).filter(ended_at=None).first()
    return found


def freezes(brand: Brand) -> QuerySet[Freeze]:
    """Return every freeze of a brand, newest first."""
    with scope(organisation=brand.organisation_id):
        rows: QuerySet[Freeze] = Freeze.objects.filter(brand=brand).select_related(
            "brand", "organisation", "crisis", "began_by", "ended_by"
        )
    return rows


def states(freeze: Freeze) -> list[StopState]:
    """Return each tool of a freeze with its state: of stopping while it lasts, of going on afterwards."""
    with scope(organisation=freeze.organisation_id):
        stops = list(freeze.stops.select_related("tool__hook", "done_by", "resumed_by"))
        told = _told(freeze, stops)
    return [_state(stop, told.get(stop.thaw_key or stop.key)) for stop in stops]


def left(states: Sequence[StopState]) -> int:
    """Return how many tools are not known to be stopped."""
    return sum(one.state != STOPPED for one in states)


def _told(freeze: Freeze, stops: Sequence[Stop]) -> Mapping[str, Outgoing]:
    keys = [key for stop in stops for key in (stop.key, stop.thaw_key) if key]
    rows = Outgoing.objects.filter(organisation=freeze.organisation_id, key__in=keys)
    return {row.key: row for row in rows}


def _state(stop: Stop, outgoing: Outgoing | None) -> StopState:
    if stop.done_at is not None:
        return StopState(stop, STOPPED, outgoing)
    if outgoing is None:
        return StopState(stop, BY_HAND, None)
    if outgoing.state in WAITING:
        return StopState(stop, TOLD, outgoing)
    known = {OutgoingState.SENT: STOPPED, OutgoingState.UNKNOWN: UNKNOWN}
    return StopState(stop, known.get(OutgoingState(outgoing.state), FAILED), outgoing)
