"""Who is called first, whom nobody reaches at this hour, and that no circle makes it endless."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st

from tocsin.accounts.models import Organisation, User
from tocsin.plan import calling, hours, people
from tocsin.plan.calling import Callee
from tocsin.plan.models import Contact, Plan, Shift

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=PARIS)
OFFICE = [{"days": [0, 1, 2, 3, 4], "from": "09:00", "until": "18:00"}]
NIGHTS = [{"days": [5], "from": "22:00", "until": "06:00"}]


@pytest.fixture(autouse=True)
def _inside(organisation: Organisation) -> object:
    with scope(organisation=organisation):
        yield


@pytest.fixture
def lucie(organisation: Organisation, claire: User) -> Contact:
    """Lucie Marchand, deputy head of quality."""
    return people.add(organisation, claire, name="Lucie Marchand")


def shift(plan: Plan, contact: Contact, begins: datetime, *, role: str = "", hours_long: int = 24) -> Shift:
    """Put a contact on call."""
    made: Shift = Shift.objects.create(
        organisation=plan.organisation,
        plan=plan,
        role=role,
        contact=contact,
        begins_at=begins,
        ends_at=begins + timedelta(hours=hours_long),
    )
    return made


def called(plan: Plan, at: datetime = MONDAY, role: str = "quality") -> list[tuple[str, str]]:
    """Return who is called, and why."""
    return [(callee.contact.name, callee.why) for callee in calling.order(plan, role, at)]


def test_nobody_is_called_for_a_role_that_nobody_holds(plan: Plan) -> None:
    assert called(plan) == []


def test_who_is_on_call_comes_before_who_holds_the_role_and_deputies_last(
    plan: Plan, nadia: Contact, lawyer: Contact, lucie: Contact, claire: User
) -> None:
    people.seat(plan, "quality", nadia, claire)
    people.set_deputy(nadia, lawyer, claire)
    shift(plan, lucie, MONDAY, role="quality")
    assert called(plan) == [
        ("Lucie Marchand", "on_call"),
        ("Nadia Benali", "seat"),
        ("Maître Olivier Roussel", "deputy"),
    ]


def test_a_shift_for_the_role_comes_before_one_for_the_whole_team(
    plan: Plan, nadia: Contact, lucie: Contact
) -> None:
    shift(plan, nadia, MONDAY - timedelta(hours=5))
    shift(plan, lucie, MONDAY, role="quality")
    assert called(plan) == [("Lucie Marchand", "on_call"), ("Nadia Benali", "on_call")]
    assert called(plan, role="legal") == [("Nadia Benali", "on_call")]


def test_a_shift_holds_from_its_first_moment_until_just_before_its_last(plan: Plan, nadia: Contact) -> None:
    shift(plan, nadia, MONDAY, hours_long=1)
    second = timedelta(seconds=1)
    assert called(plan, MONDAY - second) == []
    assert called(plan, MONDAY) == [("Nadia Benali", "on_call")]
    assert called(plan, MONDAY + timedelta(hours=1) - second) == [("Nadia Benali", "on_call")]
    assert called(plan, MONDAY + timedelta(hours=1)) == []


def test_each_contact_is_called_once_for_the_first_reason(plan: Plan, nadia: Contact, claire: User) -> None:
    people.seat(plan, "quality", nadia, claire)
    shift(plan, nadia, MONDAY)
    shift(plan, nadia, MONDAY, role="quality")
    assert called(plan) == [("Nadia Benali", "on_call")]


def test_deputies_that_lead_back_do_not_make_the_call_endless(
    plan: Plan, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    people.seat(plan, "quality", nadia, claire)
    Contact.objects.filter(pk=nadia.pk).update(deputy=lawyer)
    Contact.objects.filter(pk=lawyer.pk).update(deputy=nadia)
    assert called(plan) == [("Nadia Benali", "seat"), ("Maître Olivier Roussel", "deputy")]


def test_who_said_that_they_no_longer_do_this_is_called_last(
    plan: Plan, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    people.seat(plan, "quality", nadia, claire)
    people.set_deputy(nadia, lawyer, claire)
    Contact.objects.filter(pk=nadia.pk).update(left_at=MONDAY)
    assert called(plan) == [("Maître Olivier Roussel", "deputy"), ("Nadia Benali", "seat")]


def test_several_roles_are_asked_at_the_price_of_one(
    plan: Plan, nadia: Contact, lawyer: Contact, claire: User, django_assert_num_queries: object
) -> None:
    people.seat(plan, "quality", nadia, claire)
    people.seat(plan, "legal", lawyer, claire)
    with django_assert_num_queries(7):  # type: ignore[operator]  # a fixture of pytest-django
        orders = calling.orders(plan, ["quality", "legal", "nobody"], MONDAY)
        everyone = [callee.contact for callees in orders.values() for callee in callees]
        ways = [calling.lines(contact) for contact in everyone if calling.reachable(contact, MONDAY)]
    assert [len(callees) for callees in orders.values()] == [1, 1, 0]
    assert [len(lines) for lines in ways] == [2, 0]


def test_who_decides_is_named_as_such(plan: Plan, nadia: Contact, claire: User) -> None:
    people.seat(plan, "quality", nadia, claire)
    assert calling.deciders(plan, "quality", MONDAY) == [Callee(nadia, "decides")]
    assert calling.deciders(plan, "", MONDAY) == []


def test_lines_that_somebody_doubts_are_tried_last(nadia: Contact, claire: User) -> None:
    phone, mail = nadia.lines.all()
    people.doubt(phone, claire)
    assert calling.lines(nadia) == [mail, phone]


@pytest.mark.parametrize(
    ("spans", "local", "reachable"),
    [
        ([], "2026-11-22T03:00", True),
        (OFFICE, "2026-11-23T08:59", False),
        (OFFICE, "2026-11-23T09:00", True),
        (OFFICE, "2026-11-23T18:00", False),
        (OFFICE, "2026-11-22T12:00", False),
        (NIGHTS, "2026-11-21T23:00", True),
        (NIGHTS, "2026-11-22T05:59", True),
        (NIGHTS, "2026-11-22T06:00", False),
        (NIGHTS, "2026-11-22T23:00", False),
        ([{"days": [6], "from": "", "until": ""}], "2026-11-22T23:59", True),
        ([{"days": [6], "from": "09:00", "until": "25:00"}], "2026-11-22T23:59", True),
        ([{"days": []}], "2026-11-22T03:00", True),
        ([{}], "2026-11-22T03:00", True),
    ],
)
def test_a_contact_is_reachable_in_their_hours(
    nadia: Contact, spans: list[dict[str, object]], local: str, reachable: bool
) -> None:
    nadia.hours = spans
    assert calling.reachable(nadia, datetime.fromisoformat(local).replace(tzinfo=PARIS)) is reachable


def test_hours_are_those_of_the_contacts_own_time_zone(nadia: Contact) -> None:
    nadia.hours, nadia.time_zone = OFFICE, "Indian/Reunion"
    assert calling.reachable(nadia, datetime(2026, 11, 23, 6, tzinfo=PARIS))
    assert not calling.reachable(nadia, datetime(2026, 11, 23, 16, tzinfo=PARIS))


@pytest.mark.parametrize("zone", ["", "Moon/Sea", "../../etc/passwd", "Europe"])
def test_a_time_zone_that_is_none_is_that_of_the_organisation(nadia: Contact, zone: str) -> None:
    nadia.time_zone = zone
    assert calling.zone_of(nadia) == PARIS


def test_the_next_moment_is_the_beginning_of_the_next_hours(nadia: Contact) -> None:
    nadia.hours = OFFICE
    friday_evening = datetime(2026, 11, 20, 19, tzinfo=PARIS)
    assert calling.reachable_from(nadia, friday_evening) == MONDAY
    assert calling.reachable_from(nadia, MONDAY + timedelta(hours=1)) == MONDAY + timedelta(hours=1)


def test_hours_follow_the_clock_on_the_wall_when_it_is_put_forward_and_back(nadia: Contact) -> None:
    nadia.hours = [{"days": [6], "from": "01:30", "until": "03:30"}]
    spring, autumn = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)
    open_in_spring = [calling.reachable(nadia, spring + timedelta(minutes=10 * n)) for n in range(24)]
    open_in_autumn = [calling.reachable(nadia, autumn + timedelta(minutes=10 * n)) for n in range(24)]
    assert (sum(open_in_spring), sum(open_in_autumn)) == (6, 15)


spans = st.lists(
    st.fixed_dictionaries(
        {
            "days": st.lists(st.integers(0, 6), max_size=7),
            "from": st.sampled_from(["", "00:00", "02:30", "09:00", "22:00", "x"]),
            "until": st.sampled_from(["", "00:00", "02:45", "18:00", "06:00"]),
        }
    ),
    max_size=3,
)
moments = st.integers(0, 366 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


@given(spans, moments, st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kathmandu"]))
def test_somebody_can_be_called_within_a_fortnight_whatever_their_hours(
    given_hours: list[dict[str, object]], moment: datetime, zone: str
) -> None:
    opening = hours.opens_at(given_hours, ZoneInfo(zone), moment)
    assert moment <= opening <= moment + timedelta(days=15)
    assert hours.open_at(given_hours, ZoneInfo(zone), opening)
