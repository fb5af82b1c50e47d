"""A rota says who is on call at any hour, what nobody covers, and who takes turns."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st

from tocsin.accounts.models import Organisation, User
from tocsin.journal.models import Entry
from tocsin.plan import calling
from tocsin.plan.models import Contact, Plan, Shift
from tocsin.plan.rota import actions, coverage, days, selectors, turns, words

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=PARIS)
WEEK = timedelta(weeks=1)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _inside(organisation: Organisation) -> object:
    with scope(organisation=organisation), override("en"):
        yield


def unsaved(begins: int, ends: int, *, role: str = "", who: int = 1) -> Shift:
    """Return a shift from one hour after Monday's handover to another."""
    contact = Contact(pk=who, name=f"Contact {who}")
    return Shift(role=role, contact=contact, begins_at=MONDAY + begins * HOUR, ends_at=MONDAY + ends * HOUR)


def hours(found: list[coverage.Gap]) -> list[tuple[str, float, float | None]]:
    """Return gaps in hours after Monday's handover."""
    return [
        (gap.role, (gap.begins - MONDAY) / HOUR, (gap.ends - MONDAY) / HOUR if gap.ends else None)
        for gap in found
    ]


def test_hours_between_two_shifts_and_after_the_last_are_gaps() -> None:
    shifts = [unsaved(0, 5), unsaved(4, 6), unsaved(8, 10)]
    assert hours(coverage.gaps(shifts, MONDAY - HOUR, MONDAY + 12 * HOUR)) == [
        ("", -1, 0),
        ("", 6, 8),
        ("", 10, None),
    ]


def test_without_a_shift_for_the_whole_team_each_role_is_looked_at() -> None:
    shifts = [unsaved(0, 5, role="legal"), unsaved(3, 12, role="quality")]
    assert hours(coverage.gaps(shifts, MONDAY, MONDAY + 12 * HOUR)) == [("quality", 0, 3), ("legal", 5, None)]


def test_a_plan_without_shifts_has_no_gaps_to_tell_of() -> None:
    assert coverage.gaps([], MONDAY, MONDAY + WEEK) == []


def test_two_contacts_for_the_same_hours_are_told_once_for_the_whole_time() -> None:
    shifts = [unsaved(0, 10), unsaved(2, 8, who=2), unsaved(3, 4), unsaved(2, 8, role="legal", who=3)]
    found = coverage.overlaps(shifts)
    assert [(one.role, (one.begins - MONDAY) / HOUR, (one.ends - MONDAY) / HOUR) for one in found] == [
        ("", 2, 8)
    ]
    assert {contact.pk for contact in found[0].contacts} == {1, 2}


spans = st.lists(st.tuples(st.integers(-5, 30), st.integers(1, 20)), max_size=12)


@given(spans)
def test_each_hour_is_covered_or_in_a_gap_and_never_both(given_spans: list[tuple[int, int]]) -> None:
    shifts = [unsaved(begins, begins + long) for begins, long in given_spans]
    gaps = coverage.gaps(shifts, MONDAY, MONDAY + 24 * HOUR)
    for hour in range(24):
        moment = MONDAY + hour * HOUR
        covered = any(shift.begins_at <= moment < shift.ends_at for shift in shifts)
        in_gap = any(gap.begins <= moment and (gap.ends is None or moment < gap.ends) for gap in gaps)
        assert covered != in_gap or not shifts


def test_weeks_are_taken_in_turn_at_the_same_hour_whatever_summer_does() -> None:
    found = list(turns.weeks(["Nadia", "Olivier"], date(2026, 10, 19), time(9), 3, PARIS))
    assert [who for who, _begins, _ends in found] == ["Nadia", "Olivier", "Nadia"]
    assert [begins.astimezone(PARIS).strftime("%d %H:%M") for _who, begins, _ends in found] == [
        "19 09:00",
        "26 09:00",
        "02 09:00",
    ]
    assert found[0][2] - found[0][1] == WEEK + HOUR
    assert found[0][2] == found[1][1]


