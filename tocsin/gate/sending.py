"""The only function that opens a way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_scopes import scope

from tocsin.clock.handlers import Hopeless, Later, retry_delay
from tocsin.clock.time import house_now
from tocsin.gate import holding
from tocsin.gate.channels import CHANNELS
from tocsin.gate.channels.base import Handover, Never, NotNow, Unknown
from tocsin.gate.models import Kind, Outgoing, OutgoingState
from tocsin.gate.slots import Full, Slots
from tocsin.journal import actions as journal

ATTEMPTS = 12
SLOTS = Slots()
ASK_AGAIN = timedelta(seconds=30)
Finish = Callable[[], None]


def send(outgoing: Outgoing) -> Finish | None:
    """Let one row out, and return what to write once it has left, in the caller's transaction.

    The row is marked *sending* between the last step that has no effect and the first that has one. So a
    row found in that state was interrupted in between, and only the other side knows: it is read back
    where the channel can, else it becomes *unknown* and is never sent again by itself.

    Raises
    ------
    Later
        When it is held back, or was refused for now.
    Hopeless
        When it failed for good.
    """
    with scope(organisation=outgoing.organisation_id), override(outgoing.organisation.language):
        if outgoing.state == OutgoingState.SENDING:
            return _after_a_crash(outgoing)
        if outgoing.state != OutgoingState.WAITING:
            return None
        _hold(outgoing)
        try:
            with SLOTS.taken(outgoing.channel):
                return _let_out(outgoing)
        except Full as full:
            _change(outgoing, OutgoingState.WAITING, problem=_("the way out is slow; the message waits"))
            raise Later(full.delay) from full


def _hold(outgoing: Outgoing) -> None:
    if reason := holding.forbidden(outgoing):
        _settle(outgoing, OutgoingState.FAILED, reason)
        raise Hopeless(reason)
    if wait := holding.held_for(outgoing):
        raise Later(wait)


def _let_out(outgoing: Outgoing) -> Finish:
    handover = None
    try:
        handover = _open(outgoing)
        _mark_sending(outgoing)
        receipt = _deliver(handover, outgoing)
    except NotNow as refusal:
        raise _later_or_never(outgoing, str(refusal), refusal.delay) from refusal
    except Never as refusal:
        _settle(outgoing, OutgoingState.FAILED, str(refusal))
        raise Hopeless(str(refusal)) from refusal
    except Unknown as silence:
        problem = str(silence)
        return lambda: _settle(outgoing, OutgoingState.UNKNOWN, problem)
    finally:
        if handover is not None:
            handover.close()
    return lambda: _settle(outgoing, OutgoingState.SENT, receipt=receipt)


def _open(outgoing: Outgoing) -> Handover:
    try:
        return CHANNELS[outgoing.channel].open(outgoing)
    except (NotNow, Never):
        raise
    except Exception as error:
        # A defect of ours must not leave the row waiting for ever: nothing left, so it is tried a few times.
        raise NotNow(
            _("the message could not be handed over (%(error)s)")
            % {"error": f"{type(error).__name__}: {error}"}
        ) from error


def _deliver(handover: Handover, outgoing: Outgoing) -> str:
    try:
        return handover.deliver()
    except NotNow:
        # Refused in so many words: it is certain that nothing left, so it may wait again.
        _change(outgoing, OutgoingState.SENDING, state=OutgoingState.WAITING, sending_since=None)
        raise


def _after_a_crash(outgoing: Outgoing) -> Finish:
    try:
        left = CHANNELS[outgoing.channel].read_back(outgoing)
    except NotNow as refusal:
        raise Later(refusal.delay or ASK_AGAIN, str(refusal)) from refusal
    if left is None:
        problem = _("Tocsin was interrupted while sending: the message may have left, or not")
        return lambda: _settle(outgoing, OutgoingState.UNKNOWN, problem)
    if left:
        return lambda: _settle(outgoing, OutgoingState.SENT)
    _change(outgoing, OutgoingState.SENDING, state=OutgoingState.WAITING, sending_since=None)
    raise Later(timedelta(0))


def _mark_sending(outgoing: Outgoing) -> None:
    changed = _change(
        outgoing,
        OutgoingState.WAITING,
        state=OutgoingState.SENDING,
        sending_since=house_now(),
    )
    if not changed:
        raise Hopeless(_("another process is sending this message, or it was edited meanwhile"))


def _later_or_never(outgoing: Outgoing, problem: str, asked: timedelta | None) -> Exception:
    attempts = outgoing.attempts + 1
    if attempts >= ATTEMPTS:
        _settle(outgoing, OutgoingState.FAILED, problem)
        return Hopeless(problem)
    _change(outgoing, OutgoingState.WAITING, attempts=attempts, problem=problem[:500])
    return Later(max(retry_delay(attempts), asked or timedelta(0)), problem)


@transaction.atomic
def _settle(outgoing: Outgoing, state: str, problem: str = "", receipt: str = "") -> None:
    settled = _change(
        outgoing,
        OutgoingState.WAITING,
        OutgoingState.SENDING,
        state=state,
        problem=problem[:500],
        receipt=receipt[:300],
        settled_at=house_now(),
        sending_since=None,
    )
    # That a notice left as it should is in the gate's own list; everything else is for the record.
    if settled and (outgoing.kind == Kind.WORDS or state != OutgoingState.SENT):
        journal.record(
            f"gate.{state}",
            actor=None,
            organisation=outgoing.organisation_id,
            target=f"gate.outgoing:{outgoing.pk}",
            data={"addressee": outgoing.addressee, "problem": outgoing.problem},
        )


def _change(outgoing: Outgoing, *states: str, **values: object) -> bool:
    """Change the row if it is still in one of the states, and still says what was read."""
    with transaction.atomic():
        same = Outgoing.objects.filter(
            pk=outgoing.pk,
            state__in=states,
            body=outgoing.body,
            subject=outgoing.subject,
            addressee=outgoing.addressee,
            pressed_digest=outgoing.pressed_digest,
        )
        changed = same.update(**values)
    if changed:
        for name, value in values.items():
            setattr(outgoing, name, value)
    return bool(changed)
