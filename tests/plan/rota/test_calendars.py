"""Calendars come in and go out: whose they are, what changes, and what a hostile file cannot do."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from django_scopes import scope
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from tocsin.accounts.models import Organisation, User
from tocsin.plan import people
from tocsin.plan.models import Contact, Plan, Shift
from tocsin.plan.rota import calendar_file, calendar_writing, expanding, selectors, taking
from tocsin.plan.rota.events import Event, Person, Reading

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
BEGIN, END = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _inside(organisation: Organisation) -> object:
    with scope(organisation=organisation), override("en"):
        yield


def calendar(*events: str, head: str = "") -> bytes:
    """Return a calendar's file with these events."""
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//t//FR\n{head}{body}END:VCALENDAR\n".encode()


def read(data: bytes) -> Reading:
    """Return what a file says, in Paris."""
    return expanding.read(data, PARIS, BEGIN, END)


NADIA = """UID:1
DTSTART;TZID=Europe/Paris:20261123T090000
DTEND;TZID=Europe/Paris:20261130T090000
SUMMARY:Astreinte
ATTENDEE;CN=Nadia Benali:mailto:nadia@maison-berthier.test"""


def test_an_event_is_read_with_its_people() -> None:
    [event] = read(calendar(NADIA)).events
    assert (event.begins, event.ends) == (
        datetime(2026, 11, 23, 8, tzinfo=UTC),
        datetime(2026, 11, 30, 8, tzinfo=UTC),
    )
    assert event.attendees == (Person("Nadia Benali", "nadia@maison-berthier.test"),)
    assert event.occurrence == ""


def test_a_rule_without_end_is_read_until_the_horizon_and_follows_the_clock_on_the_wall() -> None:
    weekly = NADIA.replace("20261123", "20261019").replace("20261130", "20261026") + "\nRRULE:FREQ=WEEKLY"
    events = read(calendar(weekly)).events
    assert len(events) == 63
    assert {event.begins.astimezone(PARIS).hour for event in events} == {9}
    assert len({event.occurrence for event in events}) == 63


def test_an_occurrence_that_was_moved_keeps_its_name() -> None:
    weekly = NADIA + "\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=Europe/Paris:20261207T090000"
    moved = (
        NADIA.replace("20261123", "20261201").replace("20261130", "20261207")
        + "\nRECURRENCE-ID;TZID=Europe/Paris:20261130T090000"
    )
    events = read(calendar(weekly, moved)).events
    assert [(event.occurrence, event.begins.day) for event in events] == [
        ("20261123T080000Z", 23),
        ("20261130T080000Z", 1),
    ]


@pytest.mark.parametrize(
    ("line", "begins", "floating"),
    [
        ("DTSTART:20261123T090000", "2026-11-23T08:00", True),
        ("DTSTART;TZID=Nowhere/Land:20261123T090000", "2026-11-23T08:00", True),
        ("DTSTART;TZID=Romance Standard Time:20261123T090000", "2026-11-23T08:00", False),
        ("DTSTART;VALUE=DATE:20261123", "2026-11-22T23:00", False),
        ("DTSTART:20261123T090000Z", "2026-11-23T09:00", False),
    ],
)
def test_hours_without_a_zone_are_those_of_the_organisation(line: str, begins: str, floating: bool) -> None:
    [event] = read(calendar(f"UID:1\n{line}\nDURATION:P1D\nSUMMARY:Nadia")).events
    assert event.begins == datetime.fromisoformat(begins).replace(tzinfo=UTC)
    assert event.floating is floating


