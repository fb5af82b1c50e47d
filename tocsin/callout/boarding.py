"""The board of a call-out: who is called for which role, what they answered, what fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.callout import messages
from tocsin.callout.messages import BoardMessage
from tocsin.callout.models import Call, CallOut, CallOutState, CallState, Problem, RoleCall
from tocsin.callout.rolling import warnings
from tocsin.callout.waiting import quiet_until
from tocsin.plan.document.structure import said

WHY: Final = {
    "on_call": gettext_lazy("on call"),
    "seat": gettext_lazy("holds the role"),
    "deputy": gettext_lazy("deputy"),
    "decides": gettext_lazy("decides"),
    "lead": gettext_lazy("lead or administrator"),
    "hand": gettext_lazy("added by hand"),
}
HELD: Final = (CallState.COMING, CallState.LATER)
ANSWERED: Final = (CallState.COMING, CallState.LATER, CallState.UNABLE)


@dataclass(frozen=True, slots=True)
class BoardCall:
    """Somebody on the board.

    Attributes
    ----------
    why
        Why they are called, in words.
    words
        What they answered, or how far their call is, in words.
    minutes_left
        Until silence passes the call on, or until who comes later is expected; below zero when overdue.
    problem
        Why they were passed over, or that they are to be phoned, in words.
    joined
        Titles of the other roles for which the same messages called them.
    """

    row: Call
    name: str
    why: str
    state: str
    words: str
    called_at: datetime | None
    due_at: datetime | None
    answered_at: datetime | None
    minutes_left: int | None
    problem: str
    messages: Sequence[BoardMessage] = ()
    joined: Sequence[str] = ()

    @property
    def overdue(self) -> bool:
        """Return whether they said that they come, and are not there yet."""
        return self.state == CallState.LATER and self.minutes_left is not None and self.minutes_left < 0


@dataclass(frozen=True, slots=True)
class BoardRole:
    """A role on the board.

    Attributes
    ----------
    covered
        Whether somebody comes, now or later.
    asked
        Whether somebody is being asked.
    exhausted
        Whether nobody of the plan is left to be asked: leads and administrators were told.
    next_at
        When silence calls the next person; None when nobody is asked, or nobody is left.
    """

    row: RoleCall
    title: str
    covered: bool
    asked: bool
    exhausted: bool
    next_at: datetime | None
    calls: Sequence[BoardCall] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """A call-out as its board shows it; persons are counted, not calls.

    Attributes
    ----------
    wanted, covered
        Roles for which people are called; those for which somebody comes, now or later.
    called, answered, coming
        Persons who were called; who answered anything; who come, now or later.
    problems
        What fails, in sentences with what to do.
    quiet_until
        Until when messages are held by the quiet hours, None when they leave at once.
    """

    callout: CallOut
    title: str
    roles: Sequence[BoardRole] = ()
    wanted: int = 0
    covered: int = 0
    called: int = 0
    answered: int = 0
    coming: int = 0
    problems: Sequence[str] = field(default_factory=list)
    quiet_until: datetime | None = None

    @property
    def running(self) -> bool:
        """Return whether people are still being reached."""
        return self.callout.state == CallOutState.RUNNING


def board(callout: CallOut) -> Board:
    """Return the board of a call-out, in a handful of queries however many are called."""
    now = clock.now(callout.organisation)
    held_until = quiet_until(callout) if callout.state == CallOutState.RUNNING else None
    sent = messages.of_callout(callout, held_until)
    calls = list(callout.calls.select_related("contact", "user", "role_call"))
    roles = [_role(role, calls, sent, now) for role in callout.roles.all()]
    called = [call for call in calls if call.round]
    return Board(
        callout=callout,
        title=said(callout.title, _language()) or callout.scenario,
        roles=roles,
        wanted=len(roles),
        covered=sum(role.covered for role in roles),
        called=_count(called),
        answered=_count([call for call in called if call.state in ANSWERED]),
        coming=_count([call for call in called if call.state in HELD]),
        problems=_problems(callout, sent),
        quiet_until=held_until,
    )


def role_title(role: RoleCall, language: str = "") -> str:
    """Return the title of a role in a language, else the active one."""
    return said(role.title, language or _language()) or role.role


def person_of(call: Call) -> tuple[int, int]:
    """Return what is the same in all calls of one person."""
    return (call.contact_id or 0, 0 if call.contact_id else call.user_id or -call.pk)


def _role(
    role: RoleCall, calls: Sequence[Call], sent: Mapping[int, Sequence[BoardMessage]], now: datetime
) -> BoardRole:
    own = [call for call in calls if call.role_call_id == role.pk]
    states = {call.state for call in own}
    covered = bool(states & set(HELD))
    asked = [call.due_at for call in own if call.state == CallState.CALLED and call.due_at is not None]
    return BoardRole(
        role,
        role_title(role),
        covered=covered,
        asked=bool(asked),
        exhausted=role.exhausted_at is not None and not covered,
        next_at=min(asked) if asked and not covered else None,
        calls=[_call(call, calls, sent.get(call.joins_id or call.pk, ()), now) for call in own],
    )


def _problems(callout: CallOut, sent: Mapping[int, Sequence[BoardMessage]]) -> list[str]:
    if callout.organisation.is_exercise:
        return [_("This is an exercise: nothing leaves the house. Note the answers on the board.")]
    ahead = warnings() if callout.state == CallOutState.RUNNING else []
    return [*ahead, *messages.troubles([message for of_one in sent.values() for message in of_one])]


def _call(call: Call, calls: Sequence[Call], sent: Sequence[BoardMessage], now: datetime) -> BoardCall:
    left = _minutes_left(call, now)
    group = call.joins_id or call.pk
    others = [one for one in calls if (one.joins_id or one.pk) == group and one.pk != call.pk]
    return BoardCall(
        row=call,
        name=call.name,
        why=str(WHY.get(call.why, call.why)),
        state=call.state,
        words=_words(call, left),
        called_at=call.called_at,
        due_at=call.due_at,
        answered_at=call.answered_at,
        minutes_left=left,
        problem=_problem(call, calls),
        messages=sent,
        joined=[role_title(one.role_call) for one in others if one.round],
    )


def _problem(call: Call, calls: Sequence[Call]) -> str:
    """Return why somebody was passed over or is to be phoned; who has two roles is phoned for both."""
    asked = call.joins_id is not None and call.state == CallState.CALLED
    found = next((one.problem for one in calls if one.pk == call.joins_id), "") if asked else call.problem
    return str(Problem(found).label) if found in Problem.values else ""


def _minutes_left(call: Call, now: datetime) -> int | None:
    if call.due_at is None or call.state not in (CallState.CALLED, CallState.LATER):
        return None
    return (call.due_at - now) // timedelta(minutes=1)


def _words(call: Call, left: int | None) -> str:
    if call.state == CallState.LATER and left is not None:
        if left < 0:
            return _("was to be there by now")
        if left == 0:
            return _("there any moment")
        return ngettext("there in %(n)d minute", "there in %(n)d minutes", left) % {"n": left}
    return str(CallState(call.state).label)


def _count(calls: Sequence[Call]) -> int:
    return len({person_of(call) for call in calls})


def _language() -> str:
    return (get_language() or "fr")[:2]
