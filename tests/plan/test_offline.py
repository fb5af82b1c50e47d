"""What a phone keeps of the plan, who may keep it, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from tests.clock.conftest import NOON
from tests.conftest import PASSWORD, member
from tocsin.accounts.models import Membership, Organisation, User
from tocsin.clock.simulated import SimulatedTime, simulated
from tocsin.journal.models import Entry
from tocsin.plan import actions, library, offline, offline_copies, people
from tocsin.plan.models import Contact, Plan, Shift, Version
from tocsin.plan.models_offline import Ending, OfflineCopy
from tocsin.watch.models import Brand

pytestmark = pytest.mark.django_db

HOSTILE = ("../../etc/passwd", "%2e%2e", "'; DROP TABLE", "ü" * 60, "x" * 5000, "0", "null")


@pytest.fixture(autouse=True)
def time() -> Iterator[SimulatedTime]:
    """A clock that moves only when told."""
    with simulated(NOON) as moving:
        yield moving


@pytest.fixture
def in_force(organisation: Organisation, brand: Brand, claire: User, nadia: Contact) -> Plan:
    """The bakery's plan in force, with Nadia who decides; Inès approved it."""
    ines = member(organisation, "Inès Caron", "ines@maison-berthier.test", "administrator").user
    with scope(organisation=organisation):
        draft = actions.begin(brand, claire, ["contamination"], ["fr", "en"])
        people.seat(draft.plan, "director", nadia, claire)
        version = actions.approve(actions.propose(draft, claire, "Première"), ines, revision=draft.revision)
    return version.plan


@pytest.fixture
def phone(page: Client) -> Client:
    """Claire's phone, signed in."""
    page.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36"
    return page


def kept(browser: Client) -> str:
    """Keep the plan in a browser and return the name that its copy was given."""
    answer = browser.post("/offline/copies/")
    assert answer.status_code == 201, answer.content
    return str(answer.json()["device"])


def asked(browser: Client, device: str, name: str = "") -> Any:
    """Ask for what a device keeps, as its page does."""
    headers = {"If-None-Match": f'"{name}"'} if name else {}
    return browser.get(f"/offline/copies/{device}/", headers=headers)


def copy_of(device: str) -> OfflineCopy:
    """Return the row of a copy."""
    with scopes_disabled():
        return OfflineCopy.objects.get(device=device)


def verbs() -> list[str]:
    """Return what the journal says about copies, oldest first."""
    with scopes_disabled():
        entries = Entry.objects.filter(verb__startswith="plan.copy").order_by("pk")
        return [entry.verb for entry in entries]


def said(organisation: Organisation, language: str = "fr") -> dict[str, Any]:
    """Return what a phone keeps, as it reads it."""
    with scope(organisation=organisation):
        return offline.content(offline.kept(organisation, language))


def name_of(organisation: Organisation, language: str = "fr") -> str:
    """Return the short name of what a phone keeps."""
    with scope(organisation=organisation):
        return offline.name(offline.kept(organisation, language))


