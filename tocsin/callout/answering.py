"""Taking an answer: who comes releases the others, who can't is replaced, who comes later is expected."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.callout import reaching, telling, waiting
from tocsin.callout.errors import NotAnAnswer
from tocsin.callout.models import Call, CallOut, CallOutState, CallState, RoleCall
from tocsin.callout.passing import is_covered, pass_on
from tocsin.callout.recording import alone_with, fresh, record
from tocsin.callout.releasing import UNANSWERED, group, release_others
from tocsin.clock import actions as deadlines
from tocsin.clock.models import Lane

ANSWERS: Final = (CallState.COMING, CallState.LATER, CallState.UNABLE)
LONGEST: Final = 480
SECOND_TAP: Final = timedelta(minutes=1)
"""Within which the same answer is a finger that slipped."""
EXPECTED: Final = "callout.expected"


def answer(call: Call, answer: str, *, minutes: int = 20, by: User | None = None) -> Call:
    """Take somebody's answer for all the roles that their message named; it may be changed.

    Answers after silence count, and send nobody home who already comes. Answers after the end are kept, and
    call nobody.

    Parameters
    ----------
    answer
        ``coming``, ``later`` or ``unable``.
    minutes
        In how many they come, when later; 1 to 480.
    by
        Who says so on the person's behalf; None when they answer themselves.

    Raises
    ------
    NotAnAnswer
        When it is none of the three, or the minutes are not.
    """
    if answer not in ANSWERS or (answer == CallState.LATER and not 1 <= minutes <= LONGEST):
        raise NotAnAnswer(_("This is no answer to a call; nothing was changed. Choose one of the three."))
    with alone_with(call.callout_id, call.organisation_id) as callout:
        now = clock.now(callout.organisation)
        said = [one for one in _answered_at_once(fresh(call)) if _changes(one, answer, minutes, now)]
        for one in said:
            _take(callout, one, answer, minutes, by)
        if callout.state == CallOutState.RUNNING:
            _follow(callout, said, answer)
        return fresh(call)


def expect(callout: CallOut, call: Call, *, reminded: bool) -> None:
    """Remind who said that they would be there by now; after that, call the next."""
    if call.state != CallState.LATER or call.due_at is None or call.due_at > clock.now(callout.organisation):
        return
    if not reminded:
        record("callout.overdue", callout, None, name=call.name, role=call.role_call.title)
        _remind(callout, call)
        _expect_at(callout, call, waiting.for_an_answer(callout), reminded=True)
        return
    call.state = CallState.SILENT
    call.save(update_fields=["state"])
    record("callout.silent", callout, None, name=call.name, role=call.role_call.title)
    if not is_covered(call.role_call):
        pass_on(callout, [call.role_call])


def _answered_at_once(call: Call) -> list[Call]:
    every = group(call)
    open_ = [one for one in every if one.state in UNANSWERED and one.round]
    return open_ or [one for one in every if one.round] or [call]


def _changes(call: Call, answer: str, minutes: int, now: datetime) -> bool:
    """Return whether an answer says something new: twenty more minutes is more time, a second tap is none."""
    if call.state != answer:
        return True
    if answer != CallState.LATER:
        return False
    due = now + timedelta(minutes=minutes)
    return call.minutes != minutes or call.due_at is None or due - call.due_at >= SECOND_TAP


def _take(callout: CallOut, call: Call, answer: str, minutes: int, by: User | None) -> None:
    now = clock.now(callout.organisation)
    call.state, call.answered_at, call.problem = answer, now, ""
    call.minutes = minutes if answer == CallState.LATER else None
    call.due_at = now + timedelta(minutes=minutes) if answer == CallState.LATER else None
    call.save()
    data: dict[str, object] = {"name": call.name, "role": call.role_call.title, "answer": answer}
    record("callout.answered", callout, by, **data, minutes=call.minutes or 0)


def _follow(callout: CallOut, said: list[Call], answer: str) -> None:
    if answer == CallState.UNABLE:
        pass_on(callout, [one.role_call for one in said if not is_covered(one.role_call)])
        return
    for one in said:
        RoleCall.objects.filter(pk=one.role_call_id).update(exhausted_at=None)
        if answer == CallState.COMING:
            release_others(callout, one)
        else:
            _expect_at(callout, one, timedelta(0), reminded=False)


def _remind(callout: CallOut, call: Call) -> None:
    first = group(call)[0]
    for means, address in telling.heard_by(callout, first):
        reaching.send(callout, first, EXPECTED, means, address)
    first.save(update_fields=["sent"])


def _expect_at(callout: CallOut, call: Call, grace: timedelta, *, reminded: bool) -> None:
    assert call.due_at is not None
    deadlines.set(
        EXPECTED,
        call.due_at + grace,
        organisation=callout.organisation,
        key=f"{EXPECTED}:{call.pk}:{call.due_at.isoformat()}:{int(reminded)}",
        payload={"call": call.pk, "due": call.due_at.isoformat(), "reminded": reminded},
        lane=Lane.URGENT,
    )
