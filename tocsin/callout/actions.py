"""What people do with call-outs, and what the clock does for them."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from tocsin import clock
from tocsin.accounts.models import Organisation, User
from tocsin.alerts.models import Level
from tocsin.callout import passing, people, reaching, telling, waiting
from tocsin.callout.answering import answer, expect
from tocsin.callout.ending import stand_down
from tocsin.callout.errors import (
    AlreadyRunning,
    NobodyToCall,
    NotAContact,
    NotAnAnswer,
    NotInForce,
    Over,
)
from tocsin.callout.launching import launch
from tocsin.callout.models import Call, CallOut, CallOutState, CallState, Delays, Problem, RoleCall
from tocsin.callout.recording import alone_with, fresh, record
from tocsin.callout.releasing import group
from tocsin.journal import actions as journal
from tocsin.plan.models import Contact

__all__ = [
    "AlreadyRunning",
    "NobodyToCall",
    "NotAContact",
    "NotAnAnswer",
    "NotInForce",
    "Over",
    "answer",
    "call_next",
    "call_person",
    "fall_silent",
    "launch",
    "look",
    "next_line",
    "raise_level",
    "remind_expected",
    "set_delays",
    "stand_down",
]


def call_next(role_call: RoleCall, actor: User | None = None) -> Call | None:
    """Call the next person of a role now, whatever the one before will say; None when nobody is left.

    Raises
    ------
    Over
        When the call-out is over.
    """
    with alone_with(role_call.callout_id, role_call.organisation_id) as callout:
        _require_running(callout)
        role = RoleCall.objects.select_related("callout").get(pk=role_call.pk)
        called = passing.pass_on(callout, [role])
        if called:
            record(
                "callout.next_called", callout, actor, name=", ".join(c.name for c in called), role=role.title
            )
        return called[0] if called else None


def call_person(role_call: RoleCall, contact: Contact, actor: User | None) -> Call:
    """Call somebody for a role by hand, at whatever hour; who is called or comes already is not called again.

    Raises
    ------
    Over
        When the call-out is over.
    NotAContact
        When they are none of this organisation, or no way of reaching them is set up.
    """
    with alone_with(role_call.callout_id, role_call.organisation_id) as callout:
        _require_running(callout)
        role = RoleCall.objects.get(pk=role_call.pk)
        call = _by_hand(role, contact)
        if call.state in (CallState.CALLED, CallState.COMING, CallState.LATER):
            return fresh(call)
        if people.why_unreachable(call):
            raise NotAContact(
                _("%(name)s cannot be reached by a way that is set up here; nobody was called.")
                % {"name": contact.name}
            )
        record("callout.added", callout, actor, name=contact.name, role=role.title)
        reaching.call(callout, [fresh(call)])
        return fresh(call)


def raise_level(callout: CallOut, actor: User | None, level: str = Level.RED) -> CallOut:
    """Raise the level: at red, who is still asked is reached by every way at once, whatever the hour.

    Raises
    ------
    Over
        When the call-out is over.
    """
    with alone_with(callout, callout.organisation_id) as row:
        _require_running(row)
        ranks = list(Level.values)
        if ranks.index(Level(level)) <= ranks.index(row.level):
            return row
        row.level = Level(level)
        row.save(update_fields=["level"])
        record("callout.level_raised", row, actor, level=row.level)
        if waiting.is_red(row):
            _reach_at_once(row)
    return row


@transaction.atomic
def set_delays(organisation: Organisation, actor: User | None, **minutes: int) -> Delays:
    """Say how long is waited: ``line_minutes``, ``answer_minutes``, ``red_minutes``.

    Raises
    ------
    ValidationError
        When one is out of bounds; nothing is changed then.
    """
    with scope(organisation=organisation):
        row = waiting.delays(organisation)
        for name in ("line_minutes", "answer_minutes", "red_minutes"):
            setattr(row, name, minutes.get(name, getattr(row, name)))
        row.full_clean(exclude=["organisation"], validate_unique=False)
        row.save()
    data: dict[str, object] = {
        "line": row.line_minutes,
        "answer": row.answer_minutes,
        "red": row.red_minutes,
    }
    journal.record("callout.delays_set", actor=actor, organisation=organisation, data=data)
    return row


def fall_silent(call: Call) -> None:
    """Pass on the roles of who did not answer in time."""
    with alone_with(call.callout_id, call.organisation_id) as callout:
        now = clock.now(callout.organisation)
        silent = [
            one
            for one in group(fresh(call))
            if one.state == CallState.CALLED and one.due_at is not None and one.due_at <= now
        ]
        if callout.state != CallOutState.RUNNING:
            return
        for one in silent:
            one.state = CallState.SILENT
            one.save(update_fields=["state"])
            record("callout.silent", callout, None, name=one.name, role=one.role_call.title)
        passing.pass_on(callout, [one.role_call for one in silent if not passing.is_covered(one.role_call)])


def next_line(call: Call, *, round_: int, sent: int) -> None:
    """Try the next way of somebody who did not answer."""
    with alone_with(call.callout_id, call.organisation_id) as callout:
        if callout.state == CallOutState.RUNNING:
            reaching.next_line(callout, fresh(call), round_=round_, sent=sent)


def look(call: Call, *, round_: int, since: int, times: int) -> None:
    """See whether the last messages left; pass over whom none of them can reach."""
    with alone_with(call.callout_id, call.organisation_id) as callout:
        row = fresh(call)
        if callout.state != CallOutState.RUNNING or not reaching.look(
            callout, row, round_=round_, since=since, times=times
        ):
            return
        lost = [one for one in group(row) if one.state == CallState.CALLED]
        for one in lost:
            one.state, one.problem = CallState.UNREACHED, Problem.FAILED
            one.save(update_fields=["state", "problem"])
            record(
                "callout.passed_over",
                callout,
                None,
                name=one.name,
                role=one.role_call.title,
                problem=Problem.FAILED.value,
            )
        passing.pass_on(callout, [one.role_call for one in lost if not passing.is_covered(one.role_call)])


def remind_expected(call: Call, *, due: str, reminded: bool) -> None:
    """Remind who is overdue, then call the next, unless they said something else meanwhile."""
    with alone_with(call.callout_id, call.organisation_id) as callout:
        row = fresh(call)
        said_since = row.due_at is None or row.due_at.isoformat() != due
        if callout.state == CallOutState.RUNNING and not said_since:
            expect(callout, row, reminded=reminded)


def _by_hand(role: RoleCall, contact: Contact) -> Call:
    if contact.organisation_id != role.organisation_id:
        raise NotAContact(_("This is no contact of your organisation; nobody was called."))
    found: Call | None = role.calls.filter(contact=contact).first()
    return found or passing.add(role, "hand", contact, contact.user)


def _reach_at_once(callout: CallOut) -> None:
    """Send by all ways at once to who is still asked; what was held is taken back and said anew."""
    asked = callout.calls.filter(state=CallState.CALLED).select_related(
        "contact__user", "user", "role_call", "joins"
    )
    now = clock.now(callout.organisation)
    for call in asked:
        call.due_at = now + waiting.for_an_answer(callout)
        call.save(update_fields=["due_at"])
        reaching.await_answer(callout, call)
    for first in {call.joins_id or call.pk: fresh(call.joins or call) for call in asked}.values():
        telling.take_back(callout, first, _("the level was raised: said anew"))
        reaching.reach(callout, first, reaching.REMINDED)


def _require_running(callout: CallOut) -> None:
    if callout.state != CallOutState.RUNNING:
        raise Over(_("This call-out is over; nobody was called. Launch a new one."))
