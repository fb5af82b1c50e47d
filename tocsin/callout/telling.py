"""Telling those who were called that they need not come, by the ways by which they heard of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tocsin.callout import messages, people, reaching
from tocsin.callout.models import Call, CallOut
from tocsin.gate import actions as gate
from tocsin.gate import selectors
from tocsin.gate.models import OutgoingState
from tocsin.plan.models import Means

HEARD: Final = (OutgoingState.SENT, OutgoingState.SENDING, OutgoingState.UNKNOWN)

Way = tuple[str, str]


def tell(callout: CallOut, calls: Sequence[Call], template: str, reason: str, *, quietly: bool) -> int:
    """Tell one person, by each way by which a message reached them; return how many messages leave.

    What still waits is taken back: nobody is to be woken in the morning for what is over.

    Parameters
    ----------
    calls
        Every call of the person whose messages are their own (not those that join another's).
    quietly
        Not by a phone call, where another way reached them: a second ringing at night for nothing is one too
        many.
    """
    ways: list[Way] = []
    for call in calls:
        gate.withdraw(callout.organisation, messages.prefix(callout.pk, call.pk), reason)
        ways += [way for way in heard_by(callout, call) if way not in ways]
    told = _without_calls(ways) if quietly else ways
    speaker = calls[-1]
    for means, address in told:
        reaching.send(callout, speaker, template, means, address)
    speaker.save(update_fields=["sent"])
    return len(told)


def heard_by(callout: CallOut, call: Call) -> list[Way]:
    """Return the ways by which a message reached somebody, each once, in the order of their use."""
    rows = selectors.outgoing_of(callout.organisation, messages.prefix(callout.pk, call.pk))
    heard = sorted(rows.filter(state__in=HEARD), key=messages.number_of)
    return list(dict.fromkeys((row.channel, row.addressee) for row in heard))


def take_back(callout: CallOut, call: Call, reason: str) -> None:
    """Take back the messages of a round that have not left, and count their ways as not used."""
    begins = messages.prefix(callout.pk, call.pk)
    waiting = selectors.outgoing_of(callout.organisation, begins).filter(state=OutgoingState.WAITING)
    held = {(row.channel, row.addressee) for row in waiting}
    gate.withdraw(callout.organisation, begins, reason)
    again = {way.id for way in people.ways(call.contact, call.user) if (way.means, way.address) in held}
    call.tried = [way for way in call.tried if way not in again]
    call.save(update_fields=["tried"])


def _without_calls(ways: Sequence[Way]) -> Sequence[Way]:
    quiet = [way for way in ways if way[0] != Means.VOICE and way[0] != people.PUSH]
    return [way for way in ways if way[0] != Means.VOICE] if quiet else ways
