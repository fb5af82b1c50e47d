"""What is done to a rota: shifts are added, changed, swapped, given in turns, removed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.accounts.models import User
from tocsin.errors import TocsinError
from tocsin.journal import actions as journal
from tocsin.plan.calling import zone_of_organisation
from tocsin.plan.kit import making
from tocsin.plan.models import Contact, Plan, Shift
from tocsin.plan.rota import turns

LONGEST: Final = timedelta(days=92)
MOST_WEEKS: Final = 104
_FIELDS: Final = ("role", "contact", "begins_at", "ends_at", "note")


class Impossible(TocsinError):
    """A shift that cannot be: it ends before it begins, lasts too long, or is gone; nothing was changed."""


@transaction.atomic
def add(
    plan: Plan,
    actor: User,
    *,
    contact: Contact,
    begins_at: datetime,
    ends_at: datetime,
    role: str = "",
    note: str = "",
) -> Shift:
    """Put a contact on call.

    Raises
    ------
    Impossible
        When it ends before it begins, or lasts more than three months.
    """
    require_possible(begins_at, ends_at)
    shift: Shift = Shift.objects.create(
        organisation_id=plan.organisation_id,
        plan=plan,
        role=role,
        contact=contact,
        begins_at=begins_at,
        ends_at=ends_at,
        note=note[:200],
    )
    record("plan.shift_added", plan, actor, {"name": contact.name, **_when(shift)})
    return shift


@transaction.atomic
def change(shift: Shift, actor: User, **fields: object) -> Shift:
    """Change a shift; what is not given stays, and what is the same is no change.

    Raises
    ------
    Impossible
        When it would end before it begins, or is gone.
    """
    row = _locked(shift)
    changed = [name for name in _FIELDS if name in fields and getattr(row, name) != fields[name]]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, fields[name])
    require_possible(row.begins_at, row.ends_at)
    row.save()
    record("plan.shift_changed", row.plan, actor, {"name": row.contact.name, **_when(row)})
    return row


@transaction.atomic
def swap(one: Shift, other: Shift, actor: User) -> None:
    """Let two contacts exchange their shifts.

    Raises
    ------
    Impossible
        When one of them is gone, or both are the same contact's.
    """
    first, second = (_locked(shift) for shift in sorted((one, other), key=lambda shift: shift.pk))
    if first.contact_id == second.contact_id:
        raise Impossible(_("Both are %(name)s’s: there is nothing to swap.") % {"name": first.contact.name})
    names = {"name": first.contact.name, "other": second.contact.name}
    first.contact, second.contact = second.contact, first.contact
    for row in (first, second):
        row.save()
    record("plan.shifts_swapped", first.plan, actor, {**names, **_when(first)})


@transaction.atomic
def remove(shift: Shift, actor: User) -> None:
    """Take a contact off call."""
    row = _locked(shift)
    record("plan.shift_removed", row.plan, actor, {"name": row.contact.name, **_when(row)})
    row.delete()


@transaction.atomic
def restore(plan: Plan, fields: Mapping[str, Any], actor: User) -> Shift:
    """Put back a shift that was removed.

    Raises
    ------
    Impossible
        When its contact is gone, or it stands again.
    """
    contact = Contact.objects.filter(organisation=plan.organisation_id, pk=fields["contact"]).first()
    if contact is None or fields["plan"] != plan.pk:
        raise Impossible(_("The contact is no more: the shift cannot be put back."))
    values = {name: fields[name] for name in ("role", "uid", "occurrence", "note")}
    times = {name: datetime.fromisoformat(fields[name]) for name in ("begins_at", "ends_at")}
    try:
        with transaction.atomic():
            shift: Shift = Shift.objects.create(
                organisation_id=plan.organisation_id, plan=plan, contact=contact, **values, **times
            )
    except IntegrityError as error:
        raise Impossible(_("The shift stands again already.")) from error
    record("plan.shift_added", plan, actor, {"name": contact.name, **_when(shift)})
    return shift


@transaction.atomic
def add_turns(
    plan: Plan, actor: User, people: Sequence[Contact], *, role: str, first: date, at: time, weeks: int
) -> str:
    """Put contacts on call in turn, a week each; return the name of the series.

    Parameters
    ----------
    first
        Day on which the first week begins.
    at
        When they take over, by the clock on the wall of the organisation.

    Raises
    ------
    Impossible
        Without people, or for no week or too many.
    """
    if not people or not 1 <= weeks <= MOST_WEEKS:
        raise Impossible(_("Choose whom to put on call, and for how many weeks."))
    uid = f"{uuid.uuid4()}@tocsin"
    zone = zone_of_organisation(plan.organisation)
    Shift.objects.bulk_create(
        Shift(
            organisation_id=plan.organisation_id,
            plan=plan,
            role=role,
            contact=contact,
            begins_at=begins,
            ends_at=ends,
            uid=uid,
            occurrence=f"{begins:%Y%m%dT%H%M%SZ}",
        )
        for contact, begins, ends in turns.weeks(people, first, at, weeks, zone)
    )
    record("plan.shifts_added", plan, actor, {"number": weeks, "role": role})
    return uid


@transaction.atomic
def remove_series(plan: Plan, uid: str, actor: User, *, since: datetime | None = None) -> int:
    """Remove the shifts of a series; return how many.

    Parameters
    ----------
    since
        Those that end after this moment only; all when None.
    """
    rows = plan.shifts.filter(uid=uid)
    gone = (rows if since is None else rows.filter(ends_at__gt=since)).delete()[0]
    if gone:
        record("plan.shifts_removed", plan, actor, {"number": gone})
    return gone


def require_possible(begins_at: datetime, ends_at: datetime) -> None:
    """Refuse a shift that ends before it begins, or lasts too long.

    Raises
    ------
    Impossible
        When it does.
    """
    if ends_at <= begins_at:
        raise Impossible(_("A shift ends after it begins: check the two times."))
    if ends_at - begins_at > LONGEST:
        raise Impossible(_("A shift lasts three months at most: nobody is on call longer."))


def record(verb: str, plan: Plan, actor: User, data: Mapping[str, object]) -> None:
    """Note in the journal what was done to a plan's rota, and have the kits that print it made anew."""
    journal.record(
        verb,
        actor=actor,
        organisation=plan.organisation_id,
        target=f"plan.plan:{plan.pk}",
        data={"brand": plan.brand.name, **data},
    )
    making.ask(plan.organisation)


def _when(shift: Shift) -> dict[str, object]:
    return {
        "role": shift.role,
        "begins": shift.begins_at.isoformat(),
        "ends": shift.ends_at.isoformat(),
    }


def _locked(shift: Shift) -> Shift:
    row = Shift.objects.select_for_update(of=("self",)).select_related("contact", "plan__brand")
    found: Shift | None = row.filter(pk=shift.pk).first()
    if found is None:
        raise Impossible(_("This shift was removed meanwhile."))
    return found
