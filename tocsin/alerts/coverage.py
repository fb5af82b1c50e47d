"""How far a brand's vigilance can be trusted: what watches it, and what should and does not.

Green says that nothing happens; it may be said only of a brand at which somebody looks. A file that was read
brings nothing more, so that it watches nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django_scopes import scope

from tocsin.accounts.models import Organisation
from tocsin.alerts.vigilance import OWN_KINDS
from tocsin.listen.models import Source, SourceKind, SourceState
from tocsin.watch.models import Watch


class Covered(StrEnum):
    """How much of a brand is watched."""

    FULLY = "fully"
    PARTLY = "partly"
    NOT = "not"


class Lacking(StrEnum):
    """What a brand that is not watched lacks first."""

    NOTHING = ""
    WATCH = "watch"
    RUNNING_WATCH = "running_watch"
    SOURCE = "source"
    LIVING_SOURCE = "living_source"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a brand is watched, and what lacks."""

    covered: Covered
    lacking: Lacking = Lacking.NOTHING


class _Looking(NamedTuple):
    """What of a watch says whether it looks at anything."""

    query: str
    active: bool


class _Bringing(NamedTuple):
    """What of a source says whether it brings anything."""

    brand_id: int | None
    owned: bool
    state: str
    kind: str
    last_success_at: datetime | None


UNKNOWN = Coverage(Covered.NOT, Lacking.WATCH)


def coverage(organisation: Organisation) -> dict[int, Coverage]:
    """Return for each brand that has watches of its own how much of it is watched; others are `UNKNOWN`."""
    with scope(organisation=organisation):
        watches = Watch.objects.filter(kind__in=OWN_KINDS).values_list("brand_id", "query", "active")
        sources = (
            Source.objects.exclude(kind=SourceKind.FILE)
            .exclude(state=SourceState.PAUSED)
            .values_list("brand_id", "owned", "state", "kind", "last_success_at")
        )
        bringing = [_Bringing(*source) for source in sources]
        of_brand: dict[int, list[_Looking]] = defaultdict(list)
        for brand, query, active in watches:
            of_brand[brand].append(_Looking(query, active))
    return {
        brand: _of(mine, [one for one in bringing if _concerns(one, brand, mine)])
        for brand, mine in of_brand.items()
    }


def _concerns(source: _Bringing, brand: int, watches: Sequence[_Looking]) -> bool:
    """Return whether what a source brings can become a mention of a brand."""
    if source.owned:
        return source.brand_id == brand
    return any(watch.query for watch in watches)


def _of(watches: Sequence[_Looking], sources: Sequence[_Bringing]) -> Coverage:
    if not any(watch.active for watch in watches):
        return Coverage(Covered.NOT, Lacking.RUNNING_WATCH)
    living = [source for source in sources if _brings(source)]
    dead = [source for source in sources if source.state == SourceState.DEAD]
    if not living:
        return Coverage(Covered.NOT, Lacking.LIVING_SOURCE if dead else Lacking.SOURCE)
    return Coverage(Covered.PARTLY, Lacking.LIVING_SOURCE) if dead else Coverage(Covered.FULLY)


def _brings(source: _Bringing) -> bool:
    """Return whether posts come, or are about to.

    The HTTP API brings some once somebody sent any; what failed from the start brings none until it works.
    """
    if source.last_success_at is None and (
        source.kind == SourceKind.API or source.state == SourceState.FAILING
    ):
        return False
    return source.state != SourceState.DEAD
