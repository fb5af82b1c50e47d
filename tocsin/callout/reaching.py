"""Reaching one person: by one way after the other, at red by all at once, and by notification at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from tocsin import clock
from tocsin.callout import context, messages, people, waiting
from tocsin.callout.messages import ROUND
from tocsin.callout.models import Call, CallOut, CallState, Problem
from tocsin.callout.recording import record
from tocsin.clock import actions as deadlines
from tocsin.clock.models import Lane
from tocsin.gate import actions as gate
from tocsin.gate.models import Outgoing, OutgoingState

NEXT_LINE: Final = "callout.next_line"
SILENCE: Final = "callout.silence"
LOOK: Final = "callout.look"
LOOK_AFTER: Final = timedelta(seconds=15)
LOOKS: Final = 6

CALLED: Final = "callout.called"
REMINDED: Final = "callout.reminded"
_PENDING: Final = (OutgoingState.WAITING, OutgoingState.SENDING)


def call(callout: CallOut, calls: Sequence[Call], template: str = CALLED) -> None:
    """Call people: each person once, however many roles they are called for.

    Who is being asked for one role and is now wanted for another is told of both, and answers once.
    """
    persons: dict[tuple[str, int], list[Call]] = {}
    for one in calls:
        persons.setdefault(_person(one), []).append(one)
    for of_one in persons.values():
        asked = _asked_already(of_one[0]) if template == CALLED else None
        first = asked or of_one[0]
        for one in of_one:
            _begin(callout, one, first)
        if asked is not None:
            asked.round, asked.tried, asked.sent = asked.round + 1, [], 0
        reach(callout, first, template)


def reach(callout: CallOut, call: Call, template: str) -> bool:
    """Send a message by the next way, at red by every way that is left; return whether there was one."""
    left = ways_left(call)
    used = left if waiting.is_red(callout) else left[:1]
    devices = [] if call.tried else people.devices(call.user, call.organisation_id)
    since = call.sent + 1
    for way in used:
        send(callout, call, template, way.means, way.address)
    for device in devices:
        send(callout, call, template, people.PUSH, device)
    call.tried = [*call.tried, *(way.id for way in used)]
    if not call.tried and not devices:
        call.problem = Problem.BY_HAND
    call.save(update_fields=["tried", "sent", "round", "problem"])
    if not used and not devices:
        return False
    heard = waiting.heard_from(callout)
    _look_at(callout, call, since, heard + LOOK_AFTER, 0)
    if len(left) > len(used):
        _set(
            NEXT_LINE,
            callout,
            heard + waiting.between_lines(callout),
            f"{call.pk}:{call.round}:{call.sent}",
            {"call": call.pk, "round": call.round, "sent": call.sent},
        )
    return True


def send(callout: CallOut, call: Call, template: str, means: str, address: str) -> Outgoing:
    """Send one message to somebody; its number is never used again."""
    call.sent += 1
    language = people.language_of(call.contact, call.user, callout.organisation)
    device = address.partition(":")[2] if means == people.PUSH else ""
    return gate.notice(
        callout.organisation,
        addressee=address,
        template=template,
        context=context.of_call(callout, call, language),
        key=messages.key(call, call.round * ROUND + call.sent, means, device),
        language=language,
        channel=means,
        level=callout.level,
    )


def next_line(callout: CallOut, call: Call, *, round_: int, sent: int) -> None:
    """Try the next way of who did not answer, unless it was tried meanwhile."""
    if (call.round, call.sent) == (round_, sent) and is_asked(call):
        reach(callout, call, REMINDED)


def ways_left(call: Call) -> list[people.Way]:
    """Return the ways that were not used in this round yet."""
    return [way for way in people.ways(call.contact, call.user) if way.id not in call.tried]


def look(callout: CallOut, call: Call, *, round_: int, since: int, times: int) -> bool:
    """See what became of the messages sent last; return whether nobody can be reached by any of them.

    A message that does not leave is not waited for: the next way is tried at once.
    """
    if call.round != round_ or not is_asked(call) or callout.organisation.is_exercise:
        return False
    rows = messages.rows_of(call)
    last = [row for row in rows if messages.number_of(row) % ROUND >= since]
    lines = [row for row in last if row.channel != people.PUSH] or last
    if lines and all(_fails(row) for row in lines):
        if reach(callout, call, REMINDED):
            return False
        if all(_fails(row) and row.state != OutgoingState.UNKNOWN for row in rows):
            return True
    if times < LOOKS and any(row.state in _PENDING for row in last):
        again = waiting.heard_from(callout) + LOOK_AFTER * 2**times
        _look_at(callout, call, since, again, times + 1)
    return False


def is_asked(call: Call) -> bool:
    """Return whether somebody still has to answer for a role of theirs."""
    group = Call.objects.filter(pk=call.pk) | Call.objects.filter(joins=call.pk)
    return group.filter(state=CallState.CALLED).exists()


def await_answer(callout: CallOut, call: Call) -> None:
    """Let silence pass the call on when it is due."""
    assert call.due_at is not None
    _set(SILENCE, callout, call.due_at, f"{call.pk}:{call.due_at.isoformat()}", {"call": call.pk})


def _begin(callout: CallOut, call: Call, first: Call) -> None:
    now = clock.now(callout.organisation)
    call.state, call.called_at, call.problem = CallState.CALLED, now, ""
    call.due_at = waiting.heard_from(callout) + waiting.for_an_answer(callout)
    call.answered_at, call.minutes = None, None
    call.joins = None if call.pk == first.pk else first
    call.round, call.tried, call.sent = call.round + 1, [], 0
    call.save()
    await_answer(callout, call)
    record("callout.called", callout, None, name=call.name, role=call.role_call.title, why=call.why)


def _asked_already(call: Call) -> Call | None:
    """Return the call by which the same person is being asked for another role."""
    asked = Call.objects.filter(callout=call.callout_id, state=CallState.CALLED).exclude(pk=call.pk)
    mine = asked.filter(contact=call.contact_id) if call.contact_id else asked.filter(user=call.user_id)
    found = mine.select_related("joins__contact__user", "contact__user", "role_call").first()
    if found is None:
        return None
    return found.joins or found


def _person(call: Call) -> tuple[str, int]:
    return ("contact", call.contact_id) if call.contact_id else ("user", call.user_id or 0)


def _fails(row: Outgoing) -> bool:
    return row.state in (OutgoingState.FAILED, OutgoingState.UNKNOWN) or (
        row.state == OutgoingState.WAITING and bool(row.problem)
    )


def _look_at(callout: CallOut, call: Call, since: int, when: datetime, times: int) -> None:
    payload: dict[str, object] = {"call": call.pk, "round": call.round, "since": since, "times": times}
    _set(LOOK, callout, when, f"{call.pk}:{call.round}:{since}:{times}", payload)


def _set(handler: str, callout: CallOut, when: datetime, key: str, payload: dict[str, object]) -> None:
    deadlines.set(
        handler,
        when,
        organisation=callout.organisation,
        key=f"{handler}:{key}",
        payload=payload,
        lane=Lane.URGENT,
    )
