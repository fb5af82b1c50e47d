"""What exactly a person presses on."""

import hashlib
import json

from tocsin.gate.models import Outgoing


def digest_of(outgoing: Outgoing) -> str:
    """Return the hash of the exact text, addressee and channel; any edit changes it."""
    parts = [outgoing.channel, outgoing.addressee, outgoing.subject, outgoing.body, outgoing.html]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode("ascii")).hexdigest()
