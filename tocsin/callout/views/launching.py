"""The page from which a team is called out: what fits, who will be called, one press."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role, User
from tocsin.accounts.requests import MemberRequest
from tocsin.alerts.words import title
from tocsin.callout import actions, selectors, showing, standing
from tocsin.callout.missing import missing
from tocsin.callout.models import CallOut
from tocsin.callout.rolling import roles_of
from tocsin.callout.selectors import Proposal
from tocsin.callout.views.asked import Asked, asked_launch, number
from tocsin.errors import TocsinError
from tocsin.plan import selectors as plans
from tocsin.plan import selectors_people
from tocsin.plan.document.structure import LEVELS, Scenario
from tocsin.plan.models import Contact, Version
from tocsin.plan.words import here
from tocsin.ui import words
from tocsin.ui.pages import answer
from tocsin.watch.models import Brand

PARTS = {"others": "callout/_others.html"}
USUAL = "orange"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose, and the address that chooses it."""

    value: str
    address: str


@dataclass(frozen=True, slots=True)
class ScenarioChoice:
    """A scenario that can be called, why, and the address that chooses it."""

    scenario: Scenario
    why: Sequence[str]
    fits: bool
    address: str

    @property
    def first(self) -> str:
        """The first sentence of its summary: what it is, for who has to choose."""
        said = here(self.scenario.summary).partition(". ")[0].rstrip(".")
        return f"{said}." if said else ""


@require(Role.RESPONDER)
def launch(request: MemberRequest) -> HttpResponse:
    """Show who will be called for a scenario, and call them once it is pressed."""
    asked = asked_launch(request)
    if request.method == "POST":
        return _launched(request, asked)
    context = {
        "brand": asked.brand,
        "alert": asked.alert,
        "alert_title": title(asked.alert) if asked.alert else "",
        "now": clock.now(request.organisation),
        "here": request.get_full_path(),
        "others": _other_brands(asked),
        "may_lead": request.membership.may(Role.LEAD),
        **(_chosen(request, asked, asked.brand) if asked.brand else {}),
    }
    return answer(request, "callout/launch.html", context, PARTS)


def _launched(request: MemberRequest, asked: Asked) -> HttpResponse:
    """Call the team out; whoever comes second is taken to the call-out that is running."""
    if asked.brand is None:
        return redirect("callout:launch")
    people = _people(request) if request.POST.get("by_hand") else []
    try:
        callout = actions.launch(
            asked.brand,
            asked.scenario,
            request.user,
            level=asked.level or USUAL,
            alert=asked.alert,
            why=request.POST.get("why", "")[:500],
            roles=_roles(asked) if asked.without else None,
            people=people,
            room=bool(request.POST.get("room")),
        )
    except actions.AlreadyRunning as running:
        callout = running.callout
        messages.info(request, _already(callout, request.user))
    except TocsinError as refused:
        messages.error(request, str(refused))
        again = {"by_hand": "1"} if request.POST.get("by_hand") else {}
        return redirect(reverse("callout:launch") + asked.address(**again))
    return redirect("callout:board", pk=callout.pk)


def _already(callout: CallOut, user: User) -> str:
    when = words.clock(callout.launched_at)
    if callout.launched_by is None:
        return _("It was launched at %(when)s; nobody was called twice.") % {"when": when}
    if callout.launched_by_id == user.pk:
        return _("You launched it at %(when)s; nobody was called twice.") % {"when": when}
    said = _("%(who)s launched it at %(when)s; nobody was called twice.")
    return said % {"who": callout.launched_by, "when": when}


def _roles(asked: Asked) -> list[str]:
    """Return the roles of the scenario for which somebody is to be called."""
    plan = plans.plan_of(asked.brand) if asked.brand else None
    version = plans.in_force(plan) if plan else None
    scenario = version.document.scenario(asked.scenario) if version else None
    return [role for role in roles_of(scenario) if role not in asked.without] if scenario else []


