"""A draft is changed part by part in one language; names, other languages and typed words are kept."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.conftest import member
from tocsin.accounts.models import Organisation, User
from tocsin.plan import actions, editing, library
from tocsin.plan.composing import with_empty, with_library, without_scenario
from tocsin.plan.document.checking import faults
from tocsin.plan.document.structure import Document, Fact, Item, Message, Scenario, Task
from tocsin.plan.models import Version, VersionState
from tocsin.plan.parts import PARTS, rows_of
from tocsin.plan.points import UNSAID, points, typed

ROOT = "/plan/maison-berthier/draft/"

LATE = Scenario(
    id="late",
    title={"fr": "Livraisons en retard", "en": "Late deliveries"},
    decides="director",
    protocol=(
        Task(id="say", role="community", minutes=0, words={"fr": "Dire l’heure", "en": "Say when"}),
        Task(
            id="call",
            role="care",
            minutes=120,
            words={"fr": "Appeler"},
            after=("say",),
            message="public/post",
            checklist=(Item(id="first", words={"fr": "Les plus anciens", "en": "The oldest"}),),
        ),
    ),
    facts=(Fact(id="delay", name={"fr": "retard", "en": "delay"}),),
    messages=(
        Message(
            audience="public", channel="post", words={"fr": "Vos colis ont [[retard]].", "en": "[[delay]]"}
        ),
        Message(audience="press", channel="press", words={"fr": "Rien de plus que [[retard]]."}),
    ),
    avoid=(Item(id="a1", words={"fr": "« Gêne occasionnée »", "en": "“Inconvenience”"}),),
)


def now(draft: Version) -> Document:
    """Return what the draft says now."""
    return Version.objects.get(pk=draft.pk).document


def filled(page: Client, address: str) -> dict[str, object]:
    """Return what a browser would send from the form of a page, unchanged."""
    context = page.get(address).context
    form = context["form"]
    forms = [form.management_form, *form.forms] if hasattr(form, "forms") else [form]
    sent: dict[str, object] = {"mark": context["written"].mark}
    for one in forms:
        for field in one:
            value = field.value()
            if value is not None and value is not False:
                sent[field.html_name] = value
    return sent


def in_order(scenario: Scenario) -> Scenario:
    """Return a scenario with its messages by name: the bank keeps the order in which people hear of it."""
    return replace(scenario, messages=tuple(sorted(scenario.messages, key=lambda message: message.id)))


# what is typed becomes a document


@pytest.mark.parametrize("code", PARTS)
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("scenario", [LATE, *library.scenarios()[:3]], ids=lambda one: one.id)
def test_a_part_saved_unchanged_says_what_it_said(code: str, language: str, scenario: Scenario) -> None:
    part = PARTS[code]
    rows = rows_of(scenario, part, language)
    after = part.change(scenario, language, rows if part.field else rows[0])
    assert in_order(after) == in_order(scenario)


lines = st.lists(st.text("aàb —«»1[]<&", min_size=1, max_size=8), max_size=6)


@given(lines, lines)
def test_points_have_names_of_their_own_and_say_what_was_typed(first: list[str], second: list[str]) -> None:
    items = points("\n".join(second), points("\n".join(first), (), "fr"), "fr")
    said = [" ".join(line.split()) for line in second]
    assert [item.words["fr"] for item in items] == [line for line in said if line and line != UNSAID]
    assert len({item.id for item in items}) == len(items)
    assert points(typed(items, "fr"), items, "fr") == items


@given(lines)
def test_what_one_language_says_survives_what_is_typed_in_another(english: list[str]) -> None:
    items = (Item(id="a", words={"fr": "Un"}), Item(id="b", words={"fr": "Deux"}))
    after = points("\n".join(english), items, "en")
    assert {(item.id, item.words["fr"]) for item in after if "fr" in item.words} == {
        ("a", "Un"),
        ("b", "Deux"),
    }


def test_a_translated_list_takes_the_names_of_its_points_in_order() -> None:
    items = (Item(id="a", words={"fr": "Un"}), Item(id="b", words={"fr": "Deux"}))
    assert points("One\nTwo", items, "en") == (
        Item(id="a", words={"fr": "Un", "en": "One"}),
        Item(id="b", words={"fr": "Deux", "en": "Two"}),
    )


def test_a_line_put_between_others_leaves_them_their_names() -> None:
    items = (Item(id="a", words={"fr": "Un"}), Item(id="b", words={"fr": "Deux"}))
    after = points("Un\nUn et demi\nDeux", items, "fr")
    assert [item.id for item in after] == ["a", "un-et-demi", "b"]


def test_a_task_that_is_removed_is_waited_for_no_more() -> None:
    rows = editing.tasks(LATE, "fr")
    rows[0]["remove"] = True
    after = editing.with_tasks(LATE, "fr", rows)
    assert [(task.id, task.after) for task in after.protocol] == [("call", ())]


def test_tasks_follow_a_message_to_its_new_channel_and_lose_one_that_is_removed() -> None:
    rows = editing.messages(LATE, "fr")
    rows[0]["channel"] = "website"
    rows[1]["remove"] = True
    after = editing.with_messages(LATE, "fr", [*rows, {**rows[0], "id": "", "channel": "sms"}])
    assert [message.id for message in after.messages] == ["public/sms", "public/website"]
    assert [task.message for task in after.protocol] == ["", "public/website"]


def test_a_fact_that_is_renamed_is_renamed_in_the_slots_of_its_language() -> None:
    rows = editing.facts(LATE, "fr")
    rows[0]["name"] = "nombre de jours"
    after = editing.with_facts(LATE, "fr", rows)
    assert after.messages[0].words == {"fr": "Vos colis ont [[nombre de jours]].", "en": "[[delay]]"}
    assert not [fault for fault in faults(Document(scenarios=(after,))) if fault.code == "unknown_fact"]


def test_a_part_that_no_row_speaks_of_was_added_meanwhile_and_stays() -> None:
    after = editing.with_tasks(LATE, "fr", editing.tasks(LATE, "fr")[:1])
    assert [task.id for task in after.protocol] == ["say", "call"]


def test_rows_of_one_name_or_of_a_strange_one_become_parts_of_their_own() -> None:
    row = editing.facts(LATE, "fr")[0]
    after = editing.with_facts(LATE, "fr", [row, {**row, "name": "retard bis"}, {**row, "id": "../../etc"}])
    assert [fact.id for fact in after.facts] == ["delay", "retard-bis", "retard"]


def test_a_scenario_of_the_library_comes_with_its_roles_and_its_risk_and_leaves_its_risk() -> None:
    document = with_library(Document(), "contamination")
    assert not [fault for fault in faults(document) if fault.blocks]
    assert document.risks[0].scenario == "contamination"
    bare = without_scenario(document, "contamination")
    assert (bare.scenarios, bare.risks[0].scenario) == ((), "")


def test_two_scenarios_of_one_title_have_two_names() -> None:
    document, first = with_empty(Document(), "Grève", "fr")
    _document, second = with_empty(document, "Grève", "fr")
    assert (first, second) == ("greve", "greve-2")


# pages


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_saved_as_it_stands_changes_nothing(page: Client, draft: Version, part: str) -> None:
    address = f"{ROOT}contamination/{part}/?language=fr"
    answer = page.post(address, filled(page, address))
    assert answer.status_code == 302
    before, after = draft.document.scenarios[0], now(draft).scenarios[0]
    assert in_order(before) == in_order(after)


def test_a_task_is_added_moved_and_said_in_the_journal(page: Client, draft: Version) -> None:
    address = f"{ROOT}contamination/protocol/?language=fr"
    sent = filled(page, address)
    last = int(str(sent["form-TOTAL_FORMS"])) - 1
    sent |= {
        f"form-{last}-words": "Prévenir le fournisseur",
        f"form-{last}-role": "operations",
        f"form-{last}-delay": "2",
        f"form-{last}-unit": "h",
        f"form-{last}-checklist": "Numéro de lot\nQuantité",
        "move": f"{last}:up",
    }
    assert page.post(address, sent).status_code == 302
    added = now(draft).scenarios[0].protocol[-2]
    assert (added.id, added.minutes, len(added.checklist)) == ("prevenir-le-fournisseur", 120, 2)


def test_words_are_still_on_the_page_when_somebody_else_changed_the_draft(
    page: Client, draft: Version, yanis: User
) -> None:
    address = f"{ROOT}contamination/limits/?language=fr"
    sent = {**filled(page, address), "avoid": "Ne pas rire"}
    other, _name = with_empty(draft.document, "Grève", "fr")
    actions.change(draft, other, yanis, revision=draft.revision)
    answer = page.post(address, sent)
    assert answer.status_code == 200
    assert "Ne pas rire" in answer.content.decode()
    assert answer.context["refused"]
    assert answer.context["changes"]
    assert page.post(address, {**sent, "mark": answer.context["written"].mark}).status_code == 302
    assert [item.words["fr"] for item in now(draft).scenarios[0].avoid] == ["Ne pas rire"]
    assert now(draft).scenario("greve") is not None


def test_what_is_in_force_stays_when_its_change_begins_a_draft(
    page: Client, draft: Version, claire: User
) -> None:
    actions.propose(draft, claire, "Premier plan")
    row = Version.objects.get(pk=draft.pk)
    actions.approve(row, claire, revision=row.revision)
    address = f"{ROOT}contamination/scenario/?language=fr"
    assert page.get(address).status_code == 200
    assert Version.objects.count() == 1
    sent = {**filled(page, address), "title": "Produit dangereux"}
    assert page.post(address, sent).status_code == 302
    states = {version.state: version.document.scenarios[0].title["fr"] for version in Version.objects.all()}
    assert states[VersionState.DRAFT] == "Produit dangereux"
    assert states[VersionState.IN_FORCE] != "Produit dangereux"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("words", "x" * 30_000),
        ("role", "nobody-we-know"),
        ("delay", "-5"),
        ("delay", "99999999999999999999"),
        ("unit", "years"),
        ("message", "press/smoke"),
        ("after", "no-such-task"),
        ("words", ""),
        ("words", "a\x00b"),
    ],
)
def test_hostile_values_are_refused_and_stay_on_the_page(
    page: Client, draft: Version, field: str, value: str
) -> None:
    address = f"{ROOT}contamination/protocol/?language=fr"
    sent = {**filled(page, address), f"form-0-{field}": value}
    if field == "words" and not value:
        sent["form-0-id"] = "of-nobody"
    answer = page.post(address, sent)
    assert answer.status_code == 200
    assert answer.context["form"].forms[0].errors
    assert now(draft) == draft.document


def test_a_form_without_its_rows_changes_nothing(page: Client, draft: Version) -> None:
    answer = page.post(f"{ROOT}contamination/protocol/", {"mark": "1-1"})
    assert answer.status_code == 200
    assert now(draft) == draft.document


def test_html_is_words(page: Client, draft: Version) -> None:
    address = f"{ROOT}contamination/limits/?language=fr"
    hostile = '</textarea><script>alert("1")</script>'
    page.post(address, {**filled(page, address), "avoid": hostile, "notes": hostile})
    shown = page.get(address).content.decode()
    assert "<script>alert" not in shown
    assert "<script>alert" not in page.get(f"{ROOT}contamination/limits/?language=en").content.decode()


def test_tasks_that_wait_for_each_other_are_refused_and_stay_on_the_page(
    page: Client, draft: Version
) -> None:
    address = f"{ROOT}contamination/protocol/?language=fr"
    sent = filled(page, address)
    first, second = (task.id for task in draft.document.scenarios[0].protocol[:2])
    sent |= {"form-0-after": [second], "form-1-after": [first]}
    answer = page.post(address, sent)
    assert answer.status_code == 200
    told = " ".join(str(row.errors.get("after", "")) for row in answer.context["form"].forms)
    assert "ne peut commencer" in told or "none can begin" in told
    assert "→" in told
    assert answer.context["form"].forms[0]["after"].value() == [second]
    assert now(draft) == draft.document


def test_a_role_that_is_needed_is_not_removed(page: Client, draft: Version) -> None:
    address = f"{ROOT}roles/?language=fr"
    sent = {**filled(page, address), "form-0-remove": "on"}
    answer = page.post(address, sent)
    assert answer.status_code == 200
    assert "contamin" in str(answer.context["form"].forms[0].errors).lower()
    assert now(draft).roles == draft.document.roles


def test_a_role_is_renamed_and_added(page: Client, draft: Version) -> None:
    address = f"{ROOT}roles/?language=fr"
    sent = filled(page, address)
    last = int(str(sent["form-TOTAL_FORMS"])) - 1
    sent |= {"form-0-title": "Direction générale", f"form-{last}-title": "Standard"}
    assert page.post(address, sent).status_code == 302
    roles = now(draft).roles
    assert (roles[0].id, roles[0].title["fr"]) == (draft.document.roles[0].id, "Direction générale")
    assert (roles[-1].id, roles[-1].title) == ("standard", {"fr": "Standard"})


def test_weak_words_are_told_as_they_are_typed(page: Client, draft: Version) -> None:
    answer = page.post(
        f"{ROOT}contamination/check/?language=fr&row=form-2",
        {
            "form-2-words": "Nous vous prions d’excuser la gêne occasionnée à [[planète]].",
            "form-2-subject": "",
        },
    )
    checked = answer.context["checked"]
    assert len(checked["weak"]) == 1
    assert [(slot["name"], slot["fact"]) for slot in checked["slots"]] == [("planète", None)]
    assert 'id="check-form-2"' in answer.content.decode()


def test_a_strange_row_is_not_written_into_the_page(page: Client, draft: Version) -> None:
    answer = page.post(f"{ROOT}contamination/check/", {}, QUERY_STRING='row="><script>')
    assert "<script>" not in answer.content.decode()


def test_scenarios_are_added_and_removed(page: Client, draft: Version) -> None:
    def mark() -> str:
        return str(page.get(ROOT).context["written"].mark)

    assert page.post(f"{ROOT}add/", {"mark": mark(), "title": "Grève des boulangers"}).status_code == 302
    assert now(draft).scenario("greve-des-boulangers") is not None
    page.post(f"{ROOT}contamination/remove/", {"mark": mark()})
    assert now(draft).scenario("contamination") is None
    page.post(f"{ROOT}add/", {"mark": mark(), "library": "contamination"})
    assert now(draft).scenario("contamination") is not None
    assert page.post(f"{ROOT}add/", {"mark": mark(), "library": "no-such"}).status_code == 404


def test_a_stale_page_removes_nothing(page: Client, draft: Version) -> None:
    page.post(f"{ROOT}contamination/remove/", {"mark": "0-0"})
    assert now(draft) == draft.document


def test_an_observer_changes_nothing(client: Client, draft: Version, paul: User) -> None:
    client.force_login(paul)
    for address in (ROOT, f"{ROOT}roles/", f"{ROOT}contamination/protocol/"):
        assert client.get(address).status_code == 403


def test_another_company_finds_no_draft(
    client: Client, draft: Version, other_organisation: Organisation
) -> None:
    client.force_login(member(other_organisation, "Luc Lacaze", "luc@lacaze.test", "lead").user)
    assert client.get(ROOT).status_code == 404
    assert client.get("/plan/maison-berthier/export.zip").status_code == 404


def test_an_unknown_part_or_scenario_is_not_found(page: Client, draft: Version) -> None:
    assert page.get(f"{ROOT}contamination/nowhere/").status_code == 404
    assert page.get(f"{ROOT}nothing/protocol/").status_code == 404


def test_the_language_that_is_written_stays_from_part_to_part(page: Client, draft: Version) -> None:
    shown = page.get(f"{ROOT}contamination/messages/?language=en").content.decode()
    assert '<a href="?language=en" aria-current="true">' in shown
    assert f"{ROOT}contamination/facts/?language=en" in shown
    assert "check/?language=en&amp;row=form-0" in shown
