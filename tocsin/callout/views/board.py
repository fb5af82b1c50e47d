"""The board of a call-out: who is called, who comes, what fails, since when."""

from __future__ import annotations

from django.http import HttpResponse

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.callout import selectors
from tocsin.callout.boarding import Board
from tocsin.callout.dialling import to_dial
from tocsin.callout.views.asked import asked_callout
from tocsin.gate.models import OutgoingState
from tocsin.journal import selectors as journal
from tocsin.ui.pages import answer

PARTS = {"board": "callout/_board.html"}
HISTORY_SHOWN = 20
ON_THEIR_WAY = (OutgoingState.WAITING, OutgoingState.SENDING)


@require(Role.OBSERVER)
def show(request: MemberRequest, pk: int) -> HttpResponse:
    """Show a call-out, role by role, and keep it true while the page is open."""
    callout = asked_callout(request, pk)
    board = selectors.board(callout)
    told = journal.entries(request.organisation, target=f"callout.callout:{callout.pk}")
    context = {
        "callout": callout,
        "brand": callout.brand,
        "board": board,
        "running": board.running,
        "pending": _pending(board),
        "dial": to_dial(board),
        "told": board.called,
        "now": clock.now(request.organisation),
        "here": request.get_full_path(),
        "history": told.order_by("-sequence")[:HISTORY_SHOWN],
        "may_act": request.membership.may(Role.RESPONDER),
    }
    return answer(request, "callout/board.html", context, PARTS)


def _pending(board: Board) -> bool:
    """Return whether a message has not left yet: what becomes of it is in no journal when all goes well."""
    messages = (message for role in board.roles for call in role.calls for message in call.messages)
    return any(message.state in ON_THEIR_WAY for message in messages)