def _chosen(request: MemberRequest, asked: Asked, brand: Brand) -> dict[str, Any]:
    """Return what runs, the scenario that is chosen or proposed, and its roll once a plan is in force."""
    running = standing.standings(selectors.running(request.organisation).filter(brand=brand))
    plan = plans.plan_of(brand)
    version = plans.in_force(plan) if plan else None
    proposals = selectors.proposals(request.organisation, brand, asked.alert) if version else []
    if version is None or not proposals or request.GET.get("by_hand"):
        return {**_by_hand(request, asked), "running": running, "in_force": version is not None}
    common = {"running": running, "proposals": proposals, **_found(request, asked, proposals)}
    named = next((one for one in proposals if one.scenario.id == asked.scenario), None)
    chosen = named or (proposals[0] if proposals[0].fits else None)
    if chosen is None:  # a wrong team called at night is worse than one more touch
        return {**common, "kept": asked.kept(scenario="")}
    return {
        **common,
        "already": any(one.callout.scenario == chosen.scenario.id for one in running),
        "chosen": chosen,
        "chosen_by_hand": named is not None,
        **_called(request, asked, version, chosen),
    }


def _by_hand(request: MemberRequest, asked: Asked) -> dict[str, Any]:
    """Return whom one may choose among, where no plan says who is called."""
    contacts = selectors_people.shown(request.organisation, (get_language() or "fr")[:2])
    return {"by_hand": True, "contacts": contacts, "kept": asked.kept(scenario=""), "missing": missing()}


def _people(request: MemberRequest) -> list[Contact]:
    """Return the contacts who are ticked, by name."""
    ticked = [pk for text in request.POST.getlist("contact") if (pk := number(text)) is not None]
    return list(Contact.objects.filter(organisation=request.organisation, pk__in=ticked[:200]))


def _called(request: MemberRequest, asked: Asked, version: Version, chosen: Proposal) -> dict[str, Any]:
    """Return who would be called for a scenario, at which level, and how many at once."""
    level = asked.level or _level(asked, chosen)
    now = clock.now(request.organisation)
    rolls = showing.shown(
        selectors.roll(version.plan, version, chosen.scenario, level, now), asked.without, now
    )
    return {
        "level": level,
        "levels": [Choice(one, asked.address(level=one)) for one in LEVELS],
        "delays": selectors.delays(request.organisation),
        "rolls": [(roll, _switch(asked, roll.name)) for roll in rolls],
        "count": showing.at_once(rolls),
        "to_dial": sum(roll.by_hand and not roll.left_out for roll in rolls),
        "roles": sum(not roll.left_out for roll in rolls),
        "kept": asked.kept(scenario="", level=""),
        "missing": missing(),
    }


def _level(asked: Asked, chosen: Proposal) -> str:
    """Return the level that is meant when none is named: the alert's, else that of the scenario."""
    wanted = (asked.alert.level if asked.alert else "", chosen.scenario.criteria.level)
    return next((level for level in wanted if level in LEVELS), USUAL)


def _found(request: MemberRequest, asked: Asked, proposals: Sequence[Proposal]) -> dict[str, Any]:
    """Return the scenarios in whose title or summary each word stands."""
    searched = request.GET.get("q", "")[:100]
    wanted = searched.casefold().split()
    found = [
        ScenarioChoice(one.scenario, one.why, one.fits, asked.address(scenario=one.scenario.id, without=()))
        for one in proposals
        if all(word in _text(one.scenario) for word in wanted)
    ]
    by_hand = asked.address(scenario="", without=(), by_hand="1")
    return {"searched": searched, "found": found, "by_hand_address": by_hand}


def _text(scenario: Scenario) -> str:
    return f"{here(scenario.title)} {here(scenario.summary)}".casefold()


def _switch(asked: Asked, role: str) -> str:
    """Return the address that leaves a role out, or calls for it after all."""
    rest = [name for name in asked.without if name != role]
    return asked.address(without=rest if role in asked.without else [*asked.without, role])


def _other_brands(asked: Asked) -> list[Brand]:
    """Return the brands to choose among; none where an alert says which, or there is one only."""
    if asked.alert is not None:
        return []
    brands = list(Brand.objects.all())
    return brands if len(brands) > 1 else []
