"""Ending a call-out: all who were called are told, and the alert behind a false alarm is closed as one."""

from __future__ import annotations

from contextlib import suppress

from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.alerts import actions as alerts
from tocsin.alerts.models import CloseReason
from tocsin.callout import telling
from tocsin.callout.boarding import person_of
from tocsin.callout.errors import Over
from tocsin.callout.models import Call, CallOut, CallOutState, CallState
from tocsin.callout.recording import alone_with, record

_NOT_EXPECTED = (CallState.RELEASED, CallState.UNABLE)


def stand_down(callout: CallOut, actor: User | None, *, false_alarm: bool, note: str = "") -> CallOut:
    """End a call-out, and tell everybody who was called by each way by which they heard of it.

    Parameters
    ----------
    note
        Kept on the board and in the journal; never sent.

    Raises
    ------
    Over
        When somebody ended it already.
    """
    with alone_with(callout, callout.organisation_id) as row:
        if row.state != CallOutState.RUNNING:
            raise Over(_("Somebody ended this call-out already; nobody was told twice."))
        row.state = CallOutState.FALSE_ALARM if false_alarm else CallOutState.STOOD_DOWN
        row.ended_by, row.ended_at, row.note = actor, clock.now(row.organisation), note[:500]
        row.save(update_fields=["state", "ended_by", "ended_at", "note"])
        record("callout.ended", row, actor, false_alarm=false_alarm, note=note[:500])
        if false_alarm and row.alert is not None:
            with suppress(alerts.AlertClosed):
                alerts.close(row.alert, actor, CloseReason.FALSE_ALARM, note)
        _tell_everybody(row)
    return row


def _tell_everybody(callout: CallOut) -> None:
    template = f"callout.{callout.state}"
    called = callout.calls.filter(round__gt=0).select_related("contact__user", "user", "role_call")
    persons: dict[tuple[int, int], list[Call]] = {}
    for call in called.order_by("pk"):
        persons.setdefault(person_of(call), []).append(call)
    for calls in persons.values():
        speaking = [call for call in calls if call.joins_id is None] or calls[:1]
        expected = any(call.state not in _NOT_EXPECTED for call in calls)
        telling.tell(callout, speaking, template, _("the call-out is over"), quietly=not expected)
