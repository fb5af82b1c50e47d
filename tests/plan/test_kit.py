"""The offline kit: what it says can be read, nothing that people write breaks it, it follows every change."""

from __future__ import annotations

import io
import re
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pypdf
import pytest
from django.test import Client
from django.utils import translation
from django_scopes import scope
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clock.conftest import NOON
from tests.conftest import member
from tocsin.accounts.models import Organisation, User
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime, simulated
from tocsin.journal.models import Entry
from tocsin.journal.verbs import display
from tocsin.plan import actions, library, people
from tocsin.plan.document.structure import Document, Item, Message, Scenario
from tocsin.plan.kit import keeping, making, printing
from tocsin.plan.kit.contents import Contents, contents
from tocsin.plan.kit.layout import SHAPES, Shape
from tocsin.plan.kit.scenarios import segments
from tocsin.plan.kit.signs import printable
from tocsin.plan.kit.words import labels
from tocsin.plan.models import Contact, Plan, Shift, Version
from tocsin.watch.models import Brand

pytestmark = pytest.mark.django_db

HOSTILE = [
    '#panic("broken")',
    '#read("/etc/passwd")',
    '#include "/etc/passwd"',
    '") #image("/etc/passwd") //',
    "$ x^2 $ *bold* _em_ `raw` = heading",
    "]][[ ]] [[",
    '<label> @reference #link("tel:0")',
    "/* comment // and \\ backslash \\u{41}",
    "{{ template }} {% url %} ${shell}",
    "\x00\x07\x1b[31m",
    "\u202erenversé\u202c 🥖 漢字",
    '","audience":"press","x":"',
]


@pytest.fixture(autouse=True)
def time() -> Iterator[SimulatedTime]:
    """A clock that moves only when told."""
    with simulated(NOON) as moving:
        yield moving


@pytest.fixture(autouse=True)
def house(organisation: Organisation, settings: Any, tmp_path: Path) -> Iterator[None]:
    """The bakery's own rows, and a data folder of its own."""
    settings.DATA = tmp_path
    with scope(organisation=organisation):
        yield


@pytest.fixture
def plan(organisation: Organisation, brand: Brand, claire: User) -> Plan:
    """The bakery's plan, with Nadia who decides."""
    plan: Plan = actions.begin(brand, claire, ["contamination"], ["fr"]).plan
    people.seat(plan, "director", nadia(organisation, claire), claire)
    return plan


def nadia(organisation: Organisation, actor: User) -> Contact:
    contact = people.add(organisation, actor, name="Nadia Berthier", function="Présidente")
    people.add_line(contact, "voice", "06 12 34 56 78", actor)
    people.add_line(contact, "email", "nadia@maison-berthier.test", actor)
    return contact


