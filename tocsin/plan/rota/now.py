"""Who is on call at this moment, and who comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.plan import calling, roster
from tocsin.plan.models import Line, Shift


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on call for a role, or for the whole team, at this moment.

    Attributes
    ----------
    on_call
        Their shifts, each with the line by which they are tried first.
    following
        The next shift, when one is planned.
    """

    title: str
    on_call: tuple[tuple[Shift, roster.ShownLine | None], ...]
    following: Shift | None


def on_call_now(shifts: Sequence[Shift], titles: Mapping[str, str], now: datetime) -> list[Duty]:
    """Return who is on call now for each role that the rota speaks of, the whole team first.

    Parameters
    ----------
    shifts
        Those that have not ended, first those that begin first.
    titles
        Of roles, by id.
    """
    roles = dict.fromkeys(shift.role for shift in shifts if shift.ends_at > now)
    return [_duty(role, shifts, titles, now) for role in sorted(roles, key=bool)]


def _duty(role: str, shifts: Sequence[Shift], titles: Mapping[str, str], now: datetime) -> Duty:
    of_role = [shift for shift in shifts if shift.role == role and shift.ends_at > now]
    current = [shift for shift in of_role if shift.begins_at <= now]
    later = [shift for shift in of_role if shift.begins_at > now]
    return Duty(
        titles.get(role, role),
        tuple((shift, _first(calling.lines(shift.contact), now)) for shift in current),
        later[0] if later else None,
    )


def _first(lines: Sequence[Line], now: datetime) -> roster.ShownLine | None:
    return roster.shown_line(lines[0], now) if lines else None
