"""The roll before the press: who would be called for which role, and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.alerts.models import Level
from tocsin.callout.people import devices, left, nothing_leaves, ways
from tocsin.plan import calling
from tocsin.plan.calling import Callee
from tocsin.plan.document.structure import Scenario, Text, said
from tocsin.plan.models import Plan, Version


@dataclass(frozen=True, slots=True)
class RoleOrder:
    """Who would be called for a role, first who is called first, and what stands in the way in words."""

    role: str
    title: Text
    callees: list[Callee]
    problems: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Return the title in the active language."""
        return said(self.title, (get_language() or "fr")[:2]) or self.role

    @property
    def first(self) -> Callee | None:
        """Return who is called first, None when nobody holds the role."""
        return self.callees[0] if self.callees else None


def roll(plan: Plan, version: Version, scenario: Scenario, level: str, at: datetime) -> list[RoleOrder]:
    """Return who would be called for a scenario, role by role in the order of the plan.

    The role that decides is called too: first, where the scenario does not name it among those it calls.
    """
    document = version.document
    names = roles_of(scenario)
    orders = calling.orders(plan, names, at)
    found = []
    for name in names:
        role = document.role(name)
        callees = sorted(orders[name], key=lambda callee: left(callee.contact))
        title = role.title if role is not None else {}
        found.append(RoleOrder(name, title, callees, _problems(callees, level, at)))
    return found


def roles_of(scenario: Scenario) -> list[str]:
    """Return the ids of the roles that a scenario calls out, in order, each once."""
    deciding = [scenario.decides] if scenario.decides and scenario.decides not in scenario.calls else []
    return list(dict.fromkeys([*deciding, *scenario.calls]))


def warnings() -> list[str]:
    """Return what stands in the way of every role: no way out, links that lead nowhere."""
    if nothing_leaves():
        return [
            _(
                "No way of sending messages is set up: nothing leaves. Phone the people on the board, and "
                "note what they say; who does not answer in time is followed by the next."
            )
        ]
    if settings.URL:
        return []
    return [
        _(
            "TOCSIN_URL is not set: messages leave without a link, and nobody can answer from them. "
            "Ask people to call back, and note their answers on the board."
        )
    ]


def _problems(callees: Sequence[Callee], level: str, at: datetime) -> list[str]:
    if not callees:
        return [_("Nobody holds this role: the role that decides is called, then leads and administrators.")]
    if nothing_leaves():
        return _hours(callees, level, at)
    reached = [callee for callee in callees if _reached(callee)]
    if not reached:
        return [_("Nobody of this role can be reached by a way that is set up here.")]
    found = [
        _("%(name)s cannot be reached by a way that is set up here, and is passed over.")
        % {"name": callee.contact.name}
        for callee in callees
        if callee not in reached
    ]
    found += [
        _("%(name)s may have left, and is called last.") % {"name": callee.contact.name}
        for callee in reached
        if left(callee.contact)
    ]
    return found + _hours(reached, level, at)


def _hours(reached: Sequence[Callee], level: str, at: datetime) -> list[str]:
    outside = [callee.contact.name for callee in reached if not calling.reachable(callee.contact, at)]
    if level == Level.RED or not outside:
        return []
    if len(outside) == len(reached):
        return [_("Everybody is outside their hours; they are called all the same, since nobody else is.")]
    return [
        _("%(name)s is outside their hours: others are called first.") % {"name": name} for name in outside
    ]


def _reached(callee: Callee) -> bool:
    contact = callee.contact
    return bool(ways(contact, contact.user) or devices(contact.user, contact.organisation_id))
