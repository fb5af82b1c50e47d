"""The rota's pages: read by everyone, changed by responders, in the time of the organisation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_scopes import scope, scopes_disabled
from pytest_django import Settings

from tests.conftest import member
from tests.plan.answers import HOSTILE, words
from tests.plan.rota.test_calendars import NADIA, calendar
from tocsin import clock
from tocsin.accounts.models import Membership, Organisation, User
from tocsin.clock.simulated import simulated
from tocsin.plan import people
from tocsin.plan.models import Contact, Feed, Plan, Shift
from tocsin.plan.rota import actions

ROTA = "/plan/maison-berthier/rota/"
NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True)
def _in_november() -> object:
    with simulated(NOW):
        yield


@pytest.fixture
def shift(plan: Plan, nadia: Contact, claire: User) -> Shift:
    """Nadia is on call this week."""
    with scope(organisation=plan.organisation):
        return actions.add(plan, claire, contact=nadia, begins_at=MONDAY, ends_at=MONDAY + WEEK)


def test_an_empty_rota_says_what_it_is_for(tab: Client, plan: Plan) -> None:
    said = words(tab.get(ROTA))
    assert "Nobody is on call yet" in said
    assert f'href="{ROTA}turns/"' in said


def test_the_page_says_who_is_on_call_now_until_when_and_what_nobody_covers(
    tab: Client, shift: Shift
) -> None:
    said = words(tab.get(ROTA))
    assert "Nadia Benali" in said
    assert 'href="tel:+33612345678"' in said
    assert "until Monday 30 November, 9:00" in said
    assert "nobody is planned after" in said


@pytest.mark.parametrize(
    "asked",
    [
        "?view=week",
        "?view=weeks&on=2026-12-31",
        "?on=2026-02-30",
        "?on=0001-01-01",
        "?on=9999-12-31",
        "?view=century&on=x",
    ],
)
def test_any_span_can_be_asked_for(tab: Client, shift: Shift, asked: str) -> None:
    assert tab.get(f"{ROTA}{asked}").status_code == 200


def test_a_shift_is_added_in_the_time_of_the_organisation(tab: Client, plan: Plan, nadia: Contact) -> None:
    sent = {"contact": nadia.pk, "begins_at": "2026-12-01T09:00", "ends_at": "2026-12-02T09:00"}
    assert tab.post(f"{ROTA}add/", sent).headers["Location"] == f"{ROTA}?on=2026-12-01"
    with scopes_disabled():
        assert Shift.objects.get().begins_at == datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"contact": ""}, "Choose who is on call."),
        ({"contact": "999999999999999999999"}, "999999999999999999999"),
        ({"ends_at": "2026-12-01T08:00"}, "ends after it begins"),
        ({"ends_at": "2027-12-01T08:00"}, "three months"),
        ({"begins_at": "2126-12-01T08:00", "ends_at": "2126-12-02T08:00"}, "years away"),
        ({"begins_at": "tomorrow"}, "Write a day and a time."),
        ({"begins_at": "0000-00-00T00:00"}, "Write a day and a time."),
        ({"begins_at": "2026-10-25T02:30", "ends_at": "2026-10-26T02:30"}, "may be ambiguous"),
        ({"role": "emperor"}, "emperor"),
        ({"note": "x" * 1000}, "200"),
    ],
)
def test_a_shift_that_cannot_be_is_refused_in_words(
    tab: Client, plan: Plan, nadia: Contact, wrong: dict[str, str], said: str
) -> None:
    right = {"contact": nadia.pk, "begins_at": "2026-12-01T09:00", "ends_at": "2026-12-02T09:00"}
    answer = tab.post(f"{ROTA}add/", {**right, **wrong})
    assert answer.status_code == 200
    assert said in words(answer)
    with scopes_disabled():
        assert not Shift.objects.exists()


def test_a_shift_is_changed_removed_and_put_back(tab: Client, shift: Shift, lawyer: Contact) -> None:
    page = f"{ROTA}{shift.pk}/"
    assert 'value="2026-11-23T09:00"' in words(tab.get(page))
    sent = {
        "contact": lawyer.pk,
        "begins_at": "2026-11-23T09:00",
        "ends_at": "2026-11-27T18:00",
        "note": HOSTILE,
    }
    tab.post(page, sent)
    shift.refresh_from_db()
    assert (shift.contact, shift.ends_at) == (lawyer, datetime(2026, 11, 27, 17, tzinfo=UTC))
    assert "<script>alert" not in words(tab.get(page))
    said = words(tab.post(f"{page}remove/", follow=True))
    undo = said.partition(f'action="{ROTA}restore/')[2].partition('"')[0].replace("&amp;", "&")
    tab.post(f"{ROTA}restore/{undo}")
    with scopes_disabled():
        assert Shift.objects.get().contact == lawyer
    tab.post(f"{ROTA}restore/?shift=forged")
    with scopes_disabled():
        assert Shift.objects.count() == 1


def test_two_shifts_are_swapped_and_swapped_back(
    tab: Client, plan: Plan, shift: Shift, lawyer: Contact, claire: User
) -> None:
    with scope(organisation=plan.organisation):
        other = actions.add(plan, claire, contact=lawyer, begins_at=MONDAY + WEEK, ends_at=MONDAY + 2 * WEEK)
    assert f'value="{other.pk}"' in words(tab.get(f"{ROTA}{shift.pk}/"))
    tab.post(f"{ROTA}{shift.pk}/swap/", {"with": other.pk})
    shift.refresh_from_db()
    assert shift.contact == lawyer
    tab.post(f"{ROTA}{shift.pk}/swap/?with={other.pk}")
    shift.refresh_from_db()
    assert shift.contact_id != lawyer.pk
    for wrong in ("", "x", "9" * 40):
        assert tab.post(f"{ROTA}{shift.pk}/swap/", {"with": wrong}).status_code == 302


def test_a_rotation_is_planned_and_taken_back(
    tab: Client, plan: Plan, nadia: Contact, lawyer: Contact
) -> None:
    sent = {"first": "2026-11-30", "at": "09:00", "weeks": "3", "who_1": nadia.pk, "who_2": lawyer.pk}
    said = words(tab.post(f"{ROTA}turns/", sent, follow=True))
    assert "Weeks planned: 3." in said
    undo = said.partition(f'action="{ROTA}turns/remove/')[2].partition('"')[0].replace("&amp;", "&")
    with scopes_disabled():
        assert [one.contact for one in Shift.objects.all()] == [nadia, lawyer, nadia]
    tab.post(f"{ROTA}turns/remove/{undo}")
    with scopes_disabled():
        assert not Shift.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"who_1": ""}, "Choose who takes the first week."),
        ({"weeks": "0"}, "1"),
        ({"weeks": "5000"}, "104"),
        ({"first": "0001-01-01"}, "years away"),
        ({"at": "25:00"}, "such as 09:00"),
    ],
)
def test_a_rotation_that_cannot_be_is_refused_in_words(
    tab: Client, plan: Plan, nadia: Contact, wrong: dict[str, str], said: str
) -> None:
    sent = {"first": "2026-11-30", "at": "09:00", "weeks": "3", "who_1": nadia.pk, **wrong}
    assert said in words(tab.post(f"{ROTA}turns/", sent))
    with scopes_disabled():
        assert not Shift.objects.exists()


def test_a_calendar_is_looked_at_then_taken(tab: Client, plan: Plan, nadia: Contact, lawyer: Contact) -> None:
    unknown = NADIA.replace("UID:1", "UID:2").replace("Nadia Benali", "Olive").replace("nadia@", "olive@")
    upload = SimpleUploadedFile("rota.ics", calendar(NADIA, unknown, "UID:3\nDTSTART:x\nSUMMARY:Pont"))
    answer = tab.post(f"{ROTA}import/", {"file": upload})
    said = words(answer)
    assert "1 shift would be added" in said
    assert "Olive" in said
    assert "Pont" in said
    with scopes_disabled():
        assert not Shift.objects.exists()
    again = {"events": answer.context["events"], "name": "Olive", "who": lawyer.pk}
    assert "2 shifts would be added" in words(tab.post(f"{ROTA}import/", again))
    tab.post(f"{ROTA}import/", {**again, "take": "1"})
    with scopes_disabled():
        assert {one.contact for one in Shift.objects.all()} == {nadia, lawyer}
    assert "Nothing to change" in words(tab.post(f"{ROTA}import/", {**again, "take": "1"}, follow=True))


@pytest.mark.parametrize("events", ["", "[", "{}", '[{"uid":"1"}]', "[" * 5000, '[{"uid":5}]'])
def test_what_a_browser_made_up_is_not_taken(tab: Client, plan: Plan, events: str) -> None:
    assert tab.post(f"{ROTA}import/", {"events": events, "take": "1"}).status_code == 302
    with scopes_disabled():
        assert not Shift.objects.exists()


def test_a_file_that_is_no_calendar_is_refused_on_the_page(tab: Client, plan: Plan) -> None:
    answer = tab.post(f"{ROTA}import/", {"file": SimpleUploadedFile("rota.ics", b"%PDF-1.7")})
    assert "This file is no calendar" in words(answer)


def test_an_observer_reads_and_changes_nothing(client: Client, paul: User, shift: Shift) -> None:
    client.force_login(paul)
    assert client.get(ROTA).status_code == 200
    assert client.get("/plan/maison-berthier/rota.ics").status_code == 200
    for address in ("add/", "turns/", "import/", f"{shift.pk}/"):
        assert client.get(f"{ROTA}{address}").status_code == 403
    for address in (f"{shift.pk}/remove/", f"{shift.pk}/swap/", "restore/", "turns/remove/"):
        assert client.post(f"{ROTA}{address}").status_code == 403


def test_another_organisations_people_are_not_put_on_call(
    tab: Client, plan: Plan, shift: Shift, other_organisation: Organisation
) -> None:
    stranger = member(other_organisation, "Luc Lacaze", "luc@lacaze.test", "lead").user
    with scope(organisation=other_organisation):
        theirs = people.add(other_organisation, stranger, name="Secret Lacaze")
    sent = {"contact": theirs.pk, "begins_at": "2026-12-01T09:00", "ends_at": "2026-12-02T09:00"}
    assert tab.post(f"{ROTA}add/", sent).status_code == 200
    tab.force_login(stranger)
    assert tab.get(ROTA).status_code == 404
    assert tab.post(f"{ROTA}{shift.pk}/remove/").status_code == 404


def made(tab: Client) -> str:
    """Make Yanis's address and return it."""
    tab.post(f"{ROTA}subscribe/make/")
    return words(tab.get(f"{ROTA}subscribe/")).partition("https://tocsin.test")[2].partition("<")[0]


