"""Browsers and phones that let themselves be called: subscribing, and being forgotten."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.accounts.models import User
from tocsin.clock.time import house_now
from tocsin.errors import TocsinError
from tocsin.gate.addresses import checked
from tocsin.gate.models import PushSubscription
from tocsin.gate.push_keys import application_key, decoded

MOST = 20

__all__ = ["SubscriptionRefused", "application_key", "subscribe", "subscriptions_of", "unsubscribe"]


class SubscriptionRefused(TocsinError):
    """What the browser gave is no subscription; nothing was kept."""


@transaction.atomic
def subscribe(user: User, *, endpoint: str, p256dh: str, auth: str, label: str) -> PushSubscription:
    """Let a browser be called for a person; one that somebody else used before is hers from now on.

    Parameters
    ----------
    endpoint, p256dh, auth
        What the browser's ``PushSubscription`` says; the keys in base64url.
    label
        What the person calls the browser or phone.

    Raises
    ------
    AddressForbidden
        When the endpoint is not an address that the gate calls.
    SubscriptionRefused
        When the keys are none.
    """
    if len(endpoint) > 1000 or not _are_keys(p256dh, auth):
        raise SubscriptionRefused(_("The browser gave keys that cannot be used; nothing was kept."))
    values = {
        "user": user,
        "p256dh": p256dh.rstrip("="),
        "auth": auth.rstrip("="),
        "label": " ".join(label.split())[:80],
        "gone_at": None,
    }
    made: PushSubscription
    made, _new = PushSubscription.objects.update_or_create(
        endpoint=checked(endpoint), defaults=values, create_defaults={**values, "created_at": house_now()}
    )
    _forget_oldest(user)
    return made


def unsubscribe(user: User, endpoint: str) -> None:
    """Call a browser of hers no more."""
    PushSubscription.objects.filter(user=user, endpoint=endpoint).delete()


def subscriptions_of(user: User) -> list[PushSubscription]:
    """Return the browsers and phones on which a person can be called, oldest first."""
    return list(PushSubscription.objects.filter(user=user, gone_at=None))


def _are_keys(p256dh: str, auth: str) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(p256dh))
        return len(decoded(p256dh)) == 65 and len(decoded(auth)) == 16
    except ValueError:
        return False


def _forget_oldest(user: User) -> None:
    newest = PushSubscription.objects.filter(user=user).order_by("-created_at", "-pk")
    kept = list(newest.values_list("pk", flat=True)[:MOST])
    PushSubscription.objects.filter(user=user).exclude(pk__in=kept).delete()
