"""What the gate holds back: exercises, the freeze, quiet hours, words that nobody pressed."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tocsin.accounts.models import Membership, Role
from tocsin.clock.time import house_now
from tocsin.gate.digest import digest_of
from tocsin.gate.models import Kind, Outgoing, Rules
from tocsin.gate.notices import passes_quiet_hours

RED = "red"
FREEZE_LOOK = timedelta(minutes=1)


def forbidden(outgoing: Outgoing) -> str:
    """Return why a row may never leave as it is, or an empty text."""
    if outgoing.organisation.is_exercise:
        return _("this is an exercise: nothing leaves the house")
    if outgoing.kind == Kind.WORDS:
        return _unpressed(outgoing)
    return ""


def held_for(outgoing: Outgoing) -> timedelta | None:
    """Return how long a row must still wait, or None when it may leave now.

    The freeze holds words; notices pass, since a crisis is when staff must be reached. Quiet hours hold
    notices, except those of level red; programs that are called do not sleep.
    """
    rules = Rules.objects.filter(pk=outgoing.organisation_id).first()
    if rules is None:
        return None
    if outgoing.kind == Kind.WORDS:
        return FREEZE_LOOK if rules.frozen_at else None
    if outgoing.level == RED or outgoing.channel == "webhook" or passes_quiet_hours(outgoing.template):
        return None
    return quiet_for(rules, outgoing.organisation.time_zone)


def _unpressed(outgoing: Outgoing) -> str:
    if not outgoing.pressed_digest or outgoing.pressed_by is None:
        return _("nobody pressed send on these words")
    if outgoing.pressed_digest != digest_of(outgoing):
        return _("the words were changed after somebody pressed send")
    membership = Membership.objects.filter(
        user=outgoing.pressed_by, organisation=outgoing.organisation, user__is_active=True
    ).first()
    if membership is None or not membership.may(Role.RESPONDER):
        return _("who pressed send may not send any more")
    return ""


def quiet_for(rules: Rules, zone: str) -> timedelta | None:
    """Return how long the quiet hours still last, or None outside them."""
    begin, end = rules.quiet_from, rules.quiet_until
    if begin is None or end is None or begin == end:
        return None
    local = house_now().astimezone(ZoneInfo(zone))
    present = local.time()
    inside = begin <= present < end if begin < end else present >= begin or present < end
    if not inside:
        return None
    ends = datetime.combine(local.date(), end, tzinfo=local.tzinfo)
    if ends <= local:
        ends += timedelta(days=1)
    return ends - local
