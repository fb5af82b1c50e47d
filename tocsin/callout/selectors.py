"""What is asked about call-outs."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import get_language
from django_scopes import scope

from tocsin.accounts.models import Organisation
from tocsin.alerts.models import Alert
from tocsin.callout import proposing
from tocsin.callout.boarding import Board, BoardCall, BoardRole, board
from tocsin.callout.messages import BoardMessage
from tocsin.callout.models import CallOut, CallOutState
from tocsin.callout.proposing_words import sentence
from tocsin.callout.rolling import RoleOrder, roll, warnings
from tocsin.callout.seeing import seen
from tocsin.callout.waiting import delays, held_until
from tocsin.plan import selectors as plans
from tocsin.plan.document.structure import Scenario, said
from tocsin.watch.models import Brand

__all__ = [
    "Board",
    "BoardCall",
    "BoardMessage",
    "BoardRole",
    "Proposal",
    "RoleOrder",
    "board",
    "callouts",
    "delays",
    "held_until",
    "proposals",
    "roll",
    "running",
    "warnings",
]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A scenario of the version in force that may be the one.

    Attributes
    ----------
    score
        From 0 to 1.
    why
        Sentences: what speaks for it, then what speaks against it.
    fits
        Whether all that its criteria ask is seen.
    """

    scenario: Scenario
    score: float
    why: list[str]
    fits: bool

    @property
    def title(self) -> str:
        """Return its title in the active language."""
        return said(self.scenario.title, (get_language() or "fr")[:2]) or self.scenario.id


def proposals(organisation: Organisation, brand: Brand, alert: Alert | None = None) -> list[Proposal]:
    """Return every scenario of a brand's plan in force, best first; none while no version is in force.

    Parameters
    ----------
    alert
        What the call-out would be about; else what the watch sees of the brand just now.
    """
    with scope(organisation=organisation):
        plan = plans.plan_of(brand)
        version = plans.in_force(plan) if plan is not None else None
        if version is None:
            return []
        found = proposing.matches(version.document.scenarios, seen(brand, alert))
    return [
        Proposal(match.scenario, match.score, [sentence(ground) for ground in match.grounds], match.fits)
        for match in found
    ]


def callouts(organisation: Organisation) -> QuerySet[CallOut]:
    """Return every call-out, newest first, with who launched and ended it."""
    with scope(organisation=organisation):
        rows: QuerySet[CallOut] = CallOut.objects.select_related(
            "organisation", "brand", "plan", "version", "alert", "launched_by", "ended_by"
        )
    return rows


def running(organisation: Organisation) -> QuerySet[CallOut]:
    """Return the call-outs in which people are still being reached."""
    return callouts(organisation).filter(state=CallOutState.RUNNING)
