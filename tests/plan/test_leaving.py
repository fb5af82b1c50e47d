"""Somebody who holds a role goes: what rests on them is shown before, and somebody takes over after."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django_scopes import scope

from tests.plan.answers import words
from tocsin import clock
from tocsin.accounts.models import Membership, Organisation, User
from tocsin.plan import calling, leaving, people, selectors, selectors_people
from tocsin.plan.models import Contact, Plan, Shift
from tocsin.plan.rota import actions


@pytest.fixture(autouse=True)
def _inside(organisation: Organisation) -> object:
    with scope(organisation=organisation):
        yield


@pytest.fixture
def busy(plan: Plan, nadia: Contact, lawyer: Contact, claire: User) -> Contact:
    """Nadia, who holds a role alone and one with the lawyer, is on call, and stands in for the lawyer."""
    people.seat(plan, "quality", nadia, claire)
    people.seat(plan, "legal", lawyer, claire)
    people.seat(plan, "legal", nadia, claire)
    people.set_deputy(lawyer, nadia, claire)
    now = clock.now(plan.organisation_id)
    actions.add(plan, claire, contact=nadia, begins_at=now, ends_at=now + timedelta(days=1))
    actions.add(
        plan, claire, contact=nadia, begins_at=now - timedelta(days=2), ends_at=now - timedelta(days=1)
    )
    return nadia


def test_what_rests_on_somebody_is_shown_before_they_go(tab: Client, busy: Contact, lawyer: Contact) -> None:
    said = words(tab.get(f"/contacts/{busy.pk}/remove/"))
    assert "One role would stand empty" in said
    assert "of the protocols without anybody" in said
    assert "One shift would be covered by nobody" in said
    assert "They are no longer the deputy of:" in said
    assert f'<option value="{lawyer.pk}"' in said


def test_whoever_takes_over_holds_the_roles_and_the_shifts(
    tab: Client, plan: Plan, busy: Contact, lawyer: Contact, claire: User
) -> None:
    lucie = people.add(plan.organisation, claire, name="Lucie Marchand")
    assert "has taken over" in words(
        tab.post(f"/contacts/{busy.pk}/remove/", {"heir": lucie.pk}, follow=True)
    )
    assert {(seat.role, seat.contact) for seat in plan.seats.all()} == {
        ("quality", lucie),
        ("legal", lawyer),
        ("legal", lucie),
    }
    assert [shift.contact for shift in Shift.objects.all()] == [lucie]
    lawyer.refresh_from_db()
    assert lawyer.deputy == lucie


def test_nobody_takes_a_role_twice_nor_stands_in_for_themselves(
    tab: Client, plan: Plan, busy: Contact, lawyer: Contact
) -> None:
    tab.post(f"/contacts/{busy.pk}/remove/", {"heir": lawyer.pk})
    assert sorted(seat.role for seat in plan.seats.filter(contact=lawyer)) == ["legal", "quality"]
    lawyer.refresh_from_db()
    assert lawyer.deputy is None


def test_without_anybody_who_takes_over_roles_stand_empty_and_the_rota_has_a_gap(
    tab: Client, plan: Plan, busy: Contact, lawyer: Contact
) -> None:
    for wrong in ("", "x", "9" * 40):
        assert tab.get(f"/contacts/{busy.pk}/remove/?heir={wrong}").status_code == 200
    tab.post(f"/contacts/{busy.pk}/remove/", {"heir": str(busy.pk)})
    assert not Shift.objects.exists()
    assert [seat.contact for seat in plan.seats.all()] == [lawyer]
    assert calling.order(plan, "quality", clock.now(plan.organisation_id)) == []


@pytest.mark.parametrize("how", ["deactivated", "removed", "deleted"])
def test_a_member_who_left_keeps_being_called_and_is_shown_until_somebody_decides(
    how: str, plan: Plan, organisation: Organisation, yanis: User, claire: User
) -> None:
    contact = people.add_member(organisation, yanis, claire)
    people.seat(plan, "community", contact, claire)
    assert "former" not in {gap.code for gap in selectors.readiness_of(plan).gaps}
    if how == "deactivated":
        User.objects.filter(pk=yanis.pk).update(is_active=False)
    elif how == "removed":
        Membership.objects.filter(user=yanis).delete()
    else:
        yanis.delete()
    assert [callee.contact for callee in calling.order(plan, "community", clock.now(organisation))] == [
        contact
    ]
    lacks = next(role.lacks for role in selectors_people.shown_roles(plan, "en") if role.name == "community")
    gaps = {gap.code for gap in selectors.readiness_of(plan).gaps}
    known_as_gone = how != "deleted"
    assert any("sign in" in lack or "connecter" in lack for lack in lacks) is known_as_gone
    assert ("former" in gaps) is known_as_gone


def test_what_rests_on_nobody_is_nothing(lawyer: Contact) -> None:
    assert not leaving.rests_on(lawyer, "fr").anything
