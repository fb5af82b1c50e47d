"""What is asked about probes: which lines are due, what was asked last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from django.db.models import Max

from tocsin.accounts.models import Organisation
from tocsin.plan import roster, selectors
from tocsin.plan.models import Contact, Line, Means, Plan, Probe, VersionState

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def last_asked(line: Line) -> datetime:
    """Return when a contact was last asked on a line; long ago when never."""
    latest: datetime | None = line.probes.aggregate(latest=Max("asked_at"))["latest"]
    return latest or _NEVER


def latest(contact: Contact) -> Mapping[int, Probe]:
    """Return the last probe of each line of a contact, by the line's key."""
    rows = Probe.objects.filter(line__contact=contact).order_by("asked_at", "pk")
    return {probe.line_id: probe for probe in rows}


def due(organisation: Organisation, now: datetime) -> list[Line]:
    """Return the lines on which nobody confirmed nor asked for as long as the plans say, the oldest first.

    Lines that somebody doubts are left out: their number may be a stranger's by now.
    """
    contacts = {contact.pk: contact for contact in selectors.contacts(organisation)}
    rhythm = _rhythms(organisation, contacts, now)
    asked = dict(
        Probe.objects.filter(organisation=organisation)
        .order_by()
        .values_list("line")
        .annotate(latest=Max("asked_at"))
    )
    found: list[tuple[datetime, Line]] = []
    for pk, days in rhythm.items():
        contact = contacts[pk]
        for line in _askable(contact):
            since = max(line.confirmed_at or _NEVER, asked.get(line.pk, _NEVER), contact.created_at)
            if line.doubted_at is None and since <= now - timedelta(days=days):
                line.contact = contact
                found.append((since, line))
    return [line for _since, line in sorted(found, key=lambda pair: (pair[0], pair[1].pk))]


def sitting(plan: Plan, contacts: Mapping[int, Contact], now: datetime) -> dict[int, Contact]:
    """Return who is called for a plan: who holds a role, who is on call from now on, and their deputies."""
    keys = {*plan.seats.values_list("contact", flat=True)}
    keys |= {*plan.shifts.filter(ends_at__gt=now).values_list("contact", flat=True)}
    first = [contacts[key] for key in keys if key in contacts]
    after = [deputy for contact in first for deputy in roster.deputies(contact, contacts)]
    return {contact.pk: contact for contact in (*first, *after) if contact.left_at is None}


def _rhythms(organisation: Organisation, contacts: Mapping[int, Contact], now: datetime) -> dict[int, int]:
    """Return every how many days each contact is asked, by the strictest of their plans in force."""
    plans = Plan.objects.filter(
        organisation=organisation, probe_days__gt=0, versions__state=VersionState.IN_FORCE
    )
    found: dict[int, int] = {}
    for plan in plans:
        for key in sitting(plan, contacts, now):
            found[key] = min(plan.probe_days, found.get(key, plan.probe_days))
    return found


def _askable(contact: Contact) -> Iterable[Line]:
    lines = list(contact.lines.all())
    return [line for line in lines if line.means != Means.VOICE] or lines
