"""Copies of the plan on phones: made, kept up to date, and taken back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tocsin import clock
from tocsin.accounts.models import Membership, Organisation, Role, User
from tocsin.errors import TocsinError
from tocsin.journal import actions as journal
from tocsin.plan.models_offline import Ending, OfflineCopy

SEES_THE_PLAN: Final = Role.OBSERVER
MOST_KEPT: Final = 8
"""Devices on which a person keeps the plan at the same time."""
MOST_MADE: Final = 20
"""Copies that a person makes in a day."""
NOTED_EVERY: Final = timedelta(days=1)
REMEMBERED: Final = timedelta(days=90)
"""How long the row of a copy that was taken back is kept; the journal keeps more."""
_WRITTEN_EVERY: Final = timedelta(minutes=5)


class TooManyCopies(TocsinError):
    """A person keeps the plan on more devices than anybody has; nothing was made."""


def of(user: User, organisation: Organisation) -> Sequence[OfflineCopy]:
    """Return the copies that a person keeps of an organisation's plans, the newest first."""
    return list(OfflineCopy.objects.filter(user=user, organisation=organisation, revoked_at=None))


def member(copy: OfflineCopy) -> Membership | None:
    """Return the membership by which its owner may see the plan; None when there is none any more."""
    found = Membership.objects.select_related("organisation", "user")
    held = found.filter(user=copy.user_id, organisation=copy.organisation_id, user__is_active=True).first()
    return held if held is not None and held.may(SEES_THE_PLAN) else None


@transaction.atomic
def make(user: User, organisation: Organisation, label: str) -> OfflineCopy:
    """Let a device keep the plan.

    Raises
    ------
    TooManyCopies
        When the person keeps it on too many devices, or made too many in a day.
    """
    now = clock.now(organisation)
    mine = OfflineCopy.objects.filter(user=user, organisation=organisation)
    mine.filter(revoked_at__lt=now - REMEMBERED).delete()
    if mine.filter(revoked_at=None).count() >= MOST_KEPT:
        raise TooManyCopies(
            _("You keep the plan on %(number)s devices. Take one back from your profile first.")
            % {"number": MOST_KEPT}
        )
    if mine.filter(made_at__gt=now - timedelta(days=1)).count() >= MOST_MADE:
        raise TooManyCopies(_("You made many copies today; none was made now. Try again tomorrow."))
    copy: OfflineCopy = OfflineCopy.objects.create(
        organisation=organisation,
        user=user,
        device=secrets.token_urlsafe(24),
        label=label[:80],
        made_at=now,
        refreshed_at=now,
        noted_at=now,
    )
    _record("plan.copy_made", copy, user)
    return copy


def reached(device: str, user: User | AnonymousUser) -> OfflineCopy | None:
    """Return the copy that a device keeps while this person may keep it; else it is taken back.

    None is also for somebody who is not signed in: the device deletes its copy then. It may be of another
    organisation than the one that the session is about, so that no scope is asked for.
    """
    with scopes_disabled():
        copy = OfflineCopy.objects.select_related("user").filter(device=device, revoked_at=None).first()
        if copy is None:
            return None
        if member(copy) is None:
            _take(copy, Ending.NOT_A_MEMBER)
        elif user.is_authenticated and user.pk != copy.user_id:
            _take(copy, Ending.SOMEBODY_ELSE)
        elif user.is_authenticated:
            return copy
    return None


@transaction.atomic
def _take(copy: OfflineCopy, ending: Ending) -> None:
    still = OfflineCopy.objects.select_for_update().filter(pk=copy.pk, revoked_at=None).first()
    if still is not None:
        _end(still, ending, None)


@transaction.atomic
def refreshed(copy: OfflineCopy) -> None:
    """Note that a device keeps what holds now; the journal says so once a day."""
    now = clock.now(copy.organisation_id)
    if now - copy.refreshed_at < _WRITTEN_EVERY:
        return
    copy.refreshed_at = now
    if now - copy.noted_at >= NOTED_EVERY:
        copy.noted_at = now
        _record("plan.copy_refreshed", copy, copy.user)
    copy.save(update_fields=["refreshed_at", "noted_at"])


@transaction.atomic
def take_back(device: str, user: User, ending: Ending) -> bool:
    """Take a copy back, which its device deletes when it is online next; return whether there was one."""
    with scopes_disabled():
        copy = (
            OfflineCopy.objects.select_for_update().filter(device=device, user=user, revoked_at=None).first()
        )
        if copy is not None:
            _end(copy, ending, user)
    return copy is not None


@transaction.atomic
def take_all_back(user: User, organisation: Organisation) -> int:
    """Take back every copy that a person keeps of an organisation's plans; count them."""
    kept = OfflineCopy.objects.select_for_update().filter(
        user=user, organisation=organisation, revoked_at=None
    )
    copies = list(kept)
    for copy in copies:
        _end(copy, Ending.FORGOTTEN, user)
    return len(copies)


def _end(copy: OfflineCopy, ending: Ending, actor: User | None) -> None:
    copy.revoked_at, copy.ending = _now(copy), ending
    copy.save(update_fields=["revoked_at", "ending"])
    _record("plan.copy_revoked", copy, actor, why=str(ending))


def _now(copy: OfflineCopy) -> datetime:
    return clock.now(copy.organisation_id)


def _record(verb: str, copy: OfflineCopy, actor: User | None, **more: object) -> None:
    journal.record(
        verb,
        actor=actor,
        organisation=copy.organisation_id,
        target=f"plan.offlinecopy:{copy.pk}",
        data={"name": copy.user.name, "device": copy.label, **more},
    )
