"""Who is on in a room: people come on and go off."""

from __future__ import annotations

from django.db import transaction

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.crisis import shifts
from tocsin.crisis.models import Crisis, Watchkeeper
from tocsin.crisis.people import contact_of
from tocsin.crisis.recording import opened, record, short
from tocsin.plan.models import Contact


@transaction.atomic
def come_on(
    crisis: Crisis, actor: User, *, contact: Contact | None = None, name: str = "", user: User | None = None
) -> Watchkeeper:
    """Note that somebody is at work in the room: the actor, or who is named; once while they are.

    Parameters
    ----------
    contact, user, name
        Somebody else than the actor: known to the plan, a member, or by name alone.
    """
    row = opened(crisis)
    if contact is None and user is None and not name:
        user = actor
    if contact is None and user is not None:
        contact = contact_of(user, row.organisation_id)
    if user is None and contact is not None:
        user = contact.user
    known_as = short(name or (contact.name if contact is not None else str(user)), 120)
    running = _running(row, known_as, user, contact)
    if running is not None:
        return running
    keeper: Watchkeeper = Watchkeeper.objects.create(
        crisis=row,
        organisation_id=row.organisation_id,
        user=user,
        contact=contact,
        name=known_as,
        began_at=clock.now(row.organisation_id),
    )
    shifts.watch(keeper)
    record("crisis.came_on", row, actor, name=known_as, themself=user == actor)
    return keeper


@transaction.atomic
def go_off(keeper: Watchkeeper, actor: User) -> Watchkeeper:
    """Note that somebody is no longer at work in the room."""
    row = opened(keeper.crisis_id)
    current: Watchkeeper = Watchkeeper.objects.select_for_update().get(pk=keeper.pk)
    if current.ended_at is not None:
        return current
    current.ended_at = clock.now(row.organisation_id)
    current.save(update_fields=["ended_at"])
    record("crisis.went_off", row, actor, name=current.name, themself=current.user_id == actor.pk)
    return current


def keeper_of(crisis: Crisis, user: User) -> Watchkeeper | None:
    """Return the row by which somebody is on, None when they are not."""
    found: Watchkeeper | None = crisis.watchkeepers.filter(user=user, ended_at=None).first()
    return found


def _running(crisis: Crisis, name: str, user: User | None, contact: Contact | None) -> Watchkeeper | None:
    for one in crisis.watchkeepers.filter(ended_at=None):
        same_user = user is not None and one.user_id == user.pk
        same_contact = contact is not None and one.contact_id == contact.pk
        if same_user or same_contact or one.name.casefold() == name.casefold():
            found: Watchkeeper = one
            return found
    return None
