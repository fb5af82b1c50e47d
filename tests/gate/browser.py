"""A browser that subscribed to push: it decrypts what it is sent (RFC 8291), checks who called (RFC 8292)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.gate.receivers import Received
from tocsin.accounts.models import User
from tocsin.gate import push
from tocsin.gate.models import PushSubscription
from tocsin.gate.push_keys import decoded, encoded

CURVE = ec.SECP256R1()


@dataclass
class Browser:
    """A browser with its own keys, whose push service is at `endpoint`."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    auth: bytes = b"0123456789abcdef"

    @property
    def public(self) -> bytes:
        """Its public key, as subscriptions carry it."""
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscribe(self, user: User, label: str = "Firefox") -> PushSubscription:
        """Subscribe for a person, as the page does."""
        return push.subscribe(
            user,
            endpoint=self.endpoint,
            p256dh=encoded(self.public),
            auth=encoded(self.auth),
            label=label,
        )

    def decrypt(self, body: bytes) -> bytes:
        """Return what a body of ``aes128gcm`` says, by the steps of RFC 8291, section 3.4."""
        salt, length = body[:16], body[20]
        sender, ciphertext = body[21 : 21 + length], body[21 + length :]
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
        secret = _mac(_mac(self.auth, shared), b"WebPush: info\0" + self.public + sender + b"\1")
        pseudorandom = _mac(salt, secret)
        key = _mac(pseudorandom, b"Content-Encoding: aes128gcm\0\1")[:16]
        nonce = _mac(pseudorandom, b"Content-Encoding: nonce\0\1")[:12]
        padded = AESGCM(key).decrypt(nonce, ciphertext, None)
        plain, _end, padding = padded.rpartition(b"\2")
        assert not padding.strip(b"\0")
        return plain

    def message(self, received: Received) -> dict[str, Any]:
        """Return what a call of the push service carries."""
        assert received.path == urlsplit(self.endpoint).path
        told: dict[str, Any] = json.loads(self.decrypt(received.body))
        return told


def claims_of(received: Received, application_key: str) -> dict[str, Any]:
    """Return what the caller claims to be, once its signature was checked against the subscription's key."""
    scheme, _space, rest = received.headers["authorization"].partition(" ")
    assert scheme == "vapid"
    values = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert values["k"] == application_key
    signed, _dot, mark = values["t"].rpartition(".")
    raw = decoded(mark)
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(application_key))
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public.verify(der, signed.encode(), ec.ECDSA(SHA256()))
    head, claims = (json.loads(decoded(part)) for part in signed.split("."))
    assert head == {"typ": "JWT", "alg": "ES256"}
    found: dict[str, Any] = claims
    return found


def _mac(key: bytes, data: bytes) -> bytes:
    mac = HMAC(key, SHA256())
    mac.update(data)
    return mac.finalize()