def texts(pdf: bytes) -> list[str]:
    """Return the text of each page, with single spaces."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def approved(plan: Plan, actor: User) -> Version:
    (draft,) = plan.versions.filter(state="draft")
    proposed = actions.propose(draft, actor, "Première version")
    return actions.approve(proposed, actor, revision=proposed.revision)


def read(pdf: bytes) -> str:
    """Return the text of a PDF with single spaces; ligatures are taken apart as a reader would."""
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    return " ".join(" ".join(pages).replace("ﬁ", "fi").replace("ﬀ", "ff").split())


def run_clock(time: SimulatedTime) -> None:
    time.advance(minutes=1)
    Clock().run_due()


def of(document: Document, version: Version) -> Contents:
    version.content = msgspec.json.encode(document).decode()
    return contents(version, {}, [], "fr")


def test_a_kit_says_who_to_call_what_to_do_and_what_to_say(plan: Plan, claire: User) -> None:
    words = read(printing.pdf(making.said(approved(plan, claire), "fr"), "22 novembre 2026"))
    for expected in (
        "Maison Berthier",
        "Nadia Berthier",
        "+33 6 12 34 56 78",
        "Produit contaminé ou défectueux",
        "Retrouver le lot",
        "T+10 min",
        "« Incident isolé »",
        "Quelqu’un a peut-être mal",
        "→",
    ):
        assert expected in words


def test_no_sign_of_a_kit_lacks_in_its_fonts(plan: Plan, claire: User) -> None:
    pdf = printing.pdf(making.said(approved(plan, claire), "fr"), "22 novembre 2026")
    assert "\ufffd" not in read(pdf)
    assert b"NotDef" not in pdf


def test_a_number_is_called_when_it_is_touched(plan: Plan, claire: User) -> None:
    pdf = printing.pdf(making.said(approved(plan, claire), "fr"), "22 novembre 2026")
    links = [
        str(note.get_object().get("/A", {}).get("/URI", ""))
        for page in pypdf.PdfReader(io.BytesIO(pdf)).pages
        for note in page.get("/Annots") or []
    ]
    assert "tel:+33612345678" in links


def test_the_first_fifteen_minutes_stand_on_one_page(plan: Plan, claire: User) -> None:
    pdf = printing.pdf(making.said(approved(plan, claire), "fr"), "22 novembre 2026")
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    (page,) = [page for page in pages if "Répondre au premier auteur" in page]
    assert "Retirer le produit des rayons" in page
    assert "Produit contaminé ou défectueux" in page


def test_a_message_leaves_blanks_where_facts_are_open() -> None:
    assert segments("Le [[produit]] de [[ville]].") == [
        {"text": "Le "},
        {"blank": "produit"},
        {"text": " de "},
        {"blank": "ville"},
        {"text": "."},
    ]


@given(st.text(max_size=60))
def test_no_word_of_a_message_is_lost(words: str) -> None:
    told = "".join(part.get("text", "") or f"[[{part['blank']}]]" for part in segments(words))
    assert told.replace(" ", "") == words.replace(" ", "") or "[[" in words


def test_hostile_words_are_printed_as_they_stand(plan: Plan, claire: User) -> None:
    version = approved(plan, claire)
    scenario = Scenario(
        id="oven",
        title={"fr": HOSTILE[0]},
        summary={"fr": "\n\n".join(HOSTILE)},
        avoid=tuple(Item(id=f"i{place}", words={"fr": words}) for place, words in enumerate(HOSTILE)),
        messages=(Message(audience="press", channel="press", words={"fr": " ".join(HOSTILE)}),),
    )
    words = read(printing.pdf(of(Document(scenarios=(scenario,)), version), HOSTILE[1]))
    assert words.count('#panic("broken")') >= 3
    assert '#read("/etc/passwd")' in words
    assert "root:" not in words


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=300))
def test_any_words_can_be_printed(words: str) -> None:
    values = {
        "language": "fr",
        "labels": dict.fromkeys(labels(), words),
        "brand": words,
        "version": words,
        "roles": [{"title": words, "task": words, "people": []}],
        "printed": words,
        "others": [],
        "rota": [{"day": words, "shifts": [], "gaps": [words]}],
        "scenarios": [],
    }
    assert printing.pdf(values, words).startswith(b"%PDF")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_scenario_of_the_library_is_printed(plan: Plan, claire: User, language: str) -> None:
    version = approved(plan, claire)
    document = library.document_of([scenario.id for scenario in library.scenarios()])
    version.content = msgspec.json.encode(document).decode()
    values = contents(version, {}, [], language)
    reader = pypdf.PdfReader(io.BytesIO(printing.pdf(values, "")))
    heads = [" ".join(page.extract_text()[:80].split()) for page in reader.pages]
    first, after = values["labels"]["first"], values["labels"]["after"]
    starts = [place for place, head in enumerate(heads) if re.match(rf"\d+ · {first}", head)]
    wholes = [place for place, head in enumerate(heads) if re.match(rf"\d+ · {after}", head)]
    assert len(starts) == len(wholes) == len(document.scenarios)
    assert starts == list(range(starts[0], wholes[0]))  # a page each, before anything else


def test_the_same_words_give_the_same_name_in_every_language_of_the_reader(plan: Plan, claire: User) -> None:
    version = approved(plan, claire)
    with translation.override("fr"):
        before = making.kit(version, "fr").path
    with translation.override("en"):
        assert making.kit(version, "fr").path == before


@pytest.mark.parametrize("change", ["number", "name", "deputy", "order"])
def test_whatever_changes_about_people_gives_another_name(plan: Plan, claire: User, change: str) -> None:
    version, contact = approved(plan, claire), Contact.objects.get(name="Nadia Berthier")
    other = people.add(plan.organisation, claire, name="Paul Derain")
    people.seat(plan, "director", other, claire)
    before = making.kit(version, "fr").path
    if change == "number":
        people.add_line(contact, "sms", "06 98 76 54 32", claire)
    elif change == "name":
        people.change(contact, claire, name="Nadia Berthier-Roy")
    elif change == "deputy":
        people.set_deputy(contact, other, claire)
    else:
        people.put_first(plan.seats.get(contact=other), claire)
    assert making.kit(version, "fr").path != before


def test_an_approval_makes_the_kit(plan: Plan, claire: User, time: SimulatedTime) -> None:
    version = approved(plan, claire)
    assert making.kit(version, "fr").made_at is None
    run_clock(time)
    kit = making.kit(version, "fr")
    assert kit.made_at is not None
    assert stat.S_IMODE(kit.path.stat().st_mode) == 0o600


def test_a_new_number_makes_a_new_kit_and_removes_the_old_one(
    plan: Plan, claire: User, time: SimulatedTime
) -> None:
    version = approved(plan, claire)
    run_clock(time)
    old = making.kit(version, "fr").path
    people.add_line(Contact.objects.get(name="Nadia Berthier"), "sms", "06 98 76 54 32", claire)
    assert making.kit(version, "fr").before
    run_clock(time)
    assert not old.exists()
    assert "+33 6 98 76 54 32" in read(making.kit(version, "fr").path.read_bytes())


def test_somebody_who_is_let_go_leaves_the_kit(plan: Plan, claire: User, time: SimulatedTime) -> None:
    version = approved(plan, claire)
    run_clock(time)
    people.remove(Contact.objects.get(name="Nadia Berthier"), claire)
    run_clock(time)
    kept = list(keeping.folder().glob("*.pdf"))
    assert {kit.path for kit in making.kits(version)} == set(kept)
    for path in kept:
        assert "Nadia Berthier" not in read(path.read_bytes())


def test_kits_of_plans_that_are_gone_are_removed(plan: Plan, claire: User, time: SimulatedTime) -> None:
    approved(plan, claire)
    run_clock(time)
    plan.delete()
    assert making.tidy() == 2
    assert not list(keeping.folder().glob("*.pdf"))


def test_a_kit_that_says_what_holds_is_left_alone(plan: Plan, claire: User, time: SimulatedTime) -> None:
    approved(plan, claire)
    run_clock(time)
    assert making.make(plan.organisation) == 0


def test_before_an_approval_the_page_says_the_next_step(plan: Plan, claire: User, client: Client) -> None:
    client.force_login(claire)
    assert "kit/" in client.get("/plan/maison-berthier/kit.pdf").headers["Location"]
    assert 'href="/plan/maison-berthier/"' in client.get("/plan/maison-berthier/kit/").content.decode()


def test_who_asks_too_early_waits_on_a_page_that_looks_again(
    plan: Plan, claire: User, client: Client, time: SimulatedTime
) -> None:
    approved(plan, claire)
    client.force_login(claire)
    assert client.get("/plan/maison-berthier/kit.pdf").status_code == 302
    assert 'hx-trigger="every 2s"' in client.get("/plan/maison-berthier/kit/").content.decode()
    Clock().run_due()  # asked for now: no minute passes
    shown = client.get("/plan/maison-berthier/kit/").content.decode()
    assert "kit.pdf?language=fr&amp;shape=a4" in shown
    assert "kit.pdf?language=fr&amp;shape=phone" in shown
    assert "every 2s" not in shown


@pytest.mark.parametrize("language", ["fr", "en", "", "../../../etc/passwd", "*"])
def test_the_kit_is_given_in_a_language_of_the_plan(
    plan: Plan, claire: User, client: Client, time: SimulatedTime, language: str
) -> None:
    approved(plan, claire)
    run_clock(time)
    client.force_login(claire)
    given_kit = client.get("/plan/maison-berthier/kit.pdf", {"language": language})
    assert given_kit["Content-Type"] == "application/pdf"
    assert given_kit["Cache-Control"] == "private, no-store"
    assert b"".join(given_kit.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]  # a file


def test_another_company_gets_no_kit(
    plan: Plan, claire: User, client: Client, other_organisation: Organisation, time: SimulatedTime
) -> None:
    approved(plan, claire)
    run_clock(time)
    client.force_login(member(other_organisation, "Luc Lacaze", "luc@lacaze.test", "lead").user)
    assert client.get("/plan/maison-berthier/kit.pdf").status_code == 404


def test_contacts_and_the_first_minutes_come_before_everything_else(plan: Plan, claire: User) -> None:
    pages = texts(printing.pdf(making.said(approved(plan, claire), "fr"), "22 novembre 2026"))
    assert "Nadia Berthier" in pages[1]
    assert "Répondre au premier auteur" in pages[2]
    assert "Produit contaminé ou défectueux" in pages[0]  # the contents, on the cover


@pytest.mark.parametrize("shape", SHAPES)
def test_each_page_says_its_version_its_day_and_its_place(plan: Plan, claire: User, shape: Shape) -> None:
    with translation.override("fr"):
        version = approved(plan, claire)
        pages = texts(printing.pdf(making.said(version, "fr"), "22 novembre 2026", shape))
    printed = making.said(version, "fr")["printed"]
    assert "1" in printed
    for place, page in enumerate(pages, start=1):
        assert printed in page, place
        assert f"{place} / {len(pages)}" in page


def test_a_phone_reads_narrow_pages(plan: Plan, claire: User) -> None:
    reader = pypdf.PdfReader(io.BytesIO(printing.pdf(making.said(approved(plan, claire), "fr"), "", "phone")))
    assert {round(page.mediabox.width / 72 * 25.4) for page in reader.pages} == {90}


def test_who_is_on_call_is_printed_with_when_nobody_is(
    plan: Plan, organisation: Organisation, claire: User
) -> None:
    version, contact = approved(plan, claire), Contact.objects.get(name="Nadia Berthier")
    assert making.said(version, "fr")["rota"] == []
    before = making.kit(version, "fr").path
    Shift.objects.create(
        organisation=organisation,
        plan=plan,
        contact=contact,
        role="director",
        begins_at=NOON,
        ends_at=NOON + timedelta(hours=30),
    )
    told = making.said(version, "fr")["rota"]
    assert len(told) == 21
    shifts = [shift for day in told for shift in day["shifts"]]
    assert {shift["name"] for shift in shifts} == {"Nadia Berthier"}
    assert {shift["number"].replace("\u00a0", " ") for shift in shifts} == {"+33 6 12 34 56 78"}
    assert any(day["gaps"] for day in told)
    assert making.kit(version, "fr").path != before
    assert "Nadia Berthier" in texts(printing.pdf(making.said(version, "fr"), ""))[2]


def test_a_week_later_a_kit_with_a_rota_is_made_again(
    plan: Plan, organisation: Organisation, claire: User, time: SimulatedTime
) -> None:
    version, contact = approved(plan, claire), Contact.objects.get(name="Nadia Berthier")
    Shift.objects.create(
        organisation=organisation,
        plan=plan,
        contact=contact,
        begins_at=NOON + timedelta(days=8),
        ends_at=NOON + timedelta(days=9),
    )
    run_clock(time)
    before = making.kit(version, "fr").path
    time.advance(days=7)
    assert making.kit(version, "fr").path != before
    making.tidy()
    run_clock(time)
    assert making.kit(version, "fr").made_at is not None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Nadia Benhalim 🥖", "Nadia Benhalim"),
        ("👩\u200d🍳 Cheffe", " Cheffe"),
        ("Zoé Œuvrard → Łukasz", "Zoé Œuvrard → Łukasz"),
        ("ليلى بن علي", "ليلى بن علي"),
        ("Łukasz 王", "Łukasz ▯"),
        ("\u202erenversé\u202c", "renversé"),
        ("ligne\nsuivante\x00\x07", "ligne\nsuivante  "),
    ],
)
def test_signs_that_no_font_has_are_left_out_or_told(words: str, told: str) -> None:
    assert printable(words) == told


@given(st.text(max_size=80))
def test_what_is_printable_stays_as_it_is(words: str) -> None:
    assert printable(printable(words)) == printable(words)


def test_no_empty_box_is_printed_for_an_emoji_or_a_foreign_name(plan: Plan, claire: User) -> None:
    contact = Contact.objects.get(name="Nadia Berthier")
    people.change(contact, claire, name="Nadia 🥖 Œuvrard ليلى 王")
    pdf = printing.pdf(making.said(approved(plan, claire), "fr"), "")
    words = read(pdf)
    assert "Nadia Œuvrard" in words
    assert "▯" in words
    assert "🥖" not in words
    assert b"NotDef" not in pdf


def test_who_takes_a_kit_is_in_the_journal(
    plan: Plan, claire: User, client: Client, time: SimulatedTime
) -> None:
    approved(plan, claire)
    run_clock(time)
    client.force_login(claire)
    for shape in (*SHAPES, "x<script>"):
        answer = client.get("/plan/maison-berthier/kit.pdf", {"language": "fr", "shape": shape})
        assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]  # a file
    taken = list(Entry.objects.filter(verb="plan.kit_taken").order_by("pk"))
    assert [entry.data["shape"] for entry in taken] == ["a4", "phone", "a4"]
    with translation.override("en"):
        said = display(taken[1])
    assert said.endswith("took the offline kit of Maison Berthier, version 1 (for a phone)")


def test_a_kit_that_is_not_made_yet_is_not_noted_as_taken(plan: Plan, claire: User, client: Client) -> None:
    approved(plan, claire)
    client.force_login(claire)
    client.get("/plan/maison-berthier/kit.pdf")
    assert not Entry.objects.filter(verb="plan.kit_taken").exists()
