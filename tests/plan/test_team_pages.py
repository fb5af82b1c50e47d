"""Each role says who holds it and what it lacks, and who is called next."""

from __future__ import annotations

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from tests.plan.answers import HOSTILE, form, words
from tocsin.accounts.models import User
from tocsin.plan import people
from tocsin.plan.models import Contact, Plan, Seat

TEAM = "/plan/maison-berthier/team/"


def test_the_team_says_what_each_role_lacks(tab: Client, plan: Plan, lawyer: Contact, claire: User) -> None:
    with scopes_disabled():
        people.seat(plan, "legal", lawyer, claire)
    said = words(tab.get(TEAM))
    assert "Nobody holds this role" in said
    assert "Maître Olivier Roussel is alone." in said
    assert "Maître Olivier Roussel cannot be reached" in said


def test_a_role_is_given_ordered_and_taken_away_with_undo(
    tab: Client, plan: Plan, nadia: Contact, lawyer: Contact
) -> None:
    for contact in (nadia, lawyer):
        tab.post(f"{TEAM}seat/", {"role": "quality", "contact": contact.pk})
    with scopes_disabled():
        first, second = plan.seats.filter(role="quality")
    tab.post(f"{TEAM}{second.pk}/first/")
    said = words(tab.post(f"{TEAM}{second.pk}/unseat/", follow=True)).partition('class="toasts"')[2]
    undo = said.partition('action="')[2].partition('"')[0].replace("&amp;", "&")
    tab.post(undo)
    with scopes_disabled():
        assert [seat.contact_id for seat in plan.seats.filter(role="quality")] == [lawyer.pk, nadia.pk]
    assert first.contact_id == nadia.pk


def test_a_number_that_nobody_confirmed_is_lacking_too(
    tab: Client, plan: Plan, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    with scopes_disabled():
        for contact in (nadia, lawyer):
            people.seat(plan, "quality", contact, claire)
    assert "Nobody has confirmed lately how Nadia Benali is reached" in words(tab.get(TEAM))
    with scopes_disabled():
        people.confirm(nadia.lines.get(means="voice"), claire)
    assert "how Nadia Benali is reached" not in words(tab.get(TEAM))


def test_the_chain_of_call_goes_on_to_the_deputies(
    tab: Client, plan: Plan, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    with scopes_disabled():
        people.set_deputy(nadia, lawyer, claire)
        people.seat(plan, "quality", nadia, claire)
    rows = tab.get(TEAM).context["rows"]
    quality = next(role for role, _free in rows if role.name == "quality")
    assert [contact.name for contact in quality.chain] == ["Nadia Benali", "Maître Olivier Roussel"]


@pytest.mark.parametrize("role", ["", "astronaut", HOSTILE, "x" * 10_000])
def test_a_role_that_the_plan_does_not_know_is_not_given(
    tab: Client, plan: Plan, nadia: Contact, role: str
) -> None:
    said = words(tab.post(f"{TEAM}seat/", {"role": role, "contact": nadia.pk}, follow=True))
    assert "no such role" in said
    with scopes_disabled():
        assert not Seat.objects.exists()


@pytest.mark.parametrize("contact", ["-1", "²", "1" * 40, "one"])
def test_a_contact_that_is_no_number_is_not_found(tab: Client, plan: Plan, contact: str) -> None:
    assert tab.post(f"{TEAM}seat/", {"role": "quality", "contact": contact}).status_code == 404


def test_a_role_that_only_people_still_hold_is_shown_to_be_taken_away(
    tab: Client, plan: Plan, nadia: Contact, claire: User
) -> None:
    with scopes_disabled():
        people.seat(plan, "astronaut", nadia, claire)
    assert "the plan speaks of this role no more" in words(tab.get(TEAM))


def test_a_new_contact_can_be_made_for_a_role(tab: Client, plan: Plan) -> None:
    answer = tab.post("/contacts/add/?plan=maison-berthier&role=quality", form())
    assert answer.headers["Location"] == TEAM
    with scopes_disabled():
        assert plan.seats.get(role="quality").contact.name == "Nadia Benali"
