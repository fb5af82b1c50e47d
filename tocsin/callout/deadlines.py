"""What the clock does for call-outs: the next way, silence, messages that do not leave, who is overdue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tocsin.callout import actions
from tocsin.callout.answering import EXPECTED
from tocsin.callout.models import Call
from tocsin.callout.reaching import LOOK, NEXT_LINE, SILENCE
from tocsin.clock.handlers import register
from tocsin.clock.models import Deadline


@register(NEXT_LINE, lane="urgent")
def next_line(deadline: Deadline) -> None:
    """Try the next way of somebody who did not answer."""
    call, payload = _call_of(deadline)
    if call is not None:
        actions.next_line(call, round_=payload["round"], sent=payload["sent"])


@register(SILENCE, lane="urgent")
def silence(deadline: Deadline) -> None:
    """Call the next person, since this one did not answer in time."""
    call, _payload = _call_of(deadline)
    if call is not None:
        actions.fall_silent(call)


@register(LOOK, lane="urgent")
def look(deadline: Deadline) -> None:
    """See what became of messages, and do not wait for those that cannot leave."""
    call, payload = _call_of(deadline)
    if call is not None:
        actions.look(call, round_=payload["round"], since=payload["since"], times=payload["times"])


@register(EXPECTED, lane="urgent")
def expected(deadline: Deadline) -> None:
    """Remind who said that they would be there by now, then call the next."""
    call, payload = _call_of(deadline)
    if call is not None:
        actions.remind_expected(call, due=payload["due"], reminded=payload["reminded"])


def _call_of(deadline: Deadline) -> tuple[Call | None, Mapping[str, Any]]:
    payload: Mapping[str, Any] = deadline.payload
    found: Call | None = Call.objects.select_related("organisation").filter(pk=payload["call"]).first()
    return found, payload