class TestWhatIsKept:
    def test_numbers_are_called_and_written_to_at_a_touch(self, in_force: Plan, nadia: Contact) -> None:
        [contact] = said(in_force.organisation)["contacts"]
        assert contact["name"] == "Nadia Benali"
        assert contact["about"] == "Directrice qualité"
        assert [way["link"] for way in contact["ways"]] == [
            "tel:+33612345678",
            "mailto:nadia@maison-berthier.test",
        ]

    def test_a_line_for_text_messages_can_be_written_to(
        self, in_force: Plan, claire: User, nadia: Contact
    ) -> None:
        with scope(organisation=in_force.organisation):
            people.add_line(nadia, "sms", "06 98 76 54 32", claire)
        ways = said(in_force.organisation)["contacts"][0]["ways"]
        assert [way["write"] for way in ways] == ["", "", "sms:+33698765432"]

    def test_roles_name_who_holds_them(self, in_force: Plan, nadia: Contact) -> None:
        [plan] = said(in_force.organisation)["plans"]
        director = next(role for role in plan["in"]["fr"]["roles"] if role["id"] == "director")
        assert director["people"] == [nadia.pk]
        assert said(in_force.organisation)["contacts"][0]["roles"] == [director["title"]]

    def test_scenarios_come_in_every_language_of_the_plan_with_their_first_quarter_of_an_hour(
        self, in_force: Plan
    ) -> None:
        [plan] = said(in_force.organisation)["plans"]
        assert set(plan["in"]) == {"fr", "en"}
        for told in plan["in"].values():
            [scenario] = told["scenarios"]
            assert scenario["first"]
            assert all(task["by"] in {role["id"] for role in told["roles"]} for task in scenario["first"])
            assert any(
                "blank" in part
                for message in scenario["messages"]
                for words in message["words"]
                for part in words
            )

    def test_who_is_on_call_in_the_coming_days_is_known(self, in_force: Plan, nadia: Contact) -> None:
        with scope(organisation=in_force.organisation):
            for days in (-2, 0, 3, 40):
                begins = NOON + timedelta(days=days)
                Shift.objects.create(
                    organisation=in_force.organisation, plan=in_force, contact=nadia, uid=f"u{days}",
                    begins_at=begins, ends_at=begins + timedelta(hours=8),
                )  # fmt: skip
        assert [each["contact"] for each in said(in_force.organisation)["on_call"]] == [nadia.pk] * 2

    def test_what_is_being_written_is_not_kept(self, organisation: Organisation, plan: Plan) -> None:
        assert said(organisation)["plans"] == []

    def test_nothing_of_another_organisation_is_kept(
        self, in_force: Plan, other_organisation: Organisation
    ) -> None:
        told = said(other_organisation)
        assert (told["contacts"], told["plans"], told["on_call"]) == ([], [], [])

    def test_its_name_stays_while_nothing_changes(self, in_force: Plan, time: SimulatedTime) -> None:
        before = name_of(in_force.organisation)
        time.advance(minutes=50)
        assert name_of(in_force.organisation) == before

    @pytest.mark.parametrize(
        "change",
        [
            lambda plan, nadia, claire: people.add_line(nadia, "sms", "06 98 76 54 32", claire),
            lambda plan, nadia, claire: people.add(plan.organisation, claire, name="Karim Haddad"),
            lambda plan, nadia, claire: people.seat(plan, "legal", nadia, claire),
            lambda plan, nadia, claire: Contact.objects.filter(pk=nadia.pk).update(note="Parle italien"),
            lambda plan, nadia, claire: Contact.objects.filter(pk=nadia.pk).update(left_at=NOON),
            lambda plan, nadia, claire: nadia.lines.update(doubted_at=NOON),
            lambda plan, nadia, claire: Brand.objects.filter(pk=plan.brand_id).update(name="Berthier"),
            lambda plan, nadia, claire: Version.objects.filter(plan=plan).update(content="{}"),
            lambda plan, nadia, claire: Organisation.objects.update(name="Groupe Berthier"),
            lambda plan, nadia, claire: Shift.objects.create(
                organisation=plan.organisation, plan=plan, contact=nadia, begins_at=NOON,
                ends_at=NOON + timedelta(hours=1),
            ),
        ],
    )  # fmt: skip
    def test_its_name_changes_with_anything_that_is_kept(
        self, in_force: Plan, nadia: Contact, claire: User, change: Callable[[Plan, Contact, User], object]
    ) -> None:
        before = name_of(in_force.organisation)
        with scope(organisation=in_force.organisation):
            change(in_force, nadia, claire)
        assert name_of(Organisation.objects.get(pk=in_force.organisation_id)) != before

    def test_words_of_people_stay_words(self, in_force: Plan, claire: User) -> None:
        with scope(organisation=in_force.organisation):
            people.add(
                in_force.organisation, claire, name='<script>alert("x")</script>', note="</main>\u202e"
            )
        names = [contact["name"] for contact in said(in_force.organisation)["contacts"]]
        assert '<script>alert("x")</script>' in names

    def test_ten_brands_ask_as_little_of_the_database_as_one(
        self, in_force: Plan, claire: User, django_assert_max_num_queries: Any
    ) -> None:
        organisation = in_force.organisation
        ines = User.objects.get(email="ines@maison-berthier.test")
        with scope(organisation=organisation):
            for number in range(4):
                brand = Brand.objects.create(
                    organisation=organisation, name=f"Fournil {number}", slug=f"f{number}"
                )
                draft = actions.begin(brand, claire, [library.scenarios()[0].id], ["fr"])
                actions.approve(actions.propose(draft, claire, "Première"), ines, revision=draft.revision)
            with django_assert_max_num_queries(12):
                assert len(offline.content(offline.kept(organisation, "fr"))["plans"]) == 5


