"""How call-outs stand: how many of their roles have somebody, and how long that took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tocsin.accounts.models import Organisation
from tocsin.callout.models import Call, CallOut, CallOutState, CallState, RoleCall
from tocsin.plan.words import here

COMING: Final = (CallState.COMING, CallState.LATER)


@dataclass(frozen=True, slots=True)
class Standing:
    """A call-out with what became of its calls.

    Attributes
    ----------
    wanted, covered
        Roles for which people are called, and those for which somebody comes.
    first_answer_at, covered_at
        When the first person answered, and when the last role was covered; None while that is not so.
    """

    callout: CallOut
    wanted: int = 0
    covered: int = 0
    first_answer_at: datetime | None = None
    covered_at: datetime | None = None

    @property
    def title(self) -> str:
        """The scenario in the reader's language."""
        return here(self.callout.title) or self.callout.scenario

    @property
    def until_first_answer(self) -> timedelta | None:
        """From the launch to the first answer."""
        return self._after(self.first_answer_at)

    @property
    def until_covered(self) -> timedelta | None:
        """From the launch to the moment at which somebody came for every role."""
        return self._after(self.covered_at)

    @property
    def lasted(self) -> timedelta | None:
        """From the launch to the end, None while it is running."""
        return self._after(self.callout.ended_at)

    def _after(self, moment: datetime | None) -> timedelta | None:
        return moment - self.callout.launched_at if moment is not None else None


def standings(callouts: Iterable[CallOut]) -> list[Standing]:
    """Return how call-outs stand, in two questions however many they are."""
    asked = list(callouts)
    if not asked:
        return []
    roles: dict[int, list[int]] = defaultdict(list)
    for callout, role in RoleCall.objects.filter(callout__in=asked).values_list("callout_id", "pk"):
        roles[callout].append(role)
    answers: dict[int, list[tuple[int, str, datetime]]] = defaultdict(list)
    found = Call.objects.filter(callout__in=asked, answered_at__isnull=False)
    for callout, role, state, moment in found.values_list(
        "callout_id", "role_call_id", "state", "answered_at"
    ):
        if moment is not None:
            answers[callout].append((role, state, moment))
    return [_standing(callout, roles[callout.pk], answers[callout.pk]) for callout in asked]


def roomless(organisation: Organisation) -> list[Standing]:
    """Return the call-outs that are running and of which no room was opened: every page tells of them."""
    running = CallOut.objects.filter(organisation=organisation, state=CallOutState.RUNNING, crisis=None)
    return standings(running.select_related("brand"))


def _standing(
    callout: CallOut, roles: Sequence[int], answers: Sequence[tuple[int, str, datetime]]
) -> Standing:
    covered: dict[int, datetime] = {}
    for role, state, moment in sorted(answers, key=lambda one: one[2]):
        if state in COMING:
            covered.setdefault(role, moment)
    return Standing(
        callout,
        wanted=len(roles),
        covered=len(covered),
        first_answer_at=min((moment for _role, _state, moment in answers), default=None),
        covered_at=max(covered.values()) if roles and len(covered) == len(roles) else None,
    )
