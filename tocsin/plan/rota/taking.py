"""Taking the events of a calendar into a rota: looked at, then taken; the same calendar never doubles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.accounts.models import User
from tocsin.listen.files.names import folded
from tocsin.plan import selectors, selectors_people
from tocsin.plan.models import Contact, Plan, Shift
from tocsin.plan.rota import selectors as rota
from tocsin.plan.rota.actions import Impossible, record
from tocsin.plan.rota.events import Event
from tocsin.plan.rota.matching import Directory, Proposal, Wanted, proposal

MOST: Final = 4000
_FIELDS: Final = ("role", "begins_at", "ends_at", "note")


def proposed(
    plan: Plan, events: Sequence[Event], *, role: str = "", told: Mapping[str, Contact] | None = None
) -> Proposal:
    """Return what taking events into a rota would do.

    Parameters
    ----------
    role
        Id of the role of events that name none; empty for the whole team.
    told
        Whom somebody said that names and addresses of the calendar mean.
    """
    directory = Directory(selectors.contacts(plan.organisation), told)
    standing = _standing(plan, events)
    return proposal(events, directory, standing, roles=_roles(plan), role=role)


@transaction.atomic
def take(plan: Plan, found: Proposal, actor: User) -> None:
    """Do what was proposed.

    Raises
    ------
    Impossible
        When it would be more shifts than a rota holds.
    """
    Plan.objects.select_for_update().get(pk=plan.pk)
    if len(found.new) > MOST:
        raise Impossible(_("These are more than %(most)s shifts. Take a shorter period.") % {"most": MOST})
    Shift.objects.bulk_create([_shift(plan, one) for one in found.new], ignore_conflicts=True)
    for shift, one in found.changed:
        for name, value in one.fields().items():
            setattr(shift, name, value)
    Shift.objects.bulk_update([shift for shift, _one in found.changed], _FIELDS)
    plan.shifts.filter(pk__in=[shift.pk for shift in found.removed]).delete()
    figures = {"new": len(found.new), "changed": len(found.changed), "removed": len(found.removed)}
    if any(figures.values()):
        record("plan.rota_imported", plan, actor, {"number": sum(figures.values()), **figures})


def _standing(plan: Plan, events: Sequence[Event]) -> list[Shift]:
    """Return the shifts that stand in the span of the events, and those of the same events around it."""
    if not events:
        return []
    begins: datetime = min(event.begins for event in events) - timedelta(days=1)
    return rota.upcoming(plan, begins)


def _roles(plan: Plan) -> dict[str, str]:
    """Return the roles of a plan, by their titles in every language and their ids, as `folded` has them."""
    found: dict[str, str] = {}
    for document in selectors_people.documents(plan):
        for role in document.roles:
            for title in (role.id, *role.title.values()):
                found.setdefault(folded(title), role.id)
    return found


def _shift(plan: Plan, one: Wanted) -> Shift:
    return Shift(
        organisation_id=plan.organisation_id,
        plan=plan,
        contact=one.contact,
        uid=one.uid,
        occurrence=one.occurrence,
        **one.fields(),
    )
