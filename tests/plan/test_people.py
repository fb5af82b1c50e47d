"""Contacts are written down, reached in order, stood in for, seated and let go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st

from tocsin.accounts.models import Organisation, User
from tocsin.journal.models import Entry
from tocsin.plan import actions, contact_columns, hours, people, roster
from tocsin.plan.models import Contact, Line, Plan, Seat
from tocsin.plan.regions import region_of
from tocsin.watch.models import Brand

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _inside(organisation: Organisation) -> object:
    with scope(organisation=organisation):
        yield


@pytest.fixture
def nadia(organisation: Organisation, claire: User) -> Contact:
    """Nadia Benali, head of quality."""
    return people.add(organisation, claire, name="Nadia Benali", function="Qualité")


@pytest.fixture
def lawyer(organisation: Organisation, claire: User) -> Contact:
    """Maître Olivier Roussel, lawyer."""
    return people.add(organisation, claire, name="Maître Olivier Roussel", side="outside")


@pytest.fixture
def plan(brand: Brand, claire: User) -> Plan:
    """The plan of Maison Berthier, begun with one scenario."""
    return actions.begin(brand, claire, ["contamination"], ["fr"]).plan


def test_a_french_number_is_kept_in_its_international_form() -> None:
    assert people.address_of("voice", "06 12 34 56 78") == "+33612345678"


def test_a_number_without_its_country_is_read_as_one_of_the_region() -> None:
    assert people.address_of("voice", "0470 12 34 56", "BE") == "+32470123456"
    assert people.address_of("voice", "+41 78 123 45 67", "FR") == "+41781234567"


@pytest.mark.parametrize(
    ("means", "address", "right"),
    [
        ("voice", "bonjour", "06 12 34 56 78"),
        ("voice", "06 12 34", "06 12 34 56 78"),
        ("voice", "9" * 10_000, "06 12 34 56 78"),
        ("sms", "01 42 27 18 00", "a landline"),
        ("email", "claire@", "name@company.fr"),
        ("email", f"{'c' * 300}@maison-berthier.test", "name@company.fr"),
        ("email", "<script>alert(1)</script>", "name@company.fr"),
        ("matrix", "claire", "@name:server"),
        ("matrix", f"@{'c' * 300}:serveur.test", "@name:server"),
        ("pigeon", "gris", "no means"),
    ],
)
def test_what_nobody_can_be_reached_at_is_refused_with_what_would_be_right(
    means: str, address: str, right: str
) -> None:
    with override("en"), pytest.raises(people.NotReachable) as refused:
        people.address_of(means, address)
    assert right in str(refused.value)
    assert len(str(refused.value)) < 300


@given(st.sampled_from(["voice", "sms", "email", "matrix"]), st.text(max_size=400))
def test_any_text_is_an_address_of_bearable_length_or_refused(means: str, text: str) -> None:
    try:
        kept = people.address_of(means, text)
    except people.NotReachable:
        return
    assert 0 < len(kept) <= people.LONGEST


def test_an_address_kept_once_is_kept_the_same_again() -> None:
    kept = people.address_of("email", "Claire.Vasseur@Maison-Berthier.TEST")
    assert kept == "Claire.Vasseur@maison-berthier.test"
    assert people.address_of("email", kept) == kept


def test_the_same_number_is_not_added_twice(nadia: Contact, claire: User) -> None:
    people.add_line(nadia, "voice", "06 12 34 56 78", claire)
    people.add_line(nadia, "voice", "+33 6 12 34 56 78", claire)
    assert [line.address for line in nadia.lines.all()] == ["+33612345678"]


def test_a_line_that_is_doubted_is_tried_last_until_it_is_confirmed(nadia: Contact, claire: User) -> None:
    phone = people.add_line(nadia, "voice", "06 12 34 56 78", claire)
    mail = people.add_line(nadia, "email", "nadia@maison-berthier.test", claire)
    people.doubt(phone, claire)
    assert roster.in_order(nadia.lines.all()) == [mail, phone]
    people.confirm(phone, claire)
    assert roster.in_order(nadia.lines.all()) == [phone, mail]


def test_lines_are_tried_in_the_order_that_is_asked(nadia: Contact, claire: User) -> None:
    phone = people.add_line(nadia, "voice", "06 12 34 56 78", claire)
    mail = people.add_line(nadia, "email", "nadia@maison-berthier.test", claire)
    people.order_lines(nadia, [mail.pk, phone.pk], claire)
    assert list(nadia.lines.all()) == [mail, phone]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "confirmed today"),
        (1, "confirmed 1 day ago"),
        (92, "confirmed 3 months ago"),
        (900, "confirmed 2 years ago"),
    ],
)
def test_the_age_of_a_confirmation_is_said_in_words(days: int, said: str) -> None:
    with override("en"):
        assert roster.confirmed(NOW - timedelta(days=days), NOW) == said


def test_a_number_is_sure_for_six_months(nadia: Contact, claire: User) -> None:
    line = people.confirm(people.add_line(nadia, "voice", "06 12 34 56 78", claire), claire)
    assert line.confirmed_at is not None
    assert roster.shown_line(line, line.confirmed_at + timedelta(days=180)).sure
    assert not roster.shown_line(line, line.confirmed_at + timedelta(days=190)).sure


def test_a_number_is_a_link_that_a_phone_calls(nadia: Contact, claire: User) -> None:
    shown = roster.shown_line(people.add_line(nadia, "voice", "06 12 34 56 78", claire), NOW)
    assert (shown.link, shown.words) == ("tel:+33612345678", "+33\u00a06\u00a012\u00a034\u00a056\u00a078")


def test_an_address_cannot_add_anything_to_its_link() -> None:
    line = Line(means="email", address="a?bcc=all&x@maison-berthier.test")
    assert roster.shown_line(line, NOW).link == "mailto:a%3Fbcc%3Dall%26x@maison-berthier.test"


def test_nobody_is_their_own_deputy(nadia: Contact, claire: User) -> None:
    with pytest.raises(people.Circular, match="Nadia Benali"):
        people.set_deputy(nadia, nadia, claire)


def test_deputies_never_lead_back(
    organisation: Organisation, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    third = people.add(organisation, claire, name="Yanis Morel")
    people.set_deputy(nadia, lawyer, claire)
    people.set_deputy(lawyer, third, claire)
    with pytest.raises(people.Circular):
        people.set_deputy(third, nadia, claire)
    third.refresh_from_db()
    assert third.deputy is None


def test_a_circle_that_stands_all_the_same_does_not_hang_a_page(nadia: Contact, lawyer: Contact) -> None:
    Contact.objects.filter(pk=nadia.pk).update(deputy=lawyer)
    Contact.objects.filter(pk=lawyer.pk).update(deputy=nadia)
    everyone = {contact.pk: contact for contact in Contact.objects.all()}
    assert roster.deputies(everyone[nadia.pk], everyone) == [lawyer]


def test_the_first_who_holds_a_role_is_called_first(
    plan: Plan, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    people.seat(plan, "quality", nadia, claire)
    second = people.seat(plan, "quality", lawyer, claire)
    people.put_first(second, claire)
    assert [seat.contact for seat in plan.seats.filter(role="quality")] == [lawyer, nadia]


def test_a_seat_given_back_stands_where_it_stood(
    plan: Plan, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    held = people.seat(plan, "quality", nadia, claire)
    people.seat(plan, "quality", lawyer, claire)
    people.unseat(held, claire)
    people.seat(plan, "quality", nadia, claire, place=0)
    assert [seat.contact for seat in plan.seats.filter(role="quality")] == [nadia, lawyer]


def test_removing_a_contact_says_which_seats_stand_empty(
    plan: Plan, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    for role in ("quality", "legal"):
        people.seat(plan, role, nadia, claire)
    people.seat(plan, "legal", lawyer, claire)
    assert [seat.role for seat in people.remove(nadia, claire)] == ["quality"]
    assert [seat.contact for seat in Seat.objects.all()] == [lawyer]


def test_a_deleted_member_leaves_the_contact_and_the_role(
    plan: Plan, organisation: Organisation, yanis: User, claire: User
) -> None:
    contact = people.add_member(organisation, yanis, claire)
    people.seat(plan, "community", contact, claire)
    yanis.delete()
    contact.refresh_from_db()
    assert contact.user is None
    assert plan.seats.get(role="community").contact == contact


def test_the_journal_never_holds_a_number_or_an_address(
    organisation: Organisation, nadia: Contact, claire: User
) -> None:
    line = people.add_line(nadia, "voice", "06 12 34 56 78", claire)
    people.add_line(nadia, "email", "nadia.benali@poste.test", claire)
    people.confirm(line, claire)
    people.doubt(line, claire)
    people.remove_line(line, claire)
    people.remove(nadia, claire)
    said = " ".join(str(entry.data) for entry in Entry.objects.filter(verb__startswith="plan."))
    assert "Nadia Benali" in said
    assert "612345678" not in said
    assert "poste.test" not in said


def test_saving_what_is_the_same_is_no_change(nadia: Contact, claire: User) -> None:
    before = Entry.objects.count()
    people.change(nadia, claire, name="Nadia Benali", function="Qualité")
    people.set_deputy(nadia, None, claire)
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("spans", "said"),
    [
        ([], "at any time"),
        (
            [{"days": [0, 1, 2, 3, 4], "from": "09:00", "until": "18:00"}],
            "Monday to Friday, 09:00–18:00",
        ),
        (
            [{"days": [5, 6], "from": "22:00", "until": "06:00"}],
            "Saturday, Sunday, 22:00–06:00 the day after",
        ),
        ([{"days": list(range(7)), "from": "08:00", "until": "20:00"}], "every day, 08:00–20:00"),
    ],
)
def test_hours_are_said_in_words(spans: list[dict[str, object]], said: str) -> None:
    with override("en"):
        assert hours.words(spans) == said


def test_the_country_of_numbers_follows_the_time_zone() -> None:
    assert region_of("", "Europe/Brussels") == "BE"
    assert region_of("Indian/Reunion", "Europe/Paris") == "RE"
    assert region_of("Europe/Paris") == "FR"


def test_columns_are_recognised_in_french_and_in_english() -> None:
    french = contact_columns.guess(["Prénom", "Nom", "Fonction", "Tél. portable", "Courriel", "Suppléant"])
    assert list(french.values()) == ["first_name", "last_name", "function", "mobile", "email", "deputy"]
    english = contact_columns.guess(["Name", "Job title", "Mobile phone", "E-mail address", "Shoe size"])
    assert list(english.values()) == ["name", "function", "mobile", "email"]
