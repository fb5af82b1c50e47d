"""How somebody is reached for a call-out, in which language, and whether they are who they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tocsin.accounts.models import Membership, Organisation, User
from tocsin.callout.models import Call, Problem
from tocsin.gate import push
from tocsin.gate.notices import LANGUAGES
from tocsin.gate.selectors import can_send
from tocsin.plan import calling
from tocsin.plan.models import Contact, Means

ACCOUNT: Final = "account"
PUSH: Final = "push"


@dataclass(frozen=True, slots=True)
class Way:
    """A way to reach somebody.

    Attributes
    ----------
    id
        Number of the contact's line; ``account`` for the address at which a member signs in.
    means
        A channel of the gate.
    """

    id: str
    means: str
    address: str


def ways(contact: Contact | None, user: User | None) -> list[Way]:
    """Return the ways that are set up here, in the order in which they are tried.

    Who has no such line and is a member is written to at the address at which they sign in.
    """
    lines = calling.lines(contact) if contact is not None else []
    # Nothing leaves an exercise, whatever is set up: there every line counts.
    pretended = contact is not None and contact.organisation.is_exercise
    found = [
        Way(str(line.pk), line.means, line.address) for line in lines if pretended or can_send(line.means)
    ]
    if not found and user is not None and user.is_active and can_send(Means.EMAIL):
        found.append(Way(ACCOUNT, Means.EMAIL, user.email))
    return found


def devices(user: User | None, organisation: int) -> list[str]:
    """Return the addressees of a member's browsers and phones; none for who may not sign in here any more."""
    if user is None or not user.is_active or not can_send(PUSH):
        return []
    subscriptions = push.subscriptions_of(user)
    if not subscriptions or not Membership.objects.filter(user=user, organisation=organisation).exists():
        return []
    return [f"push:{subscription.pk}" for subscription in subscriptions]


def nothing_leaves() -> bool:
    """Return whether no way out is set up: people are then phoned by hand, and the board still helps."""
    return not any(can_send(means) for means in Means.values)


def why_unreachable(call: Call) -> str:
    """Return the `Problem` for which somebody cannot be called at all; nothing when they can be.

    Where nothing leaves, whoever has a number or address can be called: by hand.
    """
    contact = call.contact
    if contact is None and call.user is None:
        return Problem.GONE
    if ways(contact, call.user) or devices(call.user, call.organisation_id):
        return ""
    known = contact is None or contact.user_id is not None or bool(contact.lines.all())
    return "" if known and nothing_leaves() else Problem.NO_WAY


def language_of(contact: Contact | None, user: User | None, organisation: Organisation) -> str:
    """Return the first language of a person in which Tocsin has its texts, else the organisation's."""
    spoken = [str(name)[:2] for name in contact.languages] if contact is not None else []
    if user is not None:
        spoken.append(user.language)
    return next((name for name in [*spoken, organisation.language] if name in LANGUAGES), LANGUAGES[0])


def left(contact: Contact) -> bool:
    """Return whether somebody may not be there any more: they said so, or their account was closed."""
    closed = contact.user is not None and not contact.user.is_active
    return contact.left_at is not None or closed
