"""Launching a call-out: once, however many people press at the same moment."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.alerts.models import Alert, Level
from tocsin.callout import following, passing
from tocsin.callout.errors import AlreadyRunning, NobodyToCall, NotInForce
from tocsin.callout.models import CallOut, CallOutState, RoleCall
from tocsin.callout.recording import record
from tocsin.callout.rolling import RoleOrder, roll
from tocsin.plan import roster
from tocsin.plan import selectors as plans
from tocsin.plan.calling import DEPUTY, Callee
from tocsin.plan.document.structure import LANGUAGES, LEVELS, Scenario, Text
from tocsin.plan.models import Contact, Version
from tocsin.watch.models import Brand

log = logging.getLogger(__name__)
HAND: Final = "hand"
NO_SCENARIO: Final[Text] = {"fr": "Situation à évaluer", "en": "Situation to assess"}


def launch(
    brand: Brand,
    scenario: str,
    actor: User | None,
    *,
    level: str,
    alert: Alert | None = None,
    why: str = "",
    roles: Collection[str] | None = None,
    people: Sequence[Contact] = (),
    room: bool = False,
) -> CallOut:
    """Call the crisis team of a scenario, by the version of the plan that is in force.

    Without a scenario, or beside it, people are called one by one, whoever they are in the plan.

    Parameters
    ----------
    level
        ``yellow``, ``orange`` or ``red``.
    why
        What speaks for it, shown on the board and never sent.
    scenario
        Its id in the plan; empty for none: then `people` are called.
    roles
        Ids of the roles to call; all that the scenario calls when None.
    people
        Contacts to call by hand, each with their deputies after them.
    room
        Whether those who follow call-outs (`following`) open a room.

    Raises
    ------
    AlreadyRunning
        When the scenario is being called out: nobody is called twice.
    NotInForce
        When no version of the plan is in force, or the scenario is not in it.
    NobodyToCall
        When no role is left.
    ValueError
        When the level is none.
    """
    if level not in LEVELS:
        raise ValueError(f"a call-out has one of the levels {', '.join(LEVELS)}, not {level!r}")
    with scope(organisation=brand.organisation_id):
        try:
            with transaction.atomic():
                _refuse_twice(brand, scenario)
                version, title, orders = _wanted(brand, scenario, level, roles)
                orders += [_by_hand(contact) for contact in people if _is_of(contact, brand)]
                if not orders:
                    raise NobodyToCall(
                        _("Nobody was chosen, and nobody was called. Choose at least one role.")
                    )
                callout = _made(brand, version, scenario, title, actor)
                callout.level, callout.why, callout.alert = Level(level), why[:500], _alert_of(brand, alert)
                callout.save()
                _begin(callout, orders, room=room)
                return callout
        except IntegrityError as error:
            # Who pressed at the same moment was first: the database lets one of the two in.
            _refuse_twice(brand, scenario, error)
            raise


def _wanted(
    brand: Brand, scenario: str, level: str, roles: Collection[str] | None
) -> tuple[Version | None, Text, list[RoleOrder]]:
    """Return the version in force, the title of the scenario, and who is called for which role."""
    if not scenario:
        return None, NO_SCENARIO, []
    version, found = _in_force(brand, scenario)
    every = roll(version.plan, version, found, level, clock.now(brand.organisation_id))
    return version, found.title, [order for order in every if roles is None or order.role in roles]


def _made(brand: Brand, version: Version | None, scenario: str, title: Text, actor: User | None) -> CallOut:
    return CallOut(
        organisation=brand.organisation,
        brand=brand,
        plan=version.plan if version is not None else None,
        version=version,
        scenario=scenario,
        title=title,
        launched_by=actor,
        launched_at=clock.now(brand.organisation_id),
    )


def _begin(callout: CallOut, orders: Sequence[RoleOrder], *, room: bool) -> None:
    record("callout.launched", callout, callout.launched_by, level=str(callout.level), why=callout.why)
    passing.pass_on(callout, [_role_call(callout, order, rank) for rank, order in enumerate(orders)])
    for follower in following.after_launch if room else ():
        _tell(follower, callout)


def _tell(follower: following.Follower, callout: CallOut) -> None:
    """Let a follower do its part; whatever befalls it, people are called all the same."""
    try:
        with transaction.atomic():
            follower(callout)
    except Exception:
        log.exception("The call-out %s goes on without what follows it", callout.pk)


def _by_hand(contact: Contact) -> RoleOrder:
    """Return the order of somebody chosen by name: themselves, then their deputies."""
    among = {one.pk: one for one in plans.contacts(contact.organisation)}
    first = among.get(contact.pk, contact)
    callees = [Callee(first, HAND), *(Callee(one, DEPUTY) for one in roster.deputies(first, among))]
    return RoleOrder(f"{HAND}-{contact.pk}", dict.fromkeys(LANGUAGES, contact.name), callees)


def _is_of(contact: Contact, brand: Brand) -> bool:
    return contact.organisation_id == brand.organisation_id


def _alert_of(brand: Brand, alert: Alert | None) -> Alert | None:
    return alert if alert is not None and alert.brand_id == brand.pk else None


def _role_call(callout: CallOut, order: RoleOrder, rank: int) -> RoleCall:
    made: RoleCall = RoleCall.objects.create(
        callout=callout,
        organisation=callout.organisation,
        role=order.role,
        title=order.title,
        rank=rank,
    )
    passing.add_all(made, order.callees)
    return made


def _in_force(brand: Brand, scenario: str) -> tuple[Version, Scenario]:
    plan = plans.plan_of(brand)
    version = plans.in_force(plan) if plan is not None else None
    if version is None:
        raise NotInForce(
            _("No version of this brand’s plan is in force: nobody was called. Approve the plan first.")
        )
    found = version.document.scenario(scenario)
    if found is None:
        raise NotInForce(_("The plan in force has no such scenario: nobody was called. Choose another."))
    return version, found


def _refuse_twice(brand: Brand, scenario: str, cause: Exception | None = None) -> None:
    running = CallOut.objects.filter(brand=brand, scenario=scenario, state=CallOutState.RUNNING).first()
    if running is not None:
        raise AlreadyRunning(
            _("People are being called for this scenario already; nobody was called twice."), running
        ) from cause