class TestThePage:
    def test_the_page_itself_says_nothing_of_anybody(
        self, phone: Client, in_force: Plan, client: Client, claire: User
    ) -> None:
        signed_in = phone.get("/offline/").content.decode()
        for secret in ("Claire", "Nadia", "Berthier", "csrfmiddlewaretoken", str(in_force.brand)):
            assert secret not in signed_in
        phone.logout()
        phone.cookies.clear()
        stranger = phone.get("/offline/", headers={"Accept-Language": "fr"}).content.decode()
        assert stranger == signed_in

    def test_a_stranger_is_told_in_words_that_no_other_machine_says(self, client: Client) -> None:
        answer = client.get("/offline/state/")
        assert (answer.status_code, answer.json()) == (401, {"offline": "signed_out"})
        assert "no-store" in answer.headers["Cache-Control"]

    def test_a_person_without_an_organisation_keeps_nothing(self, client: Client, db: None) -> None:
        client.force_login(User.objects.create_user("seule@ailleurs.test", PASSWORD, name="Seule"))
        assert client.get("/offline/state/").json() == {"offline": "revoked"}
        assert client.post("/offline/copies/").status_code == 403


class TestACopy:
    def test_a_device_gets_the_plan_and_then_only_what_changed(
        self, phone: Client, in_force: Plan, claire: User, nadia: Contact
    ) -> None:
        device = kept(phone)
        first = asked(phone, device)
        assert first.status_code == 200
        assert "no-store" in first.headers["Cache-Control"]
        assert first.json()["organisation"] == "Maison Berthier"
        name = first.headers["ETag"].strip('"')
        assert asked(phone, device, name).status_code == 304
        with scope(organisation=in_force.organisation):
            people.add_line(nadia, "sms", "06 98 76 54 32", claire)
        assert asked(phone, device, name).status_code == 200

    def test_it_is_named_after_its_browser_and_told_in_the_journal(
        self, phone: Client, in_force: Plan
    ) -> None:
        copy = copy_of(kept(phone))
        assert copy.label == "Chrome, Android"
        assert verbs() == ["plan.copy_made"]

    def test_the_journal_speaks_of_refreshing_once_a_day(
        self, phone: Client, in_force: Plan, time: SimulatedTime
    ) -> None:
        device = kept(phone)
        for _quarter in range(8):
            time.advance(minutes=15)
            asked(phone, device)
        assert verbs() == ["plan.copy_made"]
        time.advance(days=1)
        asked(phone, device)
        asked(phone, device)
        assert verbs() == ["plan.copy_made", "plan.copy_refreshed"]
        assert copy_of(device).refreshed_at == NOON + timedelta(days=1, hours=2)

    def test_who_reads_english_gets_english_words_around(
        self, tab: Client, yanis: User, in_force: Plan
    ) -> None:
        assert asked(tab, kept(tab)).json()["language"] == "en"

    @pytest.mark.parametrize("device", HOSTILE)
    def test_an_invented_device_gets_nothing(self, phone: Client, in_force: Plan, device: str) -> None:
        answer = phone.get(f"/offline/copies/{device}/")
        assert answer.status_code in (404, 410)
        assert b"Nadia" not in answer.content
        assert phone.post(f"/offline/copies/{device}/forget/").status_code in (302, 404)

    def test_a_person_keeps_it_on_so_many_devices_and_no_more(self, phone: Client, in_force: Plan) -> None:
        for _device in range(offline_copies.MOST_KEPT):
            kept(phone)
        refused = phone.post("/offline/copies/")
        assert refused.status_code == 429
        assert "8" in refused.json()["why"]
        with scopes_disabled():
            assert OfflineCopy.objects.count() == offline_copies.MOST_KEPT

    def test_nobody_makes_copies_all_day(self, phone: Client, in_force: Plan, time: SimulatedTime) -> None:
        for _turn in range(offline_copies.MOST_MADE):
            phone.post(f"/offline/copies/{kept(phone)}/forget/", {"ending": "deleted"})
        assert phone.post("/offline/copies/").status_code == 429
        time.advance(days=1, minutes=1)
        assert phone.post("/offline/copies/").status_code == 201

    def test_a_form_of_another_site_makes_none(self, in_force: Plan, claire: User) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(claire)
        assert strict.post("/offline/copies/").status_code == 403
        token = strict.get("/offline/state/").json()["token"]
        assert strict.post("/offline/copies/", headers={"X-CSRFToken": token}).status_code == 201


