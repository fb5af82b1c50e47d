"""What a push service must not read: a message encrypted for one browser (RFC 8291, RFC 8188)."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096
LONGEST = 3800
_LAST_RECORD = b"\x02"


def encrypt(
    plain: bytes,
    *,
    receiver: bytes,
    auth: bytes,
    salt: bytes | None = None,
    sender: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Return a message as one record of ``aes128gcm``, which only the browser can read.

    Parameters
    ----------
    receiver, auth
        The browser's public key (65 bytes) and secret (16 bytes).
    salt, sender
        Fresh for each message; given only to compare with the RFC's own example.

    Raises
    ------
    ValueError
        When the message is longer than push services take, or the key is none.
    """
    if len(plain) > LONGEST:
        raise ValueError(f"{len(plain)} bytes are more than a push message carries")
    salt = salt or os.urandom(16)
    sender = sender or ec.generate_private_key(ec.SECP256R1())
    public = sender.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = sender.exchange(
        ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), receiver)
    )
    secret = _derive(shared, auth, b"WebPush: info\0" + receiver + public, 32)
    key = _derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(secret, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(public)]) + public
    return header + AESGCM(key).encrypt(nonce, plain + _LAST_RECORD, None)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
