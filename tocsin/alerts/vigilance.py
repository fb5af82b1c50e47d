"""A brand's vigilance: the highest level of what still goes on around it."""

from __future__ import annotations

from tocsin import clock
from tocsin.alerts.models import Alert, AlertState, Vigilance
from tocsin.alerts.ranks import highest
from tocsin.journal import actions as journal
from tocsin.watch.models import Brand, WatchKind

OWN_KINDS = (WatchKind.BRAND, WatchKind.PRODUCT, WatchKind.PERSON, WatchKind.CAMPAIGN)


def refresh(brand: Brand) -> Vigilance:
    """Bring a brand's vigilance in line with its alerts, within the caller's transaction.

    Only alerts of the brand's own watches count (a competitor's trouble is not its own), as long as they go
    on and nobody closed them; what an import tells of the past never counts.
    """
    going_on = Alert.objects.filter(
        brand=brand, watch__kind__in=OWN_KINDS, historic=False, ended_at=None
    ).exclude(state=AlertState.CLOSED)
    level = highest(going_on.values_list("level", flat=True))
    now = clock.now(brand.organisation_id)
    vigilance, _made = Vigilance.objects.get_or_create(
        brand=brand, defaults={"organisation_id": brand.organisation_id, "since": now}
    )
    if vigilance.level == level:
        return vigilance
    before, vigilance.level, vigilance.since = vigilance.level, level, now
    vigilance.save()
    journal.record(
        "alerts.vigilance_changed",
        actor=None,
        organisation=brand.organisation_id,
        target=f"watch.brand:{brand.pk}",
        data={"brand": brand.name, "before": before, "level": level},
    )
    return vigilance
