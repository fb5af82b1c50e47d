"""Whom a person has to call, since no message went to them: their numbers, as a phone dials them."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from tocsin import clock
from tocsin.callout.boarding import Board, BoardCall
from tocsin.callout.models import CallState, Problem
from tocsin.plan import roster
from tocsin.plan.models import Line
from tocsin.plan.roster import ShownLine

UNHEARD: Final = (CallState.CALLED, CallState.SILENT, CallState.UNREACHED)
HEARD_ELSEWHERE: Final = (Problem.SAID_NO, Problem.SILENT_BEFORE)


def to_dial(board: Board) -> dict[int, list[ShownLine]]:
    """Return how those whom nothing reaches are called by hand, by the number of the contact, in order."""
    if not board.running:
        return {}
    missed = {
        call.row.contact_id
        for role in board.roles
        for call in role.calls
        if call.row.contact_id is not None and _unreached(call)
    }
    found: dict[int, list[Line]] = defaultdict(list)
    for line in Line.objects.filter(contact__in=missed):
        found[line.contact_id].append(line)
    now = clock.now(board.callout.organisation)
    return {pk: [roster.shown_line(line, now) for line in roster.in_order(of)] for pk, of in found.items()}


def _unreached(call: BoardCall) -> bool:
    """Return whether nothing left for somebody who has not answered."""
    if call.row.problem in HEARD_ELSEWHERE:
        return False
    return call.state in UNHEARD and all(message.in_trouble for message in call.messages)
