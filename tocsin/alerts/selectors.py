"""Questions put to alerts."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django_scopes import scope

from tocsin.accounts.models import Organisation
from tocsin.alerts.models import Alert, AlertState, CloseReason, Level, Vigilance
from tocsin.watch.models import Brand, Watch


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """How often alerts of a watch were false: `false` of the `closed` ones that people judged."""

    false: int
    closed: int


def alerts(organisation: Organisation) -> QuerySet[Alert]:
    """Return every alert of an organisation, newest first, with what it is about."""
    with scope(organisation=organisation):
        rows: QuerySet[Alert] = Alert.objects.select_related(
            "brand", "watch", "source", "acknowledged_by", "closed_by"
        )
    return rows


def unsettled(organisation: Organisation) -> QuerySet[Alert]:
    """Return what people still have to look at: neither closed nor told of the past."""
    return alerts(organisation).filter(historic=False).exclude(state=AlertState.CLOSED)


def of_brand(brand: Brand) -> QuerySet[Alert]:
    """Return the alerts of a brand, newest first."""
    return alerts(brand.organisation).filter(brand=brand)


def dead_sources(organisation: Organisation) -> QuerySet[Alert]:
    """Return the alerts of sources that bring nothing: what is not watched, for the banner."""
    return alerts(organisation).filter(source__isnull=False, ended_at=None)


def false_alarms(watch: Watch, *, but: Alert | None = None) -> FalseAlarms:
    """Count how many of a watch's alerts were false, of those that a person closed.

    Parameters
    ----------
    but
        An alert left out of the count: the one on whose page it is shown.
    """
    with scope(organisation=watch.organisation_id):
        judged = Alert.objects.filter(watch=watch, state=AlertState.CLOSED, closed_by__isnull=False)
        if but is not None:
            judged = judged.exclude(pk=but.pk)
        counts = judged.aggregate(
            closed=Count("pk"), false=Count("pk", filter=Q(close_reason=CloseReason.FALSE_ALARM))
        )
    return FalseAlarms(counts["false"], counts["closed"])


def vigilance(brand: Brand) -> Vigilance:
    """Return a brand's vigilance: green, and unsaved, when nothing ever happened."""
    with scope(organisation=brand.organisation_id):
        row: Vigilance | None = Vigilance.objects.filter(brand=brand).first()
    return row or Vigilance(
        brand=brand, organisation_id=brand.organisation_id, level=Level.GREEN, since=brand.created_at
    )