class TestTakenBack:
    def test_signing_out_takes_back_the_copy_of_this_device_alone(
        self, phone: Client, in_force: Plan, claire: User
    ) -> None:
        other = Client()
        other.force_login(claire)
        here, elsewhere = kept(phone), kept(other)
        phone.post("/accounts/logout/")
        assert copy_of(here).ending == Ending.SIGNED_OUT
        assert copy_of(elsewhere).revoked_at is None
        answer = asked(phone, here)
        assert (answer.status_code, answer.json()) == (401, {"offline": "signed_out"})
        assert asked(other, elsewhere).status_code == 200

    def test_a_copy_of_an_ended_session_is_told_to_go(self, phone: Client, in_force: Plan) -> None:
        device = kept(phone)
        phone.cookies.clear()
        assert asked(phone, device).status_code == 401

    def test_a_device_that_was_taken_back_stays_so_after_signing_in_again(
        self, phone: Client, in_force: Plan, claire: User
    ) -> None:
        device = kept(phone)
        phone.post("/accounts/logout/")
        phone.force_login(claire)
        answer = asked(phone, device)
        assert (answer.status_code, answer.json()) == (410, {"offline": "revoked"})

    def test_a_deactivated_member_keeps_nothing(self, phone: Client, in_force: Plan, claire: User) -> None:
        device = kept(phone)
        User.objects.filter(pk=claire.pk).update(is_active=False)
        assert asked(phone, device).status_code == 401
        assert copy_of(device).ending == Ending.NOT_A_MEMBER

    def test_a_removed_member_keeps_nothing(self, phone: Client, in_force: Plan, claire: User) -> None:
        device = kept(phone)
        Membership.objects.filter(user=claire).delete()
        assert asked(phone, device).status_code == 410
        assert copy_of(device).ending == Ending.NOT_A_MEMBER
        assert verbs()[-1] == "plan.copy_revoked"

    def test_a_member_of_two_organisations_keeps_that_of_each(
        self, phone: Client, in_force: Plan, claire: User, other_organisation: Organisation
    ) -> None:
        device = kept(phone)
        Membership.objects.create(user=claire, organisation=other_organisation, role="lead")
        phone.post("/settings/organisation/choose/", {"organisation": other_organisation.pk})
        assert asked(phone, device).json()["organisation"] == "Maison Berthier"
        Membership.objects.filter(user=claire, organisation=in_force.organisation).delete()
        assert asked(phone, device).status_code == 410

    def test_somebody_else_on_the_same_device_takes_it_back(
        self, phone: Client, in_force: Plan, yanis: User
    ) -> None:
        device = kept(phone)
        phone.force_login(yanis)
        assert asked(phone, device).status_code == 410
        assert copy_of(device).ending == Ending.SOMEBODY_ELSE

    def test_the_profile_lists_copies_and_takes_one_back(self, phone: Client, in_force: Plan) -> None:
        device, other = kept(phone), kept(phone)
        page = phone.get("/settings/profile/").content.decode()
        assert page.count('<th scope="row">Chrome, Android') == 2
        phone.post(f"/offline/copies/{device}/forget/")
        assert asked(phone, device).status_code == 410
        assert asked(phone, other).status_code == 200

    def test_the_profile_takes_all_back(self, phone: Client, in_force: Plan) -> None:
        devices = [kept(phone), kept(phone)]
        phone.post("/offline/copies/forget/")
        assert [asked(phone, device).status_code for device in devices] == [410, 410]

    def test_nobody_takes_back_or_reads_what_another_keeps(
        self, phone: Client, in_force: Plan, paul: User
    ) -> None:
        device = kept(phone)
        other = Client()
        other.force_login(paul)
        other.post(f"/offline/copies/{device}/forget/")
        other.post("/offline/copies/forget/")
        assert copy_of(device).revoked_at is None

    @pytest.mark.parametrize("ending", ["deleted", "wrong_pin"])
    def test_a_device_says_why_it_deleted_its_copy(self, phone: Client, in_force: Plan, ending: str) -> None:
        device = kept(phone)
        phone.post(f"/offline/copies/{device}/forget/", {"ending": ending})
        assert copy_of(device).ending == ending

    def test_an_invented_reason_is_none(self, phone: Client, in_force: Plan) -> None:
        device = kept(phone)
        phone.post(f"/offline/copies/{device}/forget/", {"ending": "not_a_member"})
        assert copy_of(device).ending == Ending.FORGOTTEN

    def test_the_journal_says_it_in_words(self, phone: Client, in_force: Plan) -> None:
        phone.post(f"/offline/copies/{kept(phone)}/forget/", {"ending": "wrong_pin"})
        told = phone.get("/settings/journal/").content.decode()
        assert "Chrome, Android" in told
