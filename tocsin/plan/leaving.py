"""Somebody goes: what rests on them, shown before, and handed over to somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.journal import actions as journal
from tocsin.plan import people, selectors_people
from tocsin.plan.document.structure import said
from tocsin.plan.models import Contact, Seat, Shift
from tocsin.plan.rota import selectors as rota


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that a contact holds.

    Attributes
    ----------
    alone
        Whether nobody else holds it: it would stand empty.
    steps
        How many steps of the plan's protocols are its.
    """

    seat: Seat
    title: str
    alone: bool
    steps: int


@dataclass(frozen=True, slots=True)
class Rests:
    """What rests on a contact."""

    roles: tuple[HeldRole, ...]
    shifts: tuple[Shift, ...]
    deputy_of: tuple[Contact, ...]

    @property
    def empty(self) -> int:
        """Return how many roles would stand empty."""
        return sum(role.alone for role in self.roles)

    @property
    def anything(self) -> bool:
        """Return whether anything rests on them at all."""
        return bool(self.roles or self.shifts or self.deputy_of)


def rests_on(contact: Contact, language: str) -> Rests:
    """Return what rests on a contact: roles with their steps, shifts to come, people they stand in for."""
    alone = {seat.pk for seat in people.alone(contact)}
    seats = contact.seats.select_related("plan__brand", "plan__organisation")
    roles = tuple(_held(seat, language, alone=seat.pk in alone) for seat in seats)
    shifts = tuple(rota.ahead(contact, clock.now(contact.organisation_id)))
    return Rests(roles, shifts, tuple(contact.deputy_of.all()))


@transaction.atomic
def remove(contact: Contact, actor: User, heir: Contact | None = None) -> Sequence[Seat]:
    """Let go of a contact, giving what rests on them to somebody else where one is named.

    Returns
    -------
    The seats that stand empty now.
    """
    if heir is not None:
        hand_over(contact, heir, actor)
    return people.remove(contact, actor)


@transaction.atomic
def hand_over(contact: Contact, heir: Contact, actor: User) -> None:
    """Give the roles of a contact, their shifts to come and those they stand in for to somebody else.

    Who stands in for somebody keeps doing so only where calling on would not come back to them.
    """
    for seat in contact.seats.all():
        if not Seat.objects.filter(plan=seat.plan_id, role=seat.role, contact=heir).exists():
            seat.contact = heir
            seat.save(update_fields=["contact"])
    for shift in rota.ahead(contact, clock.now(contact.organisation_id)):
        same = shift.plan.shifts.filter(uid=shift.uid, occurrence=shift.occurrence, contact=heir)
        if not same.exists():
            shift.contact = heir
            shift.save(update_fields=["contact"])
    for one in contact.deputy_of.all():
        with suppress(people.Circular):
            people.set_deputy(one, heir, actor)
    journal.record(
        "plan.handed_over",
        actor=actor,
        organisation=contact.organisation_id,
        target=f"plan.contact:{contact.pk}",
        data={"name": contact.name, "other": heir.name},
    )


def _held(seat: Seat, language: str, *, alone: bool) -> HeldRole:
    title, steps = "", 0
    for document in selectors_people.documents(seat.plan)[:1]:
        role = document.role(seat.role)
        title = said(role.title, language) if role is not None else ""
        steps = sum(task.role == seat.role for scenario in document.scenarios for task in scenario.protocol)
    return HeldRole(seat, title or seat.role, alone, steps)
