"""What time it is: the real time, or the simulated one of a test; and each organisation's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django_scopes import scopes_disabled

from tocsin.accounts.models import Organisation
from tocsin.clock.models import OrganisationTime


class _Ticking:
    """Where the house's time comes from; `tocsin.clock.simulated` puts another source here."""

    source: Callable[[], datetime] | None = None


def house_now() -> datetime:
    """Return the time of the house (UTC): what leases and heartbeats are measured with."""
    return _Ticking.source() if _Ticking.source else datetime.now(UTC)


def organisation_now(organisation: Organisation | int | None) -> datetime:
    """Return what time it is for an organisation."""
    real = house_now()
    if organisation is None:
        return real
    pk = organisation if isinstance(organisation, int) else organisation.pk
    with scopes_disabled():
        own = OrganisationTime.objects.filter(pk=pk).first()
    return in_own_time(own, real) if own else real


def own_times() -> dict[int, datetime]:
    """Return the present of every organisation that does not live in the house's time."""
    real = house_now()
    with scopes_disabled():
        return {own.pk: in_own_time(own, real) for own in OrganisationTime.objects.all()}


def in_own_time(own: OrganisationTime, real: datetime) -> datetime:
    """Return what time it is, in an organisation's own time, when it is `real` in the house."""
    if own.paused:
        return own.origin
    return own.origin + (real - own.anchored_at) * own.speed


def tick_from(source: Callable[[], datetime] | None) -> Callable[[], datetime] | None:
    """Take the house's time from `source` (None: the machine's), and return the source before."""
    before, _Ticking.source = _Ticking.source, source
    return before