def test_a_calendar_with_a_zone_of_its_own_gives_it_to_its_hours() -> None:
    data = calendar("UID:1\nDTSTART:20261123T090000\nDURATION:PT8H", head="X-WR-TIMEZONE:America/New_York\n")
    assert read(data).events[0].begins == datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("UID:1\nSUMMARY:x", "broken"),
        ("UID:1\nDTSTART:yesterday", "broken"),
        ("UID:1\nDTSTART:20261123T090000Z\nDTEND:20261122T090000Z", "backwards"),
        ("UID:1\nDTSTART:20261123T090000Z\nDTEND:20261123T090000Z", "backwards"),
        ("UID:1\nDTSTART:20261123T090000Z", "backwards"),
        ("UID:1\nDTSTART:20261123T090000Z\nDURATION:-P1D", "backwards"),
        ("UID:1\nDTSTART:20261123T090000Z\nDTEND:20361123T090000Z", "too_long"),
        ("UID:1\nDTSTART:20261123T090000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY", "too_often"),
        ("UID:1\nDTSTART:20261123T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYMINUTE=1,2", "too_often"),
        ("UID:1\nDTSTART:20261123T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;INTERVAL=0", "broken"),
        ("UID:1\nDTSTART:00010101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY", "broken"),
        ("UID:1\nDTSTART:20261123T090000Z\n" + "ATTENDEE:mailto:a@b.test\n" * 10_000, "too_many_people"),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_a_shift_is_refused_with_why_and_the_others_are_read(
    event: str, why: str
) -> None:
    reading = read(calendar(event, NADIA.replace("UID:1", "UID:2")))
    assert [refused.why for refused in reading.refused] == [why]
    assert [kept.uid for kept in reading.events] == ["2"]
    assert str(calendar_file.REASONS[why])


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: calendar(text, NADIA)))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    reading = read(data)
    assert reading.problem in {"", "no_calendar"}
    assert all(event.begins < event.ends for event in reading.events)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no calendar"),
        (b"\xff\x00" * 50, "no calendar"),
        (b"Nom;Prenom\nBenali;Nadia\n", "no calendar"),
        (b"BEGIN:VCARD\nEND:VCARD\n", "no calendar"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" * 20_000, "no calendar"),
        (b" " * (calendar_file.LARGEST + 1), "larger than 2 MB"),
        (calendar(*[f"UID:{n}\nDTSTART:20261123T090000Z" for n in range(2001)]), "more than 2000"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(calendar_file.NoCalendar, match=said):
        calendar_file.read_file(data, PARIS, NOW)


def test_a_file_that_is_made_to_be_slow_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_file, "SECONDS", 2)
    never = "DTSTART:20260101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31"
    with pytest.raises(calendar_file.NoCalendar, match="too long"):
        calendar_file.read_file(calendar(*[f"UID:{n}\n{never}" for n in range(500)]), PARIS, NOW)


def event(**changed: object) -> Event:
    """Return the event of a week on call."""
    usual: dict[str, object] = {
        "uid": "1",
        "begins": datetime(2026, 11, 23, 8, tzinfo=UTC),
        "ends": datetime(2026, 11, 30, 8, tzinfo=UTC),
    }
    return Event(**{**usual, **changed})  # type: ignore[arg-type]  # as tests give them


@pytest.mark.parametrize(
    ("of_event", "who"),
    [
        ({"attendees": (Person("", "NADIA@maison-berthier.test"),)}, ["Nadia Benali"]),
        ({"attendees": (Person("nadia  BENALI"),)}, ["Nadia Benali"]),
        ({"attendees": (Person("Luc"), Person("Nadia Benali"))}, ["Nadia Benali"]),
        (
            {"title": "Astreinte : Maître Olivier Roussel / Nadia Benali"},
            ["Maître Olivier Roussel", "Nadia Benali"],
        ),
        ({"title": "Astreinte Nadia"}, ["Nadia Benali"]),
        ({"title": "Astreinte", "organiser": Person("Nadia Benali")}, ["Nadia Benali"]),
        ({"title": "Astreinte Nadia", "organiser": Person("Maître Olivier Roussel")}, ["Nadia Benali"]),
        ({"title": "Astreinte Nadine"}, []),
        ({"title": ""}, []),
        ({"title": "Nadia", "cancelled": True}, []),
    ],
)  # fmt: skip
def test_people_are_known_by_address_name_or_title(
    plan: Plan, nadia: Contact, lawyer: Contact, of_event: dict[str, object], who: list[str]
) -> None:
    found = taking.proposed(plan, [event(**of_event)])
    assert sorted(one.contact.name for one in found.new) == sorted(who)


def test_a_first_name_that_two_bear_names_nobody(
    plan: Plan, organisation: Organisation, nadia: Contact, claire: User
) -> None:
    people.add(organisation, claire, name="Nadia Petit")
    found = taking.proposed(plan, [event(title="Astreinte Nadia")])
    assert (found.new, dict(found.unknown)) == ((), {"Astreinte Nadia": 1})


def test_somebody_says_whom_an_unknown_name_means(plan: Plan, nadia: Contact) -> None:
    events = [event(attendees=(Person("La petite", "np@poste.test"),)), event(uid="2", title="Cellule")]
    assert dict(taking.proposed(plan, events).unknown) == {"La petite": 1, "Cellule": 1}
    found = taking.proposed(plan, events, told={"La petite": nadia, "Cellule": nadia})
    assert ([one.uid for one in found.new], dict(found.unknown)) == (["1", "2"], {})


def test_an_event_of_the_category_of_a_role_is_for_that_role(plan: Plan, nadia: Contact) -> None:
    titled = {role.id: role.title["fr"] for role in plan.versions.get().document.roles}
    events = [
        event(title="Nadia Benali", labels=("Rouge", titled["quality"].upper())),
        event(uid="2", title="Nadia Benali"),
    ]
    found = taking.proposed(plan, events, role="legal")
    assert [one.role for one in found.new] == ["quality", "legal"]


def test_the_same_calendar_taken_again_changes_and_never_doubles(
    plan: Plan, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    first = event(title="Nadia Benali")
    taking.take(plan, taking.proposed(plan, [first, event(uid="2", title="Nadia Benali")]), claire)
    again = taking.proposed(plan, [first])
    assert (again.new, again.changed, again.removed, again.same) == ((), (), (), 1)
    longer = event(title="Nadia Benali", ends=datetime(2026, 12, 1, 8, tzinfo=UTC))
    taking.take(plan, taking.proposed(plan, [longer]), claire)
    assert plan.shifts.get(uid="1").ends_at.day == 1
    given_away = event(title="Maître Olivier Roussel")
    taking.take(plan, taking.proposed(plan, [given_away]), claire)
    assert [shift.contact for shift in plan.shifts.filter(uid="1")] == [lawyer]
    taking.take(plan, taking.proposed(plan, [event(cancelled=True)]), claire)
    assert [shift.uid for shift in plan.shifts.all()] == ["2"]


def test_an_event_of_nobody_known_leaves_what_stood_for_it(plan: Plan, nadia: Contact, claire: User) -> None:
    taking.take(plan, taking.proposed(plan, [event(title="Nadia Benali")]), claire)
    found = taking.proposed(plan, [event(title="Quelqu’un")])
    assert found.removed == ()


def test_a_rota_goes_out_and_comes_back_as_it_was(
    plan: Plan, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    both = event(title="Nadia Benali, Maître Olivier Roussel", labels=("quality",))
    recurring = [event(uid="9", title="Nadia Benali", occurrence=f"202611{day}T080000Z") for day in (23, 24)]
    taking.take(plan, taking.proposed(plan, [both, *recurring]), claire)
    shifts = selectors.upcoming(plan, NOW)
    data = calendar_writing.written(plan, shifts, {"quality": "Qualité"}, NOW)
    assert b"612345678" not in data
    assert b"maison-berthier.test" not in data
    assert len(Calendar.from_ical(data).walk("VEVENT")) == 3
    found = taking.proposed(plan, read(data).events)
    assert (found.new, found.removed, dict(found.unknown)) == ((), (), {})
    assert {one.role for _shift, one in found.changed} <= {"", "quality"}
    assert Shift.objects.count() == 4
