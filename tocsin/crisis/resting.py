"""Telling people to rest: who has looked at too much abuse, or been on for too long.

Counts only, kept for `KEPT`, seen by the person herself and by those who lead. Where the numbers come from is
told in ``docs/subsystems/evidence.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import ngettext
from django_scopes import scope

from tocsin import clock
from tocsin.accounts.models import Membership, Organisation, Role, User
from tocsin.crisis.models import CrisisState, Exposure, Watchkeeper
from tocsin.watch.abuse import abusive
from tocsin.watch.selectors import posts

REVEALED: Final = 10
"""Abusive posts that somebody reveals within an hour before being told to pause."""
HOUR: Final = timedelta(hours=1)
EXPOSED: Final = timedelta(hours=2)
"""How long somebody works on abusive posts at a stretch before being told to pause."""
STRETCH: Final = timedelta(minutes=20)
"""A pause as long as this ends a stretch."""
ON_WATCH: Final = timedelta(hours=8)
"""How long somebody is on before being told to hand over and rest."""
KEPT: Final = timedelta(days=30)
NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """Somebody is told to rest.

    Attributes
    ----------
    since
        When the first of the reasons held.
    reasons
        Sentences for the person herself.
    others
        Names of those who could take over.
    """

    user: User
    since: datetime
    reasons: Sequence[str]
    others: Sequence[str]


def revealed(organisation: Organisation, user: User, place: int) -> bool:
    """Note that somebody had a blurred post shown; return whether it counts.

    A post counts once a day, and only where it is blurred: an ordinary one counts for nobody.
    """
    found = posts.by_place(organisation.pk, [place])
    if not found or not abusive(posts.as_edited(found)[0].text + " " + found[0].title):
        return False
    now = clock.now(organisation)
    day = now.astimezone(ZoneInfo(organisation.time_zone)).date()
    with scope(organisation=organisation):
        _row, new = Exposure.objects.get_or_create(
            organisation=organisation, user=user, post=place, day=day, defaults={"seen_at": now}
        )
    return bool(new)


def advice(user: User, organisation: Organisation) -> Advice | None:
    """Return what somebody is told; None when all is well."""
    if not _advised(organisation, user):
        return None
    # who could take over depends on everybody: nobody else who is tired is named
    return next((one for one in told(organisation) if one.user == user), None)


def told(organisation: Organisation) -> list[Advice]:
    """Return everybody who is told to rest just now, the longest first: for those who lead."""
    return sorted(_advised(organisation), key=lambda one: one.since)


def counted(user: User, organisation: Organisation) -> tuple[int, int]:
    """Return how many abusive posts somebody revealed in the last hour, and while counts are kept."""
    now = clock.now(organisation)
    with scope(organisation=organisation):
        rows = Exposure.objects.filter(organisation=organisation, user=user)
        return rows.filter(seen_at__gt=now - HOUR).count(), rows.filter(seen_at__gt=now - KEPT).count()


def forget() -> int:
    """Delete counts older than `KEPT`, in each organisation's own time; return how many."""
    gone = 0
    for organisation in Organisation.objects.all():
        with scope(organisation=organisation):
            old = Exposure.objects.filter(
                organisation=organisation, seen_at__lt=clock.now(organisation) - KEPT
            )
            gone += int(old.delete()[0])
    return gone


def _advised(organisation: Organisation, only: User | None = None) -> list[Advice]:
    now = clock.now(organisation)
    seen, on = _seen(organisation, now, only), _on(organisation, only)
    reasons = {pk: [*_exposed(seen.get(pk, ()), now), *_tired(on.get(pk), now)] for pk in {*seen, *on}}
    told = {pk: found for pk, found in reasons.items() if found}
    if not told:
        return []
    members = Membership.objects.filter(organisation=organisation, user__is_active=True)
    rows = list(members.select_related("user"))
    others = _others(rows, set(told), set(on))
    return [
        Advice(
            row.user,
            min(moment for moment, _words in told[row.user_id]),
            [words for _moment, words in told[row.user_id]],
            others,
        )
        for row in rows
        if row.user_id in told
    ]


def _exposed(seen: Sequence[datetime], now: datetime) -> list[tuple[datetime, str]]:
    """Return why somebody has seen enough: too many within an hour, or too long without a pause."""
    recent = [moment for moment in seen if moment > now - HOUR]
    reasons = []
    if len(recent) >= REVEALED:
        words = ngettext(
            "You have looked at %(n)s abusive post within an hour.",
            "You have looked at %(n)s abusive posts within an hour.",
            len(recent),
        )
        reasons.append((recent[REVEALED - 1], words % {"n": len(recent)}))
    began = _stretch(seen, now)
    if began is not None and now - began >= EXPOSED:
        hours = int((now - began).total_seconds() // 3600)
        words = ngettext(
            "You have been reading abusive posts for %(n)s hour without a pause.",
            "You have been reading abusive posts for %(n)s hours without a pause.",
            hours,
        )
        reasons.append((began + EXPOSED, words % {"n": hours}))
    return reasons


def _stretch(seen: Sequence[datetime], now: datetime) -> datetime | None:
    """Return when the stretch began that is not over yet; None outside one."""
    began, after = None, now
    for moment in reversed(seen):
        if after - moment > STRETCH:
            break
        began = after = moment
    return began


def _tired(began: datetime | None, now: datetime) -> list[tuple[datetime, str]]:
    if began is None or now - began < ON_WATCH:
        return []
    hours = int((now - began).total_seconds() // 3600)
    words = ngettext("You have been on for %(n)s hour.", "You have been on for %(n)s hours.", hours)
    return [(began + ON_WATCH, words % {"n": hours})]


def _seen(organisation: Organisation, now: datetime, only: User | None) -> Mapping[int, Sequence[datetime]]:
    """Return when each person revealed posts in the last day, oldest first."""
    found: dict[int, list[datetime]] = {}
    with scope(organisation=organisation):
        rows = Exposure.objects.filter(
            organisation=organisation, seen_at__gt=now - timedelta(hours=24), seen_at__lte=now
        )
        rows = rows.filter(user=only) if only is not None else rows
        for user, moment in rows.order_by("seen_at").values_list("user", "seen_at"):
            found.setdefault(user, []).append(moment)
    return found


def _on(organisation: Organisation, only: User | None) -> Mapping[int, datetime]:
    """Return since when people are on, in whichever room they came on first."""
    with scope(organisation=organisation):
        rows = Watchkeeper.objects.filter(
            organisation=organisation, user__isnull=False, ended_at=None, crisis__state=CrisisState.OPEN
        )
        rows = rows.filter(user=only) if only is not None else rows
        return dict(rows.order_by("-began_at").values_list("user_id", "began_at"))


def _others(rows: Sequence[Membership], tired: set[int], on: set[int]) -> list[str]:
    """Return who could take over: members who may, are not told to rest, and are not on themselves."""
    able = [row for row in rows if row.may(Role.RESPONDER) and row.user_id not in tired | on]
    return [str(row.user) for row in sorted(able, key=_by_role)][:NAMED]


def _by_role(row: Membership) -> tuple[int, str]:
    order = [Role.RESPONDER, Role.APPROVER, Role.LEAD, Role.ADMINISTRATOR]
    return (order.index(Role(row.role)), str(row.user))
