"""How ready a plan is: what would fail tonight, how much each counts, and where it is mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Final

from tocsin.plan.document.checking import faults
from tocsin.plan.document.structure import Document
from tocsin.plan.models import Means

STALE: Final = timedelta(days=183)
"""After which an address that nobody confirmed again counts as unsure."""

_MOST: Final[Mapping[str, int]] = {
    "not_in_force": 40,
    "no_scenario": 40,
    "contradiction": 20,
    "empty_role": 30,
    "one_person": 15,
    "single_point": 15,
    "unreachable": 15,
    "left": 15,
    "former": 15,
    "mail_only": 10,
    "unconfirmed": 10,
    "no_protocol": 15,
    "slow_start": 5,
    "no_message": 10,
    "could_be_sent": 5,
    "untranslated": 10,
    "weak_wording": 5,
    "risk_unprepared": 10,
    "not_reviewed": 10,
    "unread": 10,
}
"""Points that each kind of gap can take at most; a single gap takes its part of the cases looked at."""

_OF_FAULTS: Final = {
    "no_protocol": "no_protocol",
    "slow_start": "slow_start",
    "no_message": "no_message",
    "no_slot": "could_be_sent",
    "untranslated": "untranslated",
    "empty_excuse": "weak_wording",
    "undated_promise": "weak_wording",
}


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds a role, as readiness looks at them.

    Attributes
    ----------
    lines
        Means and address of each line, with when it was last confirmed.
    left
        Whether they said that they no longer do this.
    former
        Whether they were a member, and are none any more.
    """

    contact: int
    name: str
    inside: bool
    lines: tuple[tuple[str, str, datetime | None], ...]
    left: bool = False
    former: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """Everything that readiness depends on.

    Attributes
    ----------
    seats
        Who holds each role, by its id, first who is called first.
    members, readers
        How many members there are, and how many of them read the version in force.
    """

    document: Document
    seats: Mapping[str, Sequence[Held]]
    in_force: bool
    review_due: datetime | None
    members: int
    readers: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that would fail tonight.

    Attributes
    ----------
    about
        The role, scenario, contact or risk concerned: its id, or its name where it has none; how many members
        for ``unread``.
    contact
        The contact concerned, 0 for none.
    number
        How many cases it stands for.
    """

    code: str
    about: str = ""
    contact: int = 0
    number: int = 1


@dataclass(frozen=True, slots=True)
class Readiness:
    """A score from 0 to 100, and the gaps with the points that each kind takes, the heaviest first."""

    score: int
    gaps: tuple[Gap, ...]
    points: Mapping[str, int]


def readiness(state: State) -> Readiness:
    """Return how ready a plan is.

    Each kind of gap takes from 100 its most, times the share of cases in which it stands: one of ten contacts
    not confirmed takes a tenth of what ten of ten would. Shares are added before the sum is rounded up, so
    that mending one thing never costs a point elsewhere; each kind is shown with its share rounded up, so
    that none looks free.
    """
    gaps = tuple(_gaps(state))
    cases = _cases(state)
    counted: Counter[str] = Counter()
    for gap in gaps:
        counted[gap.code] += gap.number
    taken = {
        code: Fraction(_MOST[code] * min(number, cases.get(code, 1)), cases.get(code, 1))
        for code, number in counted.items()
    }
    points = {code: ceil(share) for code, share in taken.items()}
    ordered = sorted(gaps, key=lambda gap: -taken[gap.code])
    return Readiness(max(0, 100 - ceil(sum(taken.values()))), tuple(ordered), points)


def _gaps(state: State) -> Iterator[Gap]:
    if not state.in_force:
        yield Gap("not_in_force")
    if not state.document.scenarios:
        yield Gap("no_scenario")
    yield from _of_document(state.document)
    yield from _of_roles(state)
    yield from _of_contacts(state)
    if state.review_due is not None and state.review_due <= state.now:
        yield Gap("not_reviewed")
    if state.in_force and state.readers < state.members:
        unread = state.members - state.readers
        yield Gap("unread", str(unread), number=unread)


def _of_document(document: Document) -> Iterator[Gap]:
    seen: set[tuple[str, str]] = set()
    for fault in faults(document):
        code = "contradiction" if fault.blocks else _OF_FAULTS.get(fault.code, "")
        if code and (code, fault.scenario) not in seen:
            seen.add((code, fault.scenario))
            yield Gap(code, fault.scenario)
    for risk in document.risks:
        if document.scenario(risk.scenario) is None:
            yield Gap("risk_unprepared", risk.id)


def _of_roles(state: State) -> Iterator[Gap]:
    holds: Counter[int] = Counter()
    names: dict[int, str] = {}
    for role in state.document.roles:
        held = state.seats.get(role.id, ())
        if not held:
            yield Gap("empty_role", role.id)
        elif len(held) == 1:
            yield Gap("one_person", role.id)
            holds[held[0].contact] += 1
            names[held[0].contact] = held[0].name
    for contact, number in holds.items():
        if number > 1:
            yield Gap("single_point", names[contact], contact, number - 1)


def _of_contacts(state: State) -> Iterator[Gap]:
    for held in _contacts(state):
        if held.left:
            yield Gap("left", held.name, held.contact)
            continue
        if held.former:
            yield Gap("former", held.name, held.contact)
        if not held.lines:
            yield Gap("unreachable", held.name, held.contact)
            continue
        if all(means == Means.EMAIL for means, _address, _confirmed in held.lines) and held.inside:
            yield Gap("mail_only", held.name, held.contact)
        confirmed = [when for _means, _address, when in held.lines if when is not None]
        if not confirmed or max(confirmed) < state.now - STALE:
            yield Gap("unconfirmed", held.name, held.contact)


def _contacts(state: State) -> Sequence[Held]:
    return list({held.contact: held for seats in state.seats.values() for held in seats}.values())


def _cases(state: State) -> dict[str, int]:
    roles, scenarios = max(1, len(state.document.roles)), max(1, len(state.document.scenarios))
    contacts = max(1, len(_contacts(state)))
    of_scenarios = ("contradiction", *_OF_FAULTS.values())
    return {
        **dict.fromkeys(("empty_role", "one_person", "single_point"), roles),
        **dict.fromkeys(of_scenarios, scenarios),
        **dict.fromkeys(("left", "former", "unreachable", "mail_only", "unconfirmed"), contacts),
        "risk_unprepared": max(1, len(state.document.risks)),
        "unread": max(1, state.members),
    }
