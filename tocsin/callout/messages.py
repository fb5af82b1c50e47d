"""What became of the messages of a call-out: each with its way, addressee, state, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tocsin.callout.models import Call, CallOut
from tocsin.callout.people import PUSH
from tocsin.gate import selectors as gate
from tocsin.gate.models import Outgoing, OutgoingState
from tocsin.gate.notices import passes_quiet_hours
from tocsin.plan.models import Means

ROUND: Final = 1000
"""Messages of a round are numbered from the round times this."""

WAYS: Final = {
    Means.EMAIL: gettext_lazy("e-mail"),
    Means.SMS: gettext_lazy("text message"),
    Means.VOICE: gettext_lazy("phone call"),
    Means.MATRIX: gettext_lazy("Matrix"),
    PUSH: gettext_lazy("notification"),
}
WHAT: Final = {
    "callout.called": gettext_lazy("call"),
    "callout.reminded": gettext_lazy("call by another way"),
    "callout.expected": gettext_lazy("expected"),
    "callout.released": gettext_lazy("told that somebody else comes"),
    "callout.stood_down": gettext_lazy("told that it is over"),
    "callout.false_alarm": gettext_lazy("told that it was a false alarm"),
    "callout.nobody_answers": gettext_lazy("told that nobody answers"),
}


@dataclass(frozen=True, slots=True)
class BoardMessage:
    """A message to somebody who is called.

    Attributes
    ----------
    means, words
        The gate's channel, and its name.
    address
        Whom it went to, so masked that its owner knows it and nobody else learns it.
    state
        Of the gate's row: ``waiting``, ``sending``, ``sent``, ``failed`` or ``unknown``.
    what
        What it was about, in words.
    problem
        What went wrong, in words; nothing when all is well.
    at
        When it left, or was asked for.
    held_until
        Until when the quiet hours hold it, None when they don't.
    number
        Place among the person's messages.
    """

    means: str
    words: str
    address: str
    state: str
    state_words: str
    what: str
    template: str
    problem: str
    at: datetime
    held_until: datetime | None
    number: int

    @property
    def in_trouble(self) -> bool:
        """Return whether it may well not arrive."""
        if self.state == OutgoingState.WAITING:
            return bool(self.problem)
        return self.state in {OutgoingState.FAILED, OutgoingState.UNKNOWN}


def key(call: Call, number: int, means: str, device: str = "") -> str:
    """Return the gate's key of a message: by its beginning the board finds it."""
    return f"{prefix(call.callout_id, call.pk)}{number}:{means}{':' + device if device else ''}"


def prefix(callout: int, call: int | None = None) -> str:
    """Return how the keys of a call-out's messages begin, or those of one call."""
    return f"callout:{callout}:" + ("" if call is None else f"{call}:")


def rows_of(call: Call) -> list[Outgoing]:
    """Return the gate's rows of a person's messages in this round, oldest first."""
    rows = gate.outgoing_of(call.organisation, prefix(call.callout_id, call.pk))
    return [row for row in sorted(rows, key=number_of) if number_of(row) // ROUND == call.round]


def of_callout(callout: CallOut, held_until: datetime | None) -> dict[int, list[BoardMessage]]:
    """Return the messages of every call by the call's number, oldest first; 0 for who only launched.

    Parameters
    ----------
    held_until
        Until when the quiet hours hold what obeys them, None outside them.
    """
    found: dict[int, list[BoardMessage]] = {}
    for row in sorted(gate.outgoing_of(callout.organisation, prefix(callout.pk)), key=number_of):
        found.setdefault(int(row.key.split(":")[2]), []).append(shown(row, held_until))
    return found


def shown(row: Outgoing, held_until: datetime | None = None) -> BoardMessage:
    """Return a row of the gate as the board shows it."""
    held = row.state == OutgoingState.WAITING and not passes_quiet_hours(row.template)
    return BoardMessage(
        means=row.channel,
        words=str(WAYS.get(row.channel, row.channel)),
        address=masked(row.channel, row.addressee),
        state=row.state,
        state_words=str(OutgoingState(row.state).label),
        what=str(WHAT.get(row.template, row.template)),
        template=row.template,
        problem=row.problem,
        at=row.settled_at or row.created_at,
        held_until=held_until if held else None,
        number=number_of(row),
    )


def masked(means: str, address: str) -> str:
    """Return an address of which its owner knows it again: ``n…@maison-berthier.test``, ``+33…78``."""
    if means == PUSH:
        return str(_("their browser or phone"))
    if means in (Means.SMS, Means.VOICE):
        return f"{address[:3]}…{address[-2:]}"
    name, at, host = address.removeprefix("@").rpartition("@" if means == Means.EMAIL else ":")
    return f"{name[:1]}…{at}{host}"


def troubles(messages: Iterable[BoardMessage]) -> list[str]:
    """Say which ways fail and that the others went on, in sentences with what to do."""
    every = list(messages)
    found: dict[str, list[BoardMessage]] = {}
    for message in every:
        if message.in_trouble:
            found.setdefault(message.means, []).append(message)
    return [_trouble(of_one, every) for of_one in found.values()]


def _trouble(troubled: Sequence[BoardMessage], every: Sequence[BoardMessage]) -> str:
    last = troubled[-1]
    said = ngettext(
        "%(way)s: %(count)s message may not have arrived (%(problem)s).",
        "%(way)s: %(count)s messages may not have arrived (%(problem)s).",
        len(troubled),
    ) % {
        "way": last.words.capitalize(),
        "count": len(troubled),
        "problem": last.problem or last.state_words,
    }
    if any(message.means != last.means and not message.in_trouble for message in every):
        rest = _("The other ways went on.")
    else:
        rest = _("Call people by phone: their numbers stand in the plan.")
    return f"{said} {rest}"


def number_of(row: Outgoing) -> int:
    return int(row.key.split(":")[3])
