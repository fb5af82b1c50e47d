"""Contacts are read by everyone, changed by responders, and withstand what people paste."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_scopes import scope, scopes_disabled

from tests.conftest import member
from tests.plan.answers import HOSTILE, form, words
from tocsin import clock
from tocsin.accounts.models import Organisation, User
from tocsin.journal.models import Entry
from tocsin.plan import people
from tocsin.plan.models import Contact, Line, Plan, Seat

TEAM = "/plan/maison-berthier/team/"


def test_the_empty_list_says_what_contacts_are_for(tab: Client) -> None:
    said = words(tab.get("/contacts/"))
    assert "No contact yet" in said
    assert 'href="/contacts/add/"' in said


def test_a_contact_is_listed_with_number_age_and_role(
    tab: Client, plan: Plan, nadia: Contact, claire: User
) -> None:
    with scopes_disabled():
        people.seat(plan, "quality", nadia, claire)
        long_ago = clock.now(plan.organisation) - timedelta(days=95)
        nadia.lines.filter(means="voice").update(confirmed_at=long_ago)
    said = words(tab.get("/contacts/"))
    assert 'href="tel:+33612345678"' in said
    assert "confirmed 3 months ago" in said
    assert "Quality" in said


def test_a_number_that_nobody_confirmed_is_said_so(tab: Client, nadia: Contact) -> None:
    said = words(tab.get(f"/contacts/{nadia.pk}/"))
    assert "never confirmed" in said
    assert 'href="mailto:nadia@maison-berthier.test"' in said


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "benali"}, {"Nadia Benali"}),
        ({"q": "QUALITE nadia"}, {"Nadia Benali"}),
        ({"q": "06 12 34"}, {"Nadia Benali"}),
        ({"q": "associes"}, {"Maître Olivier Roussel"}),
        ({"side": "outside"}, {"Maître Olivier Roussel"}),
        ({"side": "nowhere"}, {"Nadia Benali", "Maître Olivier Roussel"}),
        ({"q": "x" * 10_000}, set()),
        ({"q": HOSTILE}, set()),
    ],
)
def test_contacts_are_found_by_any_of_their_words(
    tab: Client, nadia: Contact, lawyer: Contact, asked: dict[str, str], found: set[str]
) -> None:
    answer = tab.get("/contacts/", asked)
    assert {one.row.name for one in answer.context["page"]} == found
    assert "<script>alert" not in words(answer)


def test_a_contact_is_added_with_numbers_hours_and_deputy(
    tab: Client, organisation: Organisation, lawyer: Contact
) -> None:
    sent = form(
        function="Qualité", phone="06 12 34 56 78", sms="on", email="nadia@maison-berthier.test",
        deputy=lawyer.pk, languages=["fr", "en"], days_1=["0", "1"], from_1="09:00", until_1="18:00",
    )  # fmt: skip
    answer = tab.post("/contacts/add/", sent)
    with scope(organisation=organisation):
        made = Contact.objects.get(name="Nadia Benali")
        assert [line.means for line in made.lines.all()] == ["voice", "sms", "email"]
    assert answer.headers["Location"] == f"/contacts/{made.pk}/"
    assert made.deputy_id == lawyer.pk
    assert made.hours == [{"days": [0, 1], "from": "09:00", "until": "18:00"}]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Say what the person"),
        ({"name": "N" * 10_000}, "120"),
        ({"phone": "12"}, "06 12 34 56 78"),
        ({"phone": "01 42 27 18 00", "sms": "on"}, "landline"),
        ({"email": "nadia@"}, "name@company.fr"),
        ({"side": "above"}, "above"),
        ({"deputy": "999999999999999999999"}, "999999999999999999999"),
        ({"time_zone": "Moon/Sea"}, "Moon/Sea"),
        ({"days_1": ["9"]}, "9"),
        ({"from_1": "09:00"}, "Say on which days."),
        ({"days_1": ["0"], "from_1": "25:00"}, "from when until when"),
        ({"note": "x" * 10_000}, "500"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(tab: Client, wrong: dict[str, object], said: str) -> None:
    answer = tab.post("/contacts/add/", form(**wrong))
    assert answer.status_code == 200
    assert said in words(answer)
    with scopes_disabled():
        assert not Contact.objects.exists()


def test_what_is_pasted_is_shown_as_it_was_written_and_never_run(
    tab: Client, organisation: Organisation
) -> None:
    tab.post("/contacts/add/", form(name=HOSTILE, function=HOSTILE, company=HOSTILE, note=HOSTILE))
    with scope(organisation=organisation):
        made = Contact.objects.get()
    for address in ("/contacts/", f"/contacts/{made.pk}/", f"/contacts/{made.pk}/edit/"):
        assert "<script>alert" not in words(tab.get(address))
    assert "<bdi>" in words(tab.get(f"/contacts/{made.pk}/"))


def test_a_circle_of_deputies_is_refused_in_words(
    tab: Client, organisation: Organisation, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    with scope(organisation=organisation):
        people.set_deputy(nadia, lawyer, claire)
    answer = tab.post(f"/contacts/{lawyer.pk}/edit/", form(name=lawyer.name, deputy=nadia.pk))
    assert "round in circles" in words(answer)
    lawyer.refresh_from_db()
    assert lawyer.deputy_id is None


def test_one_member_is_one_contact(
    tab: Client, organisation: Organisation, nadia: Contact, yanis: User, claire: User
) -> None:
    tab.post(f"/contacts/members/{yanis.pk}/add/")
    tab.post(f"/contacts/members/{yanis.pk}/add/")
    with scope(organisation=organisation):
        made = Contact.objects.get(user=yanis)
        assert made.lines.get().address == "yanis@maison-berthier.test"
    answer = tab.post(f"/contacts/{nadia.pk}/edit/", form(user=yanis.pk))
    assert "already" in words(answer)


def test_lines_are_added_moved_confirmed_doubted_and_removed(
    tab: Client, organisation: Organisation, nadia: Contact
) -> None:
    added = {"means": "voice", "address": "0470 12 34 56", "region": "BE"}
    tab.post(f"/contacts/{nadia.pk}/lines/add/", added)
    with scope(organisation=organisation):
        belgian = nadia.lines.get(address="+32470123456")
    lines = f"/contacts/{nadia.pk}/lines/{belgian.pk}"
    tab.post(f"{lines}/up/")
    tab.post(f"{lines}/confirm/")
    belgian.refresh_from_db()
    assert belgian.rank == 1
    assert belgian.confirmed_at is not None
    tab.post(f"{lines}/doubt/")
    assert "said to be wrong" in words(tab.get(f"/contacts/{nadia.pk}/"))
    tab.post(f"{lines}/remove/")
    with scopes_disabled():
        assert not Line.objects.filter(pk=belgian.pk).exists()


def test_a_wrong_line_keeps_what_was_written(tab: Client, nadia: Contact) -> None:
    answer = tab.post(
        f"/contacts/{nadia.pk}/lines/add/", {"means": "voice", "address": "06 12", "region": "FR"}
    )
    assert 'value="06 12"' in words(answer)
    assert tab.get(f"/contacts/{nadia.pk}/lines/add/").status_code == 302
    assert "06 12 34 56 78" in words(answer)


def test_removing_asks_first_and_names_the_seats_that_stand_empty(
    tab: Client, plan: Plan, nadia: Contact, claire: User
) -> None:
    with scopes_disabled():
        people.seat(plan, "quality", nadia, claire)
    asked = words(tab.get(f"/contacts/{nadia.pk}/remove/"))
    assert "One role would stand empty" in asked
    assert "Quality" in asked
    tab.post(f"/contacts/{nadia.pk}/remove/")
    with scopes_disabled():
        assert not Contact.objects.exists()
        assert not Seat.objects.exists()


def test_an_observer_reads_and_changes_nothing(
    client: Client, paul: User, plan: Plan, nadia: Contact
) -> None:
    client.force_login(paul)
    for address in ("/contacts/", f"/contacts/{nadia.pk}/", TEAM):
        said = words(client.get(address)).partition('id="main"')[2].partition("</main>")[0]
        assert "/contacts/add/" not in said
        assert 'method="post"' not in said
    for address in ("add/", f"{nadia.pk}/edit/", f"{nadia.pk}/remove/", "export.csv", "import/"):
        assert client.get(f"/contacts/{address}").status_code == 403
    for address in (f"/contacts/{nadia.pk}/lines/add/", f"/contacts/{nadia.pk}/remove/", f"{TEAM}seat/"):
        assert client.post(address).status_code == 403


def test_another_organisations_contacts_are_nowhere(
    tab: Client, plan: Plan, other_organisation: Organisation, nadia: Contact
) -> None:
    stranger = member(other_organisation, "Luc Lacaze", "luc@lacaze.test", "lead").user
    with scope(organisation=other_organisation):
        theirs = people.add(other_organisation, stranger, name="Secret Lacaze")
        line = people.add_line(theirs, "voice", "06 99 99 99 99", stranger)
    assert "Lacaze" not in words(tab.get("/contacts/"))
    for address in ("", "edit/", "remove/"):
        assert tab.get(f"/contacts/{theirs.pk}/{address}").status_code == 404
    assert tab.post(f"/contacts/{nadia.pk}/lines/{line.pk}/remove/").status_code == 404
    assert tab.post(f"{TEAM}seat/", {"role": "quality", "contact": theirs.pk}).status_code == 404
    assert tab.post(f"/contacts/members/{stranger.pk}/add/").status_code == 302
    tab.post(f"/contacts/{nadia.pk}/edit/", form(deputy=theirs.pk, user=stranger.pk))
    nadia.refresh_from_db()
    assert (nadia.deputy_id, nadia.user_id) == (None, None)
    with scopes_disabled():
        assert Line.objects.filter(pk=line.pk).exists()
        assert not Contact.objects.filter(user=stranger).exists()


@pytest.mark.parametrize("key", ["0", "999999999", "99999999999999999999999"])
def test_a_contact_that_is_not_there_is_not_found(tab: Client, plan: Plan, key: str) -> None:
    assert tab.get(f"/contacts/{key}/").status_code == 404
    assert tab.post(f"{TEAM}{key}/first/").status_code == 404
    assert tab.post(f"/contacts/members/{key}/add/").status_code == 302


def test_a_file_is_looked_at_then_taken(tab: Client, organisation: Organisation, nadia: Contact) -> None:
    text = (
        "Nom;Prénom;Fonction;Portable;Courriel;Suppléant;Côté\r\n"
        "Morel;Yanis;Réseaux;0612345679;yanis@maison-berthier.test;Nadia Benali;interne\r\n"
        "Roussel;Olivier;Avocat;01 42 27 18 00;;Yanis Morel;externe\r\n"
        "Caron;Inès;;12;;;\r\n"
        "Benali;Nadia;;;;;\r\n"
        "Petit;Luc;;;;Personne;\r\n"
    )
    upload = SimpleUploadedFile("annuaire.csv", text.encode("cp1252"))
    answer = tab.post("/contacts/import/", {"file": upload, "region": "FR"})
    assert [entry.fields["name"] for entry in answer.context["checked"].taken] == [
        "Yanis Morel",
        "Olivier Roussel",
    ]
    refused = {one.line: one.why for one in answer.context["checked"].refused}
    assert set(refused) == {4, 6}
    assert "06 12 34 56 78" in refused[4]
    assert "Personne" in refused[6]
    assert answer.context["checked"].same == 1
    tab.post("/contacts/import/", {"rows": answer.context["rows"], "region": "FR"})
    with scope(organisation=organisation):
        yanis = Contact.objects.get(name="Yanis Morel")
        assert [line.means for line in yanis.lines.all()] == ["voice", "sms", "email"]
        assert yanis.deputy == nadia
        assert Contact.objects.get(name="Olivier Roussel").side == "outside"


def looked_at(tab: Client, *lines: str) -> tuple[dict[str, list[str]], dict[str, object]]:
    """Look at a file; return what it would change of whom in words, and what takes it."""
    head = "Nom;Entreprise;Fonction;Portable;Courriel;Suppléant\r\n"
    upload = SimpleUploadedFile("annuaire.csv", (head + "\r\n".join(lines)).encode())
    answer = tab.post("/contacts/import/", {"file": upload, "region": "FR"})
    changed = {
        one.name: [f"{change.before} → {change.after}" for change in one.changes]
        for one in answer.context["checked"].changed
    }
    return changed, {"rows": answer.context["rows"], "region": "FR"}


def test_a_file_brings_contacts_up_to_date(
    tab: Client, organisation: Organisation, nadia: Contact, lawyer: Contact
) -> None:
    changed, take = looked_at(
        tab,
        "NADIA BENALI;;Directrice générale;06 99 99 99 99;;Maître Olivier Roussel",
        "Roussel Olivier;Roussel & Associés;Avocat;;roussel@avocats.test;",
    )
    assert changed == {
        "Nadia Benali": [
            "Directrice qualité → Directrice générale",
            " → Maître Olivier Roussel",
            " → phone call +33699999999",
            " → text message +33699999999",
        ]
    }
    tab.post("/contacts/import/", take)
    with scope(organisation=organisation):
        again = Contact.objects.get(name="Nadia Benali")
        assert (again.function, again.deputy) == ("Directrice générale", lawyer)
        assert again.lines.count() == 4
        assert Contact.objects.count() == 3
    assert looked_at(tab, "Nadia Benali;;Directrice générale;;;")[0] == {}


def test_somebody_who_changed_names_is_known_by_their_address_and_not_by_a_shared_landline(
    tab: Client, organisation: Organisation, nadia: Contact, claire: User
) -> None:
    with scope(organisation=organisation):
        people.add_line(nadia, "voice", "01 42 27 18 00", claire)
    changed, _take = looked_at(tab, "Nadia Morel;;;;nadia@maison-berthier.test;")
    assert changed == {"Nadia Benali": ["Nadia Benali → Nadia Morel"]}
    assert looked_at(tab, "Luc Petit;;;01 42 27 18 00;;")[0] == {}


def test_two_companies_may_know_the_same_name(
    tab: Client, organisation: Organisation, lawyer: Contact
) -> None:
    assert looked_at(tab, "Maître Olivier Roussel;Une autre étude;Avocat;;;")[0] == {}
    assert list(looked_at(tab, "Maître Olivier Roussel;;Avocat;;;")[0]) == ["Maître Olivier Roussel"]


def test_a_file_whose_deputies_lead_back_is_refused_line_by_line(
    tab: Client, organisation: Organisation, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    with scope(organisation=organisation):
        people.set_deputy(nadia, lawyer, claire)
    lines = (
        "Maître Olivier Roussel;;;;;Nadia Benali",
        "Luc Petit;;;;;Anne Petit",
        "Anne Petit;;;;;Luc Petit",
        "Seul Moi;;;;;Seul Moi",
    )
    head = "Nom;Entreprise;Fonction;Portable;Courriel;Suppléant\r\n"
    upload = SimpleUploadedFile("annuaire.csv", (head + "\r\n".join(lines)).encode())
    answer = tab.post("/contacts/import/", {"file": upload, "region": "FR"})
    refused = {one.name: one.why for one in answer.context["checked"].refused}
    assert set(refused) == {"Maître Olivier Roussel", "Anne Petit", "Seul Moi"}
    assert all("round in circles" in why for why in refused.values())
    tab.post("/contacts/import/", {"rows": answer.context["rows"], "region": "FR"})
    with scope(organisation=organisation):
        assert Contact.objects.filter(name="Luc Petit").exists()
        lawyer.refresh_from_db()
        assert lawyer.deputy is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 500,
        b"%PDF-1.7",
        b"Taille,Poids\n1,2\n",
        b"Nom\n" + b"Luc Petit\n" * 1001,
        b"x" * 2_000_001,
    ],
)
def test_a_file_that_holds_no_contacts_is_refused_in_words(tab: Client, content: bytes) -> None:
    upload = SimpleUploadedFile("annuaire.csv", content)
    answer = tab.post("/contacts/import/", {"file": upload, "region": "FR"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]


@pytest.mark.parametrize(
    "rows", ["", "[", "{}", '[{"line":1}]', '[{"line":1,"cells":{"name":5}}]', "[" * 5000]
)
def test_what_a_browser_made_up_is_not_taken(tab: Client, rows: str) -> None:
    assert tab.post("/contacts/import/", {"rows": rows}).status_code == 302
    with scopes_disabled():
        assert not Contact.objects.exists()


def test_contacts_go_out_and_come_back_the_same(
    tab: Client, organisation: Organisation, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    with scope(organisation=organisation):
        people.set_deputy(nadia, lawyer, claire)
        people.add(organisation, claire, name="=HYPERLINK(1)")
    table = tab.get("/contacts/export.csv").content
    assert b"\n'=HYPERLINK" in table
    with scope(organisation=organisation):
        assert Entry.objects.filter(verb="plan.contacts_exported").exists()
        for contact in Contact.objects.all():
            people.remove(contact, claire)
    answer = tab.post("/contacts/import/", {"file": SimpleUploadedFile("c.csv", table), "region": "FR"})
    tab.post("/contacts/import/", {"rows": answer.context["rows"], "region": "FR"})
    with scope(organisation=organisation):
        again = Contact.objects.get(name="Nadia Benali")
        assert again.deputy is not None
        assert again.deputy.name == lawyer.name
        assert {line.address for line in again.lines.all()} == {"+33612345678", "nadia@maison-berthier.test"}
        assert Contact.objects.get(name=lawyer.name).side == "outside"
        assert Contact.objects.filter(name="=HYPERLINK(1)").exists()
