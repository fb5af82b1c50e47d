"""Who would be called, as the page shows it before the press."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tocsin.callout import people
from tocsin.callout.rolling import RoleOrder
from tocsin.plan import calling, roster
from tocsin.plan.calling import Callee
from tocsin.plan.models import Line


@dataclass(frozen=True, slots=True)
class ShownCallee:
    """Somebody who would be called, and by which ways, in order.

    Attributes
    ----------
    ways
        Those by which Tocsin reaches them; when there is none, a person dials one of `lines`.
    lines
        All that are written down.
    """

    pk: int
    name: str
    why: str
    ways: Sequence[ShownWay]
    lines: Sequence[roster.ShownLine]


@dataclass(frozen=True, slots=True)
class ShownWay:
    """A way to reach somebody that is set up here, as people read it."""

    means: str
    words: str


@dataclass(frozen=True, slots=True)
class ShownRoll:
    """A role: who is called first, who replaces them, and what stands in the way.

    Attributes
    ----------
    left_out
        Whoever launches chose to call nobody for it.
    """

    name: str
    title: str
    first: ShownCallee | None
    then: Sequence[ShownCallee]
    problems: Sequence[str]
    left_out: bool

    @property
    def by_hand(self) -> bool:
        """Return whether nothing reaches anybody of the role, and somebody has to call them."""
        return self.first is not None and not any(one.ways for one in (self.first, *self.then))

    @property
    def remedy(self) -> str:
        """What mends a role that nobody can be called for: ``seat`` somebody, or add a ``line``."""
        if self.first is None:
            return "seat"
        return "" if self.first.lines or self.first.ways else "line"


def shown(orders: Sequence[RoleOrder], without: Collection[str], now: datetime) -> list[ShownRoll]:
    """Return the roles of a call-out as they would be called."""
    return [_roll(order, now, left_out=order.role in without) for order in orders]


def at_once(rolls: Sequence[ShownRoll]) -> int:
    """Count the people whom the press itself reaches: somebody with two roles is one person."""
    first = (
        next((one for one in (roll.first, *roll.then) if one is not None and one.ways), None)
        for roll in rolls
        if not roll.left_out
    )
    return len({one.pk for one in first if one is not None})


def _roll(order: RoleOrder, now: datetime, *, left_out: bool) -> ShownRoll:
    callees = [_callee(callee, now) for callee in order.callees]
    roll = ShownRoll(
        name=order.role,
        title=order.words,
        first=callees[0] if callees else None,
        then=callees[1:],
        problems=order.problems,
        left_out=left_out,
    )
    # Who is to be dialled says so by their number: a sentence in every row would say nothing more.
    return replace(roll, problems=()) if roll.by_hand and roll.first and roll.first.lines else roll


def _callee(callee: Callee, now: datetime) -> ShownCallee:
    contact = callee.contact
    ways = [
        ShownWay(way.means, roster.written(Line(means=way.means, address=way.address)))
        for way in people.ways(contact, contact.user)
    ]
    if people.devices(contact.user, contact.organisation_id):
        ways.append(ShownWay(people.PUSH, ""))
    lines = [roster.shown_line(line, now) for line in calling.lines(contact)]
    return ShownCallee(contact.pk, contact.name, callee.why, ways, lines)
