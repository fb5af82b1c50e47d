"""What every way out does, and how it says what became of a message."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from tocsin.errors import TocsinError

if TYPE_CHECKING:
    from tocsin.gate.models import Outgoing


class NotNow(TocsinError):
    """The other side refused for now: nothing left; it is tried again, after `delay` where it asked so."""

    def __init__(self, problem: str, *, delay: timedelta | None = None) -> None:
        super().__init__(problem)
        self.delay = delay


class Never(TocsinError):
    """The other side refused for good: nothing left, trying again would change nothing."""


class Unknown(TocsinError):
    """The message was handed over and no answer came: it may have left, or not."""


class Handover(Protocol):
    """An opened way out, up to the last step before the message leaves."""

    def deliver(self) -> str:
        """Let the message leave, and return the other side's receipt.

        Raises
        ------
        NotNow, Never, Unknown
        """

    def close(self) -> None:
        """Close the way out; never raises."""


class Channel(Protocol):
    """A way out."""

    def open(self, outgoing: Outgoing) -> Handover:
        """Do everything that has no effect yet: connect, sign in, have sender and addressee accepted.

        A process killed until here has sent nothing for certain.

        Raises
        ------
        NotNow, Never
        """

    def read_back(self, outgoing: Outgoing) -> bool | None:
        """Return whether a message with this idempotency key left; None when the channel cannot tell.

        Raises
        ------
        NotNow
            When the other side could tell, and cannot be reached.
        """
