"""Hours that nobody covers, and hours that several do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from tocsin.plan.models import Contact, Shift


@dataclass(frozen=True, slots=True)
class Gap:
    """Hours in which nobody is on call.

    Attributes
    ----------
    role
        Id of the role that nobody covers; empty for the whole team.
    ends
        When somebody is on call again; None when nobody is planned after.
    """

    role: str
    begins: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Hours in which several contacts are on call for the same."""

    role: str
    begins: datetime
    ends: datetime
    contacts: tuple[Contact, ...]


def gaps(shifts: Iterable[Shift], begins: datetime, ends: datetime) -> list[Gap]:
    """Return the hours between two moments that nobody covers, in order.

    Where the rota is one for the whole team, its hours are looked at; where it is one by role, those of each
    role that it speaks of.

    Parameters
    ----------
    shifts
        Those of the span, and all later ones that tell whether a gap has an end.
    """
    by_role: dict[str, list[Shift]] = {}
    for shift in shifts:
        by_role.setdefault(shift.role, []).append(shift)
    looked_at = [""] if "" in by_role else sorted(by_role)
    found = [gap for role in looked_at for gap in _gaps(role, by_role[role], begins, ends)]
    return sorted(found, key=lambda gap: (gap.begins, gap.role))


def overlaps(shifts: Iterable[Shift]) -> list[Overlap]:
    """Return the hours in which several contacts are on call for the same role, in order."""
    by_role: dict[str, list[Shift]] = {}
    for shift in shifts:
        by_role.setdefault(shift.role, []).append(shift)
    found = [overlap for role, held in by_role.items() for overlap in _overlaps(role, held)]
    return sorted(found, key=lambda overlap: (overlap.begins, overlap.role))


def _gaps(role: str, shifts: Sequence[Shift], begins: datetime, ends: datetime) -> list[Gap]:
    found: list[Gap] = []
    covered = begins
    for shift in sorted(shifts, key=lambda shift: shift.begins_at):
        if covered < shift.begins_at and covered < ends:
            found.append(Gap(role, covered, shift.begins_at))
        covered = max(covered, shift.ends_at)
    if covered < ends:
        found.append(Gap(role, covered, None))
    return found


def _overlaps(role: str, shifts: Sequence[Shift]) -> list[Overlap]:
    """Sweep over the moments at which the contacts on call change."""
    moments = sorted({moment for shift in shifts for moment in (shift.begins_at, shift.ends_at)})
    found: list[Overlap] = []
    for begins, ends in pairwise(moments):
        covering = [shift for shift in shifts if shift.begins_at <= begins and shift.ends_at >= ends]
        contacts = tuple({shift.contact_id: shift.contact for shift in covering}.values())
        if len(contacts) < 2:
            continue
        last = found[-1] if found else None
        if last is not None and last.ends == begins and set(last.contacts) == set(contacts):
            found[-1] = Overlap(role, last.begins, ends, last.contacts)
        else:
            found.append(Overlap(role, begins, ends, contacts))
    return found
