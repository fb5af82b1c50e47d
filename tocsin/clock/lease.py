"""Claiming due rows by a conditional update, as a lease that others may take over once it has run out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q
from django_scopes import scopes_disabled

from tocsin.clock.models import Deadline, DeadlineState
from tocsin.clock.time import house_now, own_times

LEASE = timedelta(seconds=30)
LOOK_AT = 8


def claim(lane: str, owner: str) -> Deadline | None:
    """Claim the oldest due row of a lane, or return None.

    A row is claimed by an update that holds only while nobody else has claimed it: of several clocks, on
    several machines, exactly one changes the row.
    """
    with scopes_disabled():
        for candidate in Deadline.objects.filter(_claimable(lane)).order_by("due_at")[:LOOK_AT]:
            now = house_now()
            still = Deadline.objects.filter(
                pk=candidate.pk,
                state=candidate.state,
                attempts=candidate.attempts,
                leased_by=candidate.leased_by,
            )
            if candidate.state == DeadlineState.LEASED:
                still = still.filter(leased_until__lt=now)
            claimed = still.update(
                state=DeadlineState.LEASED,
                leased_by=owner,
                leased_until=now + LEASE,
                attempts=F("attempts") + 1,
            )
            if claimed == 1:
                candidate.refresh_from_db()
                return candidate
    return None


def renew(places: list[int], owner: str) -> None:
    """Hold leases for longer; called while their handlers run."""
    with scopes_disabled():
        Deadline.objects.filter(pk__in=places, leased_by=owner, state=DeadlineState.LEASED).update(
            leased_until=house_now() + LEASE
        )


def most_overdue() -> timedelta:
    """Return how late the oldest waiting row is: zero when the clock keeps up."""
    with scopes_disabled():
        oldest = Deadline.objects.filter(_due(), state=DeadlineState.WAITING).order_by("due_at").first()
    if oldest is None:
        return timedelta(0)
    return _present(oldest, own_times()) - oldest.due_at


def _claimable(lane: str) -> Q:
    waiting = Q(state=DeadlineState.WAITING) & _due()
    expired = Q(state=DeadlineState.LEASED, leased_until__lt=house_now())
    return Q(lane=lane) & (waiting | expired)


def _due() -> Q:
    own = own_times()
    if not own:
        return Q(due_at__lte=house_now())
    due = Q(due_at__lte=house_now()) & (Q(organisation=None) | ~Q(organisation__in=list(own)))
    for organisation, present in own.items():
        due |= Q(organisation=organisation, due_at__lte=present)
    return due


def _present(deadline: Deadline, own: dict[int, datetime]) -> datetime:
    return own.get(deadline.organisation_id or 0, house_now())
