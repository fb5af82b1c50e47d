"""Who need not come, since somebody else does, is told so; and which calls are one message."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from tocsin.callout import telling
from tocsin.callout.models import Call, CallOut, CallState
from tocsin.callout.recording import record

RELEASED: Final = "callout.released"
COMING: Final = (CallState.COMING, CallState.LATER)
UNANSWERED: Final = (CallState.CALLED, CallState.SILENT, CallState.UNREACHED)


def group(call: Call) -> list[Call]:
    """Return every call whose messages are the same (one person, several roles); first whose they are."""
    first = call.joins_id or call.pk
    rows = Call.objects.filter(pk=first) | Call.objects.filter(joins=first)
    found = rows.select_related("role_call", "contact__user", "contact__organisation", "user")
    return sorted(found, key=lambda one: (one.pk != first, one.pk))


def release_others(callout: CallOut, coming: Call) -> None:
    """Tell who was called for a role and did not answer that somebody else is on it."""
    others = coming.role_call.calls.filter(state__in=UNANSWERED, round__gt=0).exclude(pk=coming.pk)
    for call in others.select_related("role_call", "contact__user", "user", "joins"):
        call.state, call.due_at = CallState.RELEASED, None
        call.save(update_fields=["state", "due_at"])
        record("callout.released", callout, None, name=call.name, role=call.role_call.title)
        every = group(call)
        if not any(one.state in (CallState.CALLED, *COMING) for one in every):
            telling.tell(callout, [every[0]], RELEASED, _("somebody else comes"), quietly=True)
