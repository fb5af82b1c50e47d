"""The watches and accounts that the river needs, read from Django and read again when they change."""

import logging
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Max
from django_scopes import scopes_disabled

from tocsin.stream.pipeline import Voices, voices
from tocsin.stream.query.compiler import WatchDefinition
from tocsin.stream.query.errors import QueryError
from tocsin.stream.query.parser import parse
from tocsin.watch.models import Account, Watch, WatchKind

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Watched:
    """A watch as detection sees it."""

    id: int
    organisation: int
    brand: int
    tolerated: float


@dataclass(slots=True)
class WatchSet:
    """Every watch of every organisation.

    Attributes
    ----------
    paused : dict
        The watches of each organisation that are not active.
    first_of_brand : dict
        The watch that owned sources of a brand bring mentions to: its first own-brand watch, else its first.
    """

    definitions: list[WatchDefinition] = field(default_factory=list)
    watched: dict[int, list[Watched]] = field(default_factory=dict)
    paused: dict[int, list[int]] = field(default_factory=dict)
    first_of_brand: dict[int, int] = field(default_factory=dict)
    own: dict[int, Voices] = field(default_factory=dict)


def fingerprint() -> tuple[object, ...]:
    """Return something that differs when any watch or account was added, changed or deleted."""
    with scopes_disabled():
        of_watches = Watch.objects.aggregate(Count("pk"), Max("pk"), Max("changed_at"))
        of_accounts = Account.objects.aggregate(Count("pk"), Max("pk"))
        switched_on = Watch.objects.filter(active=True).count()
    return (*of_watches.values(), *of_accounts.values(), switched_on)


def _is_usable(watch: Watch) -> bool:
    """Return whether a watch chooses posts; one bad query must not blind all the others."""
    if not watch.query.strip():
        return False
    try:
        parse(watch.query)
    except QueryError as error:
        log.warning("Watch %s (%s) watches nothing: %s", watch.pk, watch.name, error)
        return False
    return True


def load() -> WatchSet:
    """Read watches and accounts."""
    loaded = WatchSet()
    by_organisation: dict[int, list[Watched]] = defaultdict(list)
    own_brand: dict[int, int] = {}
    with scopes_disabled():
        watches = list(Watch.objects.filter(active=True).order_by("pk"))
        paused = list(Watch.objects.filter(active=False).values_list("organisation_id", "pk"))
        accounts = list(Account.objects.values_list("organisation_id", "network", "handle"))
    for watch in watches:
        by_organisation[watch.organisation_id].append(
            Watched(watch.pk, watch.organisation_id, watch.brand_id, watch.false_alarms_a_month)
        )
        loaded.first_of_brand.setdefault(watch.brand_id, watch.pk)
        if watch.kind == WatchKind.BRAND:
            own_brand.setdefault(watch.brand_id, watch.pk)
        if _is_usable(watch):
            loaded.definitions.append(
                WatchDefinition(
                    id=watch.pk,
                    organisation=watch.organisation_id,
                    brand=watch.brand_id,
                    query=watch.query,
                    languages=tuple(watch.languages),
                    networks=tuple(watch.networks),
                )
            )
    loaded.first_of_brand |= own_brand
    loaded.watched = dict(by_organisation)
    for organisation, watch_id in paused:
        loaded.paused.setdefault(organisation, []).append(watch_id)
    handles: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for organisation, network, handle in accounts:
        handles[organisation].append((network, handle))
    loaded.own = {organisation: voices(pairs) for organisation, pairs in handles.items()}
    return loaded
