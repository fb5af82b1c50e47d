"""Private addresses at which calendars read a rota without signing in: signed, and voided at a press."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.urls import reverse
from django_scopes import scopes_disabled

from tocsin import clock
from tocsin.accounts.models import Membership, User
from tocsin.clock.time import house_now
from tocsin.gate import links
from tocsin.plan.models import Feed, Plan
from tocsin.plan.rota.actions import record

PURPOSE: Final = "plan.rota_feed"
_LIFETIME: Final = timedelta(days=3650)


def of(plan: Plan, user: User) -> Feed | None:
    """Return a member's address of a plan's rota, None while they have none."""
    feed: Feed | None = plan.feeds.filter(user=user).first()
    return feed


@transaction.atomic
def make(plan: Plan, user: User) -> Feed:
    """Give a member an address of their own; the one they had holds no longer."""
    now = clock.now(plan.organisation_id)
    feed: Feed
    feed, _made = Feed.objects.update_or_create(
        plan=plan,
        user=user,
        defaults={"organisation_id": plan.organisation_id, "nonce": uuid.uuid4(), "made_at": now},
    )
    record("plan.feed_made", plan, user, {})
    return feed


@transaction.atomic
def revoke(plan: Plan, user: User) -> bool:
    """Void a member's address; return whether they had one."""
    gone = bool(plan.feeds.filter(user=user).delete()[0])
    if gone:
        record("plan.feed_revoked", plan, user, {})
    return gone


def path(feed: Feed) -> str:
    """Return where a calendar reads the rota; the same each time."""
    ends = feed.made_at.replace(second=0, microsecond=0) + _LIFETIME
    data = {"f": feed.pk, "n": feed.nonce.hex}
    return reverse("plan:rota-feed", args=[links.sign(PURPOSE, data, lifetime=ends - house_now())])


def read(token: str) -> Feed | None:
    """Return the address that a calendar asks at, None when it was voided or its owner is no member any more.

    Raises
    ------
    LinkForged
        When it was not made here.
    LinkExpired
        When it is ten years old.
    """
    data = links.read(PURPOSE, token)
    with scopes_disabled():
        feeds = Feed.objects.select_related("plan__brand", "plan__organisation", "user")
        feed: Feed | None = feeds.filter(pk=data["f"], nonce=data["n"], user__is_active=True).first()
        if feed is None or not _is_member(feed):
            return None
    return feed


def _is_member(feed: Feed) -> bool:
    return Membership.objects.filter(user=feed.user_id, organisation=feed.organisation_id).exists()
