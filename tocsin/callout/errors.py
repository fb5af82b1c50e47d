"""What cannot be done with a call-out, in words that say what was kept and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.errors import TocsinError

if TYPE_CHECKING:
    from tocsin.callout.models import CallOut


class AlreadyRunning(TocsinError):
    """The scenario is being called out already: nobody was called twice.

    Attributes
    ----------
    callout
        The one that runs.
    """

    def __init__(self, words: str, callout: CallOut) -> None:
        super().__init__(words)
        self.callout = callout


class NotInForce(TocsinError):
    """No version of the plan is in force, or the scenario is not in it; nobody was called."""


class NobodyToCall(TocsinError):
    """No role was left to be called; nobody was called."""


class Over(TocsinError):
    """The call-out is over; nothing was changed."""


class NotAnAnswer(TocsinError):
    """What was given is no answer to a call; nothing was changed."""


class NotAContact(TocsinError):
    """Who was to be called is no contact of the organisation, or cannot be reached; nobody was called."""