def test_a_calendar_subscribes_without_signing_in_until_the_address_is_void(
    tab: Client, client: Client, shift: Shift, settings: Settings
) -> None:
    settings.URL = "https://tocsin.test"
    address = made(tab)
    assert address == made(tab) or address.startswith("/p/rota/")
    address = made(tab)
    stranger = Client()
    answer = stranger.get(address)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert b"Nadia Benali" in answer.content
    assert b"612345678" not in answer.content
    assert stranger.get(address.replace("/p/rota/", "/p/rota/x")).status_code == 404
    tab.post(f"{ROTA}subscribe/revoke/")
    assert stranger.get(address).status_code == 404


def test_a_new_address_voids_the_old_one(tab: Client, shift: Shift, settings: Settings) -> None:
    settings.URL = "https://tocsin.test"
    old, new = made(tab), made(tab)
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200


@pytest.mark.parametrize("how", ["inactive", "no member"])
def test_who_left_reads_the_rota_no_more(
    tab: Client, shift: Shift, yanis: User, settings: Settings, how: str
) -> None:
    settings.URL = "https://tocsin.test"
    address = made(tab)
    if how == "inactive":
        User.objects.filter(pk=yanis.pk).update(is_active=False)
    else:
        Membership.objects.filter(user=yanis).delete()
    assert Client().get(address).status_code == 404


def test_without_a_public_address_the_page_says_so(tab: Client, shift: Shift, settings: Settings) -> None:
    settings.URL = ""
    tab.post(f"{ROTA}subscribe/make/")
    assert "TOCSIN_URL" in words(tab.get(f"{ROTA}subscribe/"))
    with scopes_disabled():
        assert Feed.objects.get().made_at == clock.now(None)


@pytest.fixture
def planned(plan: Plan, nadia: Contact, lawyer: Contact, claire: User) -> None:
    """A year is planned, week by week."""
    with scope(organisation=plan.organisation):
        actions.add_turns(
            plan, claire, [nadia, lawyer], role="", first=MONDAY.date(), at=MONDAY.time(), weeks=52
        )


@pytest.mark.usefixtures("planned")
def test_a_year_is_asked_for_in_few_queries(tab: Client, django_assert_max_num_queries: object) -> None:
    tab.get(ROTA)
    with django_assert_max_num_queries(24):  # type: ignore[operator]  # a fixture of pytest-django
        tab.get(ROTA)
