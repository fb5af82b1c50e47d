"""Trying a way out: a notice to whoever asks for it, and what became of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

import phonenumbers
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.accounts.models import Organisation, User
from tocsin.clock.time import house_now
from tocsin.errors import TocsinError
from tocsin.gate import actions, links, push, selectors, ways
from tocsin.gate.models import Outgoing, OutgoingState
from tocsin.journal import actions as journal

CHANNELS = ("email", "sms", "voice", "push", "matrix")
NEED_ADDRESS = ("sms", "voice", "matrix")
SHOWN_FOR = timedelta(hours=1)
SHOWN = 3
FOLLOWED_FOR = timedelta(minutes=2)
MOST_AN_HOUR = 20
HOME = {"fr": "FR", "en": "GB"}


class NothingToTry(TocsinError):
    """There is no address to try; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way out as the settings show it, with the trials of the last hour, newest first."""

    channel: str
    missing: str
    trials: list[Outgoing]
    needs_address: bool

    @property
    def waits(self) -> bool:
        """Whether a trial is on its way that somebody just asked for; the page follows it closely."""
        since = house_now() - FOLLOWED_FOR
        going = {OutgoingState.WAITING, OutgoingState.SENDING}
        return any(one.state in going and one.created_at >= since for one in self.trials)


def ways_of(organisation: Organisation, user: User) -> list[Way]:
    """Return the ways out to people, with what a person tried."""
    since = house_now() - SHOWN_FOR
    return [
        Way(
            channel,
            ways.why_not(channel),
            list(
                selectors.outgoing_of(organisation, f"{_prefix(channel, user)}:").filter(
                    created_at__gte=since
                )[:SHOWN]
            ),
            channel in NEED_ADDRESS,
        )
        for channel in CHANNELS
    ]


@transaction.atomic
def begin(organisation: Organisation, user: User, channel: str, address: str) -> list[Outgoing]:
    """Send a trial by one way: to the address given, else to the person's own.

    Raises
    ------
    NothingToTry
        When the address is none, no browser of the person's takes push, or there were many trials already.
    """
    addressees = _addressees(user, channel, address.strip())
    since = house_now() - SHOWN_FOR
    before = selectors.outgoing_of(organisation, f"{_prefix(channel, user)}:").filter(created_at__gte=since)
    if before.count() + len(addressees) > MOST_AN_HOUR:
        raise NothingToTry(_("These are many trials for one hour; nothing more was sent for now."))
    return [_send(organisation, user, channel, addressee) for addressee in addressees]


def _send(organisation: Organisation, user: User, channel: str, addressee: str) -> Outgoing:
    made = actions.notice(
        organisation,
        addressee=addressee,
        template="gate.trial",
        context={
            "who": user.name,
            "organisation": organisation.name,
            "link": links.absolute(reverse("gate:messages")),
        },
        key=f"{_prefix(channel, user)}:{secrets.token_hex(6)}",
        language=user.language,
        channel=channel,
    )
    journal.record(
        "gate.tried",
        actor=user,
        organisation=organisation,
        target=f"gate.outgoing:{made.pk}",
        data={"addressee": addressee, "channel": channel},
    )
    return made


def _addressees(user: User, channel: str, address: str) -> list[str]:
    if channel == "push":
        found = [f"push:{one.pk}" for one in push.subscriptions_of(user)]
        if not found:
            raise NothingToTry(_("No browser of yours takes push yet: allow it in your profile."))
        return found
    if channel == "email":
        return [user.email]
    if channel in {"sms", "voice"}:
        return [_number(address, user.language)]
    if not address:
        raise NothingToTry(_("Write the Matrix address, such as @claire:example.org."))
    return [address]


def _number(text: str, language: str) -> str:
    """Return a number in E.164, as people of her language write it at home or with its country."""
    try:
        number = phonenumbers.parse(text, HOME.get(language, "FR"))
    except phonenumbers.NumberParseException as error:
        raise NothingToTry(_("Write the number with its country, such as +33 6 12 34 56 78.")) from error
    if not phonenumbers.is_possible_number(number):
        raise NothingToTry(_("This is no number that can be called: check its digits."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _prefix(channel: str, user: User) -> str:
    return f"gate.trial:{channel}:{user.pk}"
