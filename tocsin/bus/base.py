"""What every bus does: an append-only log of batches, read by consumers that keep positions of their own."""

from collections.abc import Sequence
from typing import Any, Final, Protocol

import msgspec

from tocsin.errors import TocsinError

KEEP_HOURS: Final = 72
"""For so long the key of a published batch is remembered, so that the same batch is not taken twice."""


class BusUnavailable(TocsinError):
    """The bus cannot be reached or written; what was to be published was not accepted."""


class Message(msgspec.Struct, frozen=True):
    """One batch as it stands in the log.

    Attributes
    ----------
    sequence : int
        Grows by the order of acceptance within a topic; never used twice.
    at_ms : int
        When it was accepted, milliseconds since 1970 UTC: the time of arrival of its posts, the same
        however often the batch is read.
    meta : dict
        What the publisher said about the whole batch (brand, owned, import, watch).
    """

    sequence: int
    topic: str
    kind: str
    organisation: int
    source: int
    payload: bytes
    meta: dict[str, Any]
    at_ms: int


class Bus(Protocol):
    """An append-only log. What `publish` returned for is on disk and will be read at least once."""

    def publish(
        self,
        topic: str,
        kind: str,
        organisation: int,
        source: int,
        payload: bytes,
        *,
        key: str | None = None,
        meta: dict[str, Any] | None = None,
    ) -> int:
        """Append a batch and return its sequence; with a key already seen, return the earlier sequence.

        Raises
        ------
        BusUnavailable
            When the batch could not be made durable. Nothing was accepted; publishing again is safe.
        """
        ...

    def read(self, topic: str, after: int, *, messages: int = 64, size: int = 8 << 20) -> list[Message]:
        """Return the batches after a sequence, in order, at most so many and about so many bytes."""
        ...

    def subscribe(self, topic: str, consumer: str) -> None:
        """Keep everything of a topic from now on until this consumer has passed it."""
        ...

    def forget_others(self, topic: str, consumers: Sequence[str]) -> None:
        """Wait for no other consumers of a topic than these."""
        ...

    def passed(self, topic: str, consumer: str, sequence: int) -> None:
        """Tell that the effects of everything up to a sequence are durable; it may be deleted."""
        ...

    def last(self, topic: str) -> int:
        """Return the sequence of the newest batch of a topic, 0 when there never was one."""
        ...

    def trim(self) -> int:
        """Delete segments that every consumer has passed, and forget old keys; return batches deleted."""
        ...

    def close(self) -> None:
        """Let go of the file or the connection."""
        ...
