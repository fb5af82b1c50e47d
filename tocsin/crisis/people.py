"""Who does what in a room: who comes for a role, whose contact a member is, by which ways they are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tocsin import clock
from tocsin.accounts.models import Membership, Organisation, Role, User
from tocsin.callout.models import Call, CallState
from tocsin.crisis.models import Crisis, RoomTask, Watchkeeper
from tocsin.gate.selectors import can_send
from tocsin.plan import calling
from tocsin.plan.models import Contact, Means

COMES = (CallState.COMING, CallState.LATER)
TOLD_BY = (Means.SMS, Means.MATRIX, Means.EMAIL)
"""Ways of telling somebody of a deadline; nobody is rung up for one."""


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does a task.

    Attributes
    ----------
    comes
        Whether they took the task, were given it, or said that they come: else they are only the first in the
        order in which the role is called.
    """

    name: str
    contact: Contact | None
    user: int | None
    comes: bool


def doers(crisis: Crisis, roles: Iterable[str]) -> dict[str, Doer]:
    """Return who does each role: who said first that they come for it, else who would be called first."""
    wanted = {role for role in roles if role}
    found = _coming(crisis, wanted)
    lacking = wanted - set(found)
    if crisis.plan is not None and lacking:
        at = clock.now(crisis.organisation_id)
        for role, callees in calling.orders(crisis.plan, lacking, at).items():
            if callees:
                contact = callees[0].contact
                found[role] = Doer(contact.name, contact, contact.user_id, comes=False)
    return found


def doer_of(task: RoomTask, by_role: Mapping[str, Doer]) -> Doer | None:
    """Return who does a task: who took it or was given it, else who does its role; None for nobody."""
    if task.owner is not None:
        return Doer(task.owner.name, task.owner, task.owner.user_id, comes=True)
    if task.taken_by is not None:
        return Doer(str(task.taken_by), None, task.taken_by_id, comes=True)
    return by_role.get(task.role)


def contact_of(user: User, organisation: Organisation | int) -> Contact | None:
    """Return a member's own contact, None when the plan knows them by no other name."""
    pk = organisation if isinstance(organisation, int) else organisation.pk
    found: Contact | None = Contact.objects.filter(organisation=pk, user=user).order_by("pk").first()
    return found


def ways(contact: Contact) -> list[tuple[str, str]]:
    """Return by which ways somebody is told of a deadline: their first line by which Tocsin can send."""
    for line in calling.lines(contact):
        if line.means in TOLD_BY and can_send(line.means):
            return [(line.means, line.address)]
    if contact.user is not None and contact.user.is_active and can_send("email"):
        return [("email", contact.user.email)]
    return []


def leads(organisation: Organisation | int) -> list[User]:
    """Return the members who lead a room."""
    pk = organisation if isinstance(organisation, int) else organisation.pk
    rows = Membership.objects.filter(organisation=pk, user__is_active=True).select_related("user")
    return [row.user for row in rows if row.role == Role.LEAD]


def on_watch(crisis: Crisis) -> list[Watchkeeper]:
    """Return who is on, first who came first."""
    rows = crisis.watchkeepers.filter(ended_at=None).select_related("user", "contact__user")
    return list(rows)


def _coming(crisis: Crisis, roles: set[str]) -> dict[str, Doer]:
    if crisis.callout_id is None or not roles:
        return {}
    calls = (
        Call.objects.filter(callout=crisis.callout_id, state__in=COMES, role_call__role__in=roles)
        .select_related("contact__user", "role_call")
        .order_by("answered_at", "pk")
    )
    found: dict[str, Doer] = {}
    for call in sorted(calls, key=lambda one: one.state != CallState.COMING):
        doer = Doer(call.name, call.contact, call.user_id or _user_of(call), comes=True)
        found.setdefault(call.role_call.role, doer)
    return found


def _user_of(call: Call) -> int | None:
    return call.contact.user_id if call.contact is not None else None
