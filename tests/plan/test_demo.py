"""The demonstration's plan is in force, its people can be called, and it is not ready in everything."""

from __future__ import annotations

import pytest
from django_scopes import scope

from tocsin import clock
from tocsin.gate.models import Outgoing
from tocsin.listen.demo import declare
from tocsin.plan import calling, selectors
from tocsin.plan.demo import PEOPLE, declare_plan
from tocsin.plan.models import Contact, Line

pytestmark = pytest.mark.django_db


def test_the_plan_is_declared_once_and_in_force() -> None:
    organisation = declare(clock.now(None), "levain-de-seigle")
    plan = declare_plan(organisation)
    assert plan is not None
    assert declare_plan(organisation) is None
    with scope(organisation=organisation):
        version = selectors.in_force(plan)
        assert version is not None
        assert len(version.document.scenarios) >= 14
        assert Contact.objects.count() == len(PEOPLE)
        assert Line.objects.filter(confirmed_at=None).count() == 0
        assert not Outgoing.objects.exists()


def test_every_role_that_a_scenario_calls_has_somebody() -> None:
    organisation = declare(clock.now(None), "levain-de-seigle")
    plan = declare_plan(organisation)
    assert plan is not None
    with scope(organisation=organisation):
        version = selectors.in_force(plan)
        assert version is not None
        called = {role for scenario in version.document.scenarios for role in scenario.calls}
        for role in called:
            assert calling.order(plan, role, clock.now(organisation)), role
        on_call = {shift.role for shift in calling.on_call(plan, clock.now(organisation))}
    assert on_call == {"community", "director"}
