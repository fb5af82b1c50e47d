"""How entries are hashed: pure functions, so that anyone can check a chain with nothing but this page.

An entry's hash is the SHA-256 of a JSON array of its columns, in order, ending with the hash of its payload
and the hash of the entry before it. The payload's own hash is taken over a random salt and its exact text:
once both are erased, nothing in the chain lets anyone guess what it said.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

VERSION = "tocsin-journal-1"


@dataclass(frozen=True, slots=True)
class Link:
    """The columns of an entry that its hash covers."""

    organisation: int
    sequence: int
    recorded_at: datetime
    occurred_at: datetime
    verb: str
    actor: str
    target: str
    payload_hash: str
    previous: str


def payload_text(data: dict[str, object]) -> str:
    """Return the one way in which a payload is written: ASCII, so that no database refuses a sign."""
    return json.dumps(data, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)


def payload_hash(salt: str, text: str) -> str:
    """Return the hash of a payload; `salt` is hexadecimal."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode("utf-8", "surrogatepass")).hexdigest()


def entry_hash(link: Link) -> str:
    """Return the hash of an entry."""
    columns = [
        VERSION,
        link.organisation,
        link.sequence,
        _instant(link.recorded_at),
        _instant(link.occurred_at),
        link.verb,
        link.actor,
        link.target,
        link.payload_hash,
        link.previous,
    ]
    return hashlib.sha256(json.dumps(columns, ensure_ascii=True).encode("ascii")).hexdigest()


def seal_message(organisation: int, sequence: int, head: str, sealed_at: datetime) -> bytes:
    """Return the bytes that are signed for a head."""
    return f"{VERSION}|{organisation}|{sequence}|{head}|{_instant(sealed_at)}".encode("ascii")


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
