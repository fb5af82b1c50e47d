"""What is told of freezes and handovers through the gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from tocsin import clock
from tocsin.accounts.models import Organisation, User
from tocsin.alerts.notifying import local_time
from tocsin.crisis import shifts
from tocsin.crisis.models import Freeze, Watchkeeper
from tocsin.crisis.people import contact_of, leads, ways
from tocsin.gate import actions as gate
from tocsin.gate import links
from tocsin.gate.selectors import can_send
from tocsin.plan.models import Contact


def freeze_soon(freeze: Freeze) -> int:
    """Tell who froze, and who leads, that a freeze ends soon; return how many messages."""

    def context(language: str) -> Mapping[str, object]:
        return {
            "brand": freeze.brand.name,
            "until": local_time(freeze.until, freeze.organisation.time_zone, language),
            "link": links.absolute(reverse("crisis:freeze", args=[freeze.brand.slug])),
        }

    told = [*([freeze.began_by] if freeze.began_by else []), *leads(freeze.organisation)]
    sent = 0
    for key, language, channel, address in _reached(freeze.organisation, told):
        gate.notice(
            freeze.organisation,
            addressee=address,
            template="crisis.freeze_soon",
            context=context(language),
            key=f"crisis.freeze_soon:{freeze.pk}:{freeze.revision}:{key}",
            language=language,
            channel=channel,
            level="red",
        )
        sent += 1
    return sent


def handover_due(keeper: Watchkeeper) -> int:
    """Tell who has been on for long, and who leads, that a handover is due; return how many messages."""
    crisis = keeper.crisis
    now = clock.now(keeper.organisation_id)
    hours = int((now - shifts.shift_began(keeper)).total_seconds() // 3600)
    context: dict[str, Any] = {
        "title": crisis.title,
        "brand": crisis.brand.name,
        "name": keeper.name,
        "hours": hours,
        "link": links.absolute(reverse("crisis:handover", args=[crisis.pk])),
    }
    told = [*([keeper.user] if keeper.user else []), *leads(keeper.organisation_id)]
    sent = 0
    for key, language, channel, address in _reached(keeper.organisation, told, keeper.contact):
        gate.notice(
            keeper.organisation,
            addressee=address,
            template="crisis.handover_due",
            context=context,
            key=f"crisis.handover_due:{keeper.pk}:{now:%Y%m%dT%H%M}:{key}",
            language=language,
            channel=channel,
            level=crisis.level,
        )
        sent += 1
    return sent


def _reached(
    organisation: Organisation, users: Iterable[User], contact: Contact | None = None
) -> list[tuple[str, str, str, str]]:
    """Return key, language, channel and address of each person who can be reached, each once."""
    found: dict[str, tuple[str, str, str, str]] = {}
    for user in users:
        own = contact_of(user, organisation)
        known = ways(own) if own is not None else []
        if not known and user.is_active and can_send("email"):
            known = [("email", user.email)]
        for channel, address in known[:1]:
            found[f"user-{user.pk}"] = (f"user-{user.pk}", user.language, channel, address)
    if contact is not None and contact.user_id is None:
        for channel, address in ways(contact)[:1]:
            found[f"contact-{contact.pk}"] = (
                f"contact-{contact.pk}",
                organisation.language,
                channel,
                address,
            )
    return list(found.values())
