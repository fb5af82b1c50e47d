"""Web push: a message to one browser or phone, through the service its maker runs (RFC 8030, 8291, 8292)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.utils.translation import gettext as _

from tocsin.accounts.models import Membership
from tocsin.clock.time import house_now
from tocsin.gate.addresses import AddressForbidden, checked
from tocsin.gate.channels.base import Never
from tocsin.gate.channels.http import call, refuse
from tocsin.gate.channels.push_encryption import encrypt
from tocsin.gate.models import PushSubscription
from tocsin.gate.push_keys import application_key, decoded, encoded, private_key

if TYPE_CHECKING:
    from tocsin.gate.models import Outgoing

PREFIX = "push:"
TTL = timedelta(hours=12)
TOKEN_LASTS = timedelta(hours=12)
LONGEST_BODY = 1000


class Push:
    """The way out to browsers and phones."""

    def open(self, outgoing: Outgoing) -> PushHandover:
        """Find the browser, and encrypt the message for it."""
        subscription = _subscription_of(outgoing)
        try:
            endpoint = checked(subscription.endpoint)
            content = encrypt(
                payload_of(outgoing),
                receiver=decoded(subscription.p256dh),
                auth=decoded(subscription.auth),
            )
        except (AddressForbidden, ValueError) as error:
            raise Never(str(error)) from error
        headers = {
            "Authorization": f"vapid t={token_for(endpoint)}, k={application_key()}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(TTL.total_seconds())),
            "Urgency": "high" if outgoing.level == "red" else "normal",
        }
        return PushHandover(subscription, endpoint, headers, content)

    def read_back(self, outgoing: Outgoing) -> bool | None:
        """A push service cannot tell what it took earlier."""
        return None


class PushHandover:
    """An encrypted message, and where it goes."""

    def __init__(
        self, subscription: PushSubscription, endpoint: str, headers: dict[str, str], content: bytes
    ) -> None:
        self._subscription = subscription
        self._endpoint = endpoint
        self._headers = headers
        self._content = content

    def deliver(self) -> str:
        """Hand the message to the push service."""
        answer = call("POST", self._endpoint, headers=self._headers, content=self._content)
        mine = PushSubscription.objects.filter(pk=self._subscription.pk)
        if answer.status in {404, 410}:
            mine.update(gone_at=house_now())
            raise Never(
                _("%(browser)s takes no push any more: it was signed out, or its permission withdrawn")
                % {"browser": self._subscription.label or _("this browser")}
            )
        refuse(answer, urlsplit(self._endpoint).hostname or "")
        mine.update(last_sent_at=house_now())
        return str(answer.status)

    def close(self) -> None:
        """Nothing is kept open."""


def payload_of(outgoing: Outgoing) -> bytes:
    """Return what the service worker is given: title, body, link, tag and level, as JSON."""
    told = {
        "title": outgoing.subject,
        "body": outgoing.body[:LONGEST_BODY],
        "link": outgoing.link,
        "tag": outgoing.key,
        "level": outgoing.level,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def token_for(endpoint: str) -> str:
    """Return the signed word (JWT, ES256) by which the push service of an endpoint knows who calls."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((house_now() + TOKEN_LASTS).timestamp()),
        "sub": _contact(),
    }
    signed = f"{_part({'typ': 'JWT', 'alg': 'ES256'})}.{_part(claims)}"
    r, s = decode_dss_signature(private_key().sign(signed.encode("ascii"), ec.ECDSA(SHA256())))
    return f"{signed}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _part(claims: dict[str, object]) -> str:
    return encoded(json.dumps(claims, separators=(",", ":")).encode("utf-8"))


def _contact() -> str:
    """Return whom a push service may write to when something is wrong with what it gets."""
    if settings.URL.startswith("https://"):
        return str(settings.URL)
    sender = settings.EMAIL_FROM.rpartition("<")[2].rstrip("> ")
    return f"mailto:{sender or 'tocsin@localhost'}"


def _subscription_of(outgoing: Outgoing) -> PushSubscription:
    number = outgoing.addressee.removeprefix(PREFIX)
    found = None
    if outgoing.addressee.startswith(PREFIX) and number.isascii() and number.isdigit() and len(number) < 19:
        found = PushSubscription.objects.filter(pk=int(number), gone_at=None).first()
    if found is None:
        raise Never(_("this browser or phone takes no push any more"))
    if not Membership.objects.filter(
        user=found.user_id, organisation=outgoing.organisation_id, user__is_active=True
    ).exists():
        raise Never(_("the person who uses this browser is not in this organisation any more"))
    return found