def test_a_rotation_is_planned_and_taken_back_as_one(
    plan: Plan, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    uid = actions.add_turns(
        plan, claire, [nadia, lawyer], role="", first=date(2026, 11, 23), at=time(9), weeks=4
    )
    assert [shift.contact for shift in plan.shifts.all()] == [nadia, lawyer, nadia, lawyer]
    assert calling.order(plan, "quality", MONDAY + WEEK)[0].contact == lawyer
    assert actions.remove_series(plan, uid, claire, since=MONDAY + WEEK) == 3
    assert actions.remove_series(plan, uid, claire) == 1
    assert not plan.shifts.exists()


@pytest.mark.parametrize("weeks", [0, -1, 1000])
def test_a_rotation_of_no_week_or_of_too_many_is_refused(
    plan: Plan, nadia: Contact, claire: User, weeks: int
) -> None:
    with pytest.raises(actions.Impossible):
        actions.add_turns(plan, claire, [nadia], role="", first=date(2026, 11, 23), at=time(9), weeks=weeks)


@pytest.mark.parametrize("long", [timedelta(0), -HOUR, timedelta(days=93)])
def test_a_shift_ends_after_it_begins_and_within_three_months(
    plan: Plan, nadia: Contact, claire: User, long: timedelta
) -> None:
    with pytest.raises(actions.Impossible):
        actions.add(plan, claire, contact=nadia, begins_at=MONDAY, ends_at=MONDAY + long)


def test_two_contacts_exchange_their_shifts_and_exchange_them_back(
    plan: Plan, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    mine = actions.add(plan, claire, contact=nadia, begins_at=MONDAY, ends_at=MONDAY + WEEK)
    theirs = actions.add(plan, claire, contact=lawyer, begins_at=MONDAY + WEEK, ends_at=MONDAY + 2 * WEEK)
    actions.swap(mine, theirs, claire)
    assert [shift.contact for shift in plan.shifts.all()] == [lawyer, nadia]
    actions.swap(mine, theirs, claire)
    assert [shift.contact for shift in plan.shifts.all()] == [nadia, lawyer]
    with pytest.raises(actions.Impossible, match="nothing to swap"):
        actions.swap(mine, mine, claire)


def test_a_removed_shift_is_put_back_once(plan: Plan, nadia: Contact, claire: User) -> None:
    shift = actions.add(plan, claire, contact=nadia, begins_at=MONDAY, ends_at=MONDAY + WEEK, note="clés")
    kept = selectors.kept(shift)
    actions.remove(shift, claire)
    again = actions.restore(plan, selectors.unkept(kept), claire)
    assert (again.begins_at, again.ends_at, again.uid, again.note) == (
        MONDAY,
        MONDAY + WEEK,
        shift.uid,
        "clés",
    )
    with pytest.raises(actions.Impossible, match="stands again"):
        actions.restore(plan, selectors.unkept(kept), claire)
    with pytest.raises(actions.Impossible, match="removed meanwhile"):
        actions.remove(shift, claire)


def test_saving_the_same_shift_is_no_change(plan: Plan, nadia: Contact, claire: User) -> None:
    shift = actions.add(plan, claire, contact=nadia, begins_at=MONDAY, ends_at=MONDAY + WEEK)
    before = Entry.objects.count()
    actions.change(shift, claire, contact=nadia, begins_at=MONDAY, ends_at=MONDAY + WEEK)
    assert Entry.objects.count() == before
    actions.change(shift, claire, ends_at=MONDAY + HOUR)
    assert Entry.objects.count() == before + 1


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_any_day_is_in_the_first_of_five_whole_weeks(day: date) -> None:
    span = days.weeks_of(day)
    assert span.first.weekday() == 0
    assert span.last - span.first == 5 * WEEK
    assert span.first <= day < span.first + WEEK
    assert days.weeks_of(span.before).last == span.first
    assert days.weeks_of(span.after).first == span.last


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(hours=2), "today"),
        (timedelta(days=1), "tomorrow"),
        (timedelta(days=-1), "yesterday"),
        (WEEK, "Monday 30 November"),
        (8 * WEEK, "Monday 18 January 2027"),
    ],
)
def test_a_moment_is_said_as_one_says_it(ahead: timedelta, said: str) -> None:
    assert words.moment(MONDAY + ahead, MONDAY).startswith(f"{said}, ")


def test_each_day_says_from_when_until_when_somebody_is_on_call() -> None:
    span = days.week_of(date(2026, 11, 23))
    shifts = [unsaved(0, 48), unsaved(50, 52)]
    gaps = coverage.gaps(shifts, MONDAY, span.ends(PARIS))
    found = days.days(span, shifts, gaps, zone=PARIS, today=date(2026, 11, 24), titles={})
    said = [[(one.hours, one.begins) for one in day.shifts] for day in found]
    with_times = [[(bool(hours), begins) for hours, begins in day] for day in said]
    assert with_times == [[(True, True)], [(False, False)], [(True, False), (True, True)], [], [], [], []]
    assert [bool(day.gaps) for day in found] == [False, False, True, True, True, True, True]
    assert [day.today for day in found].index(True) == 1
    assert [day.still for day in found] == [False, False, False, True, True, True, True]


def test_the_day_the_clock_is_put_back_is_one_day_of_twenty_five_hours() -> None:
    span = days.week_of(date(2026, 10, 25))
    shift = Shift(
        contact=Contact(pk=1, name="Nadia"),
        begins_at=datetime(2026, 10, 24, 22, tzinfo=UTC),
        ends_at=datetime(2026, 10, 25, 23, tzinfo=UTC),
    )
    found = days.days(span, [shift], [], zone=PARIS, today=date(2026, 1, 1), titles={})
    assert [[one.hours for one in day.shifts] for day in found] == [[], [], [], [], [], [], [""]]
