"""The pages of a plan lead from its beginning to its approval, and say what is done in the first minutes."""

import re
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.utils.html import escape
from django.utils.translation import override
from django_scopes import scope
from pytest_django import DjangoAssertNumQueries

from tests.browsing import browser, said
from tests.conftest import member
from tocsin.accounts.models import Organisation, User
from tocsin.plan import actions, library, people, selectors
from tocsin.plan.compared import compared
from tocsin.plan.document.structure import Document
from tocsin.plan.models import Plan, Version
from tocsin.plan.words import shortened
from tocsin.watch.models import Brand

pytestmark = pytest.mark.django_db
FRONT = "/plan/maison-berthier/"
SCENARIO = f"{FRONT}scenarios/contamination/"
POSTED = ("propose", "approve", "send-back", "discard", "read", "reviewed")


def post(client: Client, step: str, **fields: object) -> str:
    answer = client.post(f"{FRONT}{step}/", fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


@pytest.fixture
def draft(brand: Brand, claire: User) -> Version:
    """The first draft of the bakery's plan, with one scenario in French and English."""
    with scope(organisation=brand.organisation):
        return actions.begin(brand, claire, ["contamination"], ["fr", "en"])


@pytest.fixture
def in_force(draft: Version, yanis: User, claire: User) -> Version:
    """The first version, proposed by Yanis and approved by Claire."""
    with scope(organisation=draft.organisation):
        actions.propose(draft, yanis, "Première version")
        return actions.approve(draft, claire, revision=draft.revision)


def changed(version: Version, author: User, summary: str) -> Version:
    with scope(organisation=version.organisation):
        written = actions.draft_of(version.plan, author)
        scenario = msgspec.structs.replace(
            written.document.scenarios[0], summary={"fr": summary, "en": summary}
        )
        document = msgspec.structs.replace(written.document, scenarios=(scenario,))
        return actions.change(written, document, author, revision=written.revision)


def test_a_stranger_is_sent_to_sign_in(draft: Version) -> None:
    for address in ("/plan/", FRONT, SCENARIO, f"{FRONT}versions/", f"{FRONT}begin/"):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/")


def test_a_brand_without_a_plan_leads_to_its_beginning(brand: Brand, claire: User, paul: User) -> None:
    assert f'href="{FRONT}begin/"' in said(browser(claire), "/plan/")
    assert f'href="{FRONT}begin/"' not in said(browser(paul), "/plan/")
    assert browser(paul).get(f"{FRONT}begin/").status_code == 403
    assert browser(claire).get(FRONT).status_code == 404


def test_a_house_without_a_brand_is_told_to_declare_one(claire: User) -> None:
    assert 'href="/brands/new/"' in said(browser(claire), "/plan/")


def test_a_plan_begins_with_every_scenario_of_the_library_chosen(brand: Brand, claire: User) -> None:
    page = said(browser(claire), f"{FRONT}begin/")
    for scenario in library.scenarios():
        assert f'name="scenarios" value="{scenario.id}"' in page
    assert page.count('name="scenarios"') == len(library.scenarios())
    assert page.count(" checked") == len(library.scenarios()) + 1
    assert said(browser(claire), f"{FRONT}begin/?none=1").count(" checked") == 1


def test_a_plan_is_begun_with_what_was_chosen(brand: Brand, claire: User) -> None:
    page = post(browser(claire), "begin", scenarios=["contamination"], languages=["fr"])
    assert f'href="{SCENARIO}?version=' in page
    with scope(organisation=brand.organisation):
        plan = Plan.objects.get(brand=brand)
        assert plan.owner == claire
        assert [one.id for one in plan.versions.get().document.scenarios] == ["contamination"]
    again = browser(claire).post(f"{FRONT}begin/", {"scenarios": ["contamination"], "languages": ["fr"]})
    assert again.headers["Location"] == FRONT


@pytest.mark.parametrize(
    "fields",
    [
        {"languages": ["fr"]},
        {"scenarios": ["contamination"]},
        {"scenarios": ["../../etc"], "languages": ["fr"]},
        {"scenarios": ["contamination"], "languages": ["klingon"]},
    ],
)
def test_a_wrong_choice_begins_nothing_and_says_why(
    brand: Brand, claire: User, fields: dict[str, Any]
) -> None:
    answer = browser(claire).post(f"{FRONT}begin/", fields)
    assert answer.status_code == 200
    assert "field__problem" in answer.content.decode()
    with scope(organisation=brand.organisation):
        assert not Plan.objects.exists()


def test_the_front_says_what_is_in_force_and_who_approved_it(in_force: Version, paul: User) -> None:
    page = said(browser(paul), FRONT)
    assert "Version 1" in page
    assert "Claire Vasseur" in page
    assert f'href="{SCENARIO}"' in page
    assert "ready__score" in page


def test_empty_seats_are_shown_and_filled_ones_can_be_called(in_force: Version, claire: User) -> None:
    assert "seats__empty" in said(browser(claire), FRONT)
    role = in_force.document.scenarios[0].protocol[0].role
    with scope(organisation=in_force.organisation):
        contact = people.add(in_force.organisation, claire, name="Nadia Ferrand")
        people.add_line(contact, "voice", "02 41 55 12 34", claire)
        people.seat(in_force.plan, role, contact, claire)
    for address in (FRONT, SCENARIO):
        page = said(browser(claire), address)
        assert "Nadia Ferrand" in page
        assert 'href="tel:+33241551234"' in page
        assert "+33 2 41 55 12 34" in page


def test_a_scenario_begins_with_the_first_fifteen_minutes(in_force: Version, paul: User) -> None:
    page = said(browser(paul), SCENARIO).partition("<h1>")[2]
    protocol = in_force.document.scenarios[0].protocol
    places = [page.index(escape(task.words["fr"]).replace("\u00a0", " ")) for task in protocol]
    due = sorted(range(len(protocol)), key=lambda at: protocol[at].minutes)
    assert [places[at] for at in due] == sorted(places)
    assert page.index('id="first"') < min(places)
    assert page.index('id="phase-60"') > max(
        at for at, task in zip(places, protocol, strict=True) if task.minutes <= 15
    )


def test_messages_stand_in_the_order_in_which_people_hear_them_with_their_slots_open(
    in_force: Version, paul: User
) -> None:
    page = said(browser(paul), SCENARIO)
    heads = [page.index(f'id="audience-{name}"') for name in ("victims", "employees", "press", "public")]
    assert heads == sorted(heads)
    assert '<span class="slot__edge">[[</span>produit<span class="slot__edge">]]</span>' in page
    assert "data-copy" in page


def test_a_scenario_says_the_law_its_source_and_that_a_lawyer_confirms(
    in_force: Version, paul: User, yanis: User
) -> None:
    page = said(browser(yanis), SCENARIO)
    assert "L. 423-3" in page
    assert "To be confirmed by your lawyer" in page
    assert "Before denying anything" in page
    assert "Coombs" in page or "Arendt" in page


def test_words_of_a_plan_are_shown_as_words(draft: Version, claire: User) -> None:
    hostile = '<script>alert(1)</script> [[<img src=x>]] "'
    with scope(organisation=draft.organisation):
        scenario = draft.document.scenarios[0]
        message = msgspec.structs.replace(scenario.messages[0], words={"fr": hostile, "en": hostile})
        scenario = msgspec.structs.replace(
            scenario,
            title={"fr": hostile},
            summary={"fr": hostile},
            messages=(message,),
            notes={"fr": hostile},
        )
        document = msgspec.structs.replace(draft.document, scenarios=(scenario,))
        actions.change(draft, document, claire, revision=1)
    for address in (FRONT, SCENARIO, f"{FRONT}versions/", "/plan/"):
        page = said(browser(claire), address)
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_from_proposal_to_approval(draft: Version, yanis: User, claire: User) -> None:
    page = post(browser(yanis), "propose", summary="Premier plan")
    assert "The version is proposed" in page
    assert "Approve: bring it into force" not in page
    page = said(browser(claire), FRONT)
    assert "Premier plan" in page
    assert f'action="{FRONT}approve/"' in page
    post(browser(claire), "approve", revision=draft.revision)
    draft.refresh_from_db()
    assert (draft.state, draft.approved_by) == ("in_force", claire)


def test_who_proposed_is_told_that_somebody_else_approves(draft: Version, claire: User, ines: User) -> None:
    page = post(browser(claire), "propose", summary="Premier plan")
    assert f'action="{FRONT}approve/"' not in page
    post(browser(claire), "approve", revision=draft.revision)
    draft.refresh_from_db()
    assert draft.state == "proposed"
    assert f'action="{FRONT}approve/"' in said(browser(ines), FRONT)


@pytest.mark.parametrize("revision", ["", "-1", "x", "9" * 40, "²", "99"])
def test_what_was_not_read_is_not_approved(draft: Version, yanis: User, claire: User, revision: str) -> None:
    post(browser(yanis), "propose", summary="Premier plan")
    post(browser(claire), "approve", revision=revision)
    draft.refresh_from_db()
    assert draft.state == "proposed"


def test_a_proposal_without_a_word_is_not_taken(draft: Version, yanis: User) -> None:
    assert "Say what changes" in post(browser(yanis), "propose", summary="  ")
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_what_is_sent_back_comes_with_its_reason(draft: Version, yanis: User, claire: User) -> None:
    post(browser(yanis), "propose", summary="Premier plan")
    assert "Le numéro manque" in post(browser(claire), "send-back", why="Le numéro manque")
    assert "Le numéro manque" in said(browser(yanis), FRONT)


def test_the_first_draft_thrown_away_leads_back_to_the_beginning(
    draft: Version, claire: User, paul: User
) -> None:
    assert 'name="scenarios"' in post(browser(claire), "discard")
    assert browser(paul).get(FRONT).headers["Location"] == "/plan/"
    assert f'href="{FRONT}begin/"' in said(browser(claire), "/plan/")


def test_a_reader_signs_once_and_is_shown(in_force: Version, paul: User, claire: User) -> None:
    assert f'action="{FRONT}read/"' in said(browser(paul), FRONT)
    assert f'action="{FRONT}read/"' not in post(browser(paul), "read")
    assert f'action="{FRONT}read/"' in said(browser(claire), FRONT)


@pytest.mark.parametrize(
    ("step", "name"),
    [
        ("propose", "paul"),
        ("approve", "yanis"),
        ("send-back", "yanis"),
        ("discard", "yanis"),
        ("reviewed", "yanis"),
    ],
)
def test_a_step_needs_its_role(draft: Version, step: str, name: str, request: pytest.FixtureRequest) -> None:
    client = browser(request.getfixturevalue(name))
    assert client.post(f"{FRONT}{step}/", {"summary": "x", "why": "x"}).status_code == 403
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize("step", POSTED)
def test_no_step_is_taken_by_following_a_link(draft: Version, claire: User, step: str) -> None:
    assert browser(claire).get(f"{FRONT}{step}/").status_code == 405


@pytest.mark.parametrize("step", POSTED)
def test_a_step_that_comes_too_late_is_said_in_words(in_force: Version, ines: User, step: str) -> None:
    page = post(browser(ines), step, summary="x", why="x", revision=1)
    assert "toast" in page
    in_force.refresh_from_db()
    assert in_force.state == "in_force"


@pytest.mark.parametrize("version", ["0", "-1", "x", "9" * 30, "²", "1 OR 1=1", "999999"])
def test_a_version_that_does_not_exist_is_not_found(in_force: Version, claire: User, version: str) -> None:
    for address in (FRONT, SCENARIO, f"{FRONT}versions/"):
        assert browser(claire).get(address, {"version": version}).status_code == 404


def test_a_scenario_that_does_not_exist_leads_to_the_plan(in_force: Version, claire: User) -> None:
    answer = browser(claire).get(f"{FRONT}scenarios/rien/")
    assert answer.headers["Location"] == FRONT
    assert browser(claire).get(f"{FRONT}scenarios/..%2f..%2f/").status_code == 404


def test_another_house_sees_nothing_of_a_plan(in_force: Version, other_organisation: Organisation) -> None:
    stranger = browser(member(other_organisation, "Luc Lacaze", "luc@lacaze.test", "administrator").user)
    for address in (FRONT, SCENARIO, f"{FRONT}versions/", f"{FRONT}begin/"):
        assert stranger.get(address).status_code == 404
    for step in POSTED:
        assert stranger.post(f"{FRONT}{step}/", {"summary": "x", "why": "x"}).status_code == 404
    assert "Berthier" not in said(stranger, "/plan/")


def test_a_version_of_another_house_is_not_found(in_force: Version, other_organisation: Organisation) -> None:
    lead = member(other_organisation, "Luc Lacaze", "luc@lacaze.test", "lead").user
    with scope(organisation=other_organisation):
        brand = Brand.objects.create(organisation=other_organisation, name="Lacaze", slug="lacaze")
        actions.begin(brand, lead, ["contamination"], ["fr"])
    for address in ("/plan/lacaze/", "/plan/lacaze/versions/", "/plan/lacaze/scenarios/contamination/"):
        assert browser(lead).get(address, {"version": in_force.pk}).status_code == 404


def test_what_is_being_written_is_never_taken_for_what_holds(
    in_force: Version, yanis: User, paul: User
) -> None:
    written = changed(in_force, yanis, "Un résumé tout neuf")
    assert "Un résumé tout neuf" not in said(browser(paul), SCENARIO)
    page = said(browser(paul), f"{SCENARIO}?version={written.pk}")
    assert "Un résumé tout neuf" in page
    assert "not in force" in said(browser(yanis), f"{SCENARIO}?version={written.pk}")


def test_versions_show_the_words_that_went_and_came(in_force: Version, yanis: User) -> None:
    scenario = in_force.document.scenarios[0]
    assert "accidents" not in scenario.summary["fr"]
    written = changed(in_force, yanis, scenario.summary["fr"].replace("blesser", "brûler"))
    page = said(browser(yanis), f"{FRONT}versions/")
    assert "<del>blesser</del><ins>brûler</ins>" in page
    assert f'href="?version={written.pk}"' in page
    assert "<del>" not in said(browser(yanis), f"{FRONT}versions/?version={in_force.pk}")


def test_differences_name_the_scenario_and_the_part() -> None:
    with override("en"):
        old = library.document_of(["contamination"])
        scenario = old.scenarios[0]
        first, *rest = scenario.protocol
        first = msgspec.structs.replace(first, minutes=first.minutes + 5)
        messages = tuple(one for one in scenario.messages if one.id != "press/press")
        scenario = msgspec.structs.replace(scenario, protocol=(first, *rest), messages=messages)
        groups = compared(old, msgspec.structs.replace(old, scenarios=(scenario,)))
        assert [group.head for group in groups] == [scenario.title["en"]]
        places = [line.place for line in groups[0].lines]
        assert f"protocol › “{shortened(first.words['en'])}” › when it is due" in places
        assert "messages › Press · press release" in places
        assert compared(old, old) == []
        assert {group.head for group in compared(Document(), old)} >= {scenario.title["en"], "Roles", "Risks"}


def test_the_list_asks_as_little_for_three_brands_as_for_one(
    in_force: Version, claire: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    organisation = in_force.organisation
    with scope(organisation=organisation):
        for number in range(3):
            brand = Brand.objects.create(
                organisation=organisation, name=f"Rayon {number}", slug=f"rayon-{number}"
            )
            actions.begin(brand, claire, ["contamination"], ["fr"])
    client = browser(claire)
    said(client, "/plan/")
    with django_assert_max_num_queries(26):
        client.get("/plan/")
    with django_assert_max_num_queries(28):
        client.get(FRONT)
    with django_assert_max_num_queries(22):
        client.get(SCENARIO)


def test_the_palette_finds_a_plan_and_its_scenarios(in_force: Version, yanis: User) -> None:
    client = browser(yanis)
    assert f'href="{FRONT}"' in said(client, "/palette/?q=crisis plan")
    assert f'href="{SCENARIO}"' in said(client, "/palette/?q=contaminated")
    assert 'href="/plan/"' in said(client, "/palette/?q=plan")


def test_the_list_says_the_readiness_that_the_plan_itself_says(in_force: Version, claire: User) -> None:
    with scope(organisation=in_force.organisation):
        score = selectors.readiness_of(in_force.plan).score
    for address in ("/plan/", FRONT):
        assert f">{score}<" in said(browser(claire), address)


def test_the_first_quarter_is_open_and_the_rest_can_be_folded(in_force: Version, yanis: User) -> None:
    page = said(browser(yanis), f"{FRONT}scenarios/contamination/")
    first, _head, rest = page.partition("data-desk-open")
    assert in_force.document.scenarios[0].protocol[0].words["en"] in first
    assert in_force.document.scenarios[0].questions[0].words["en"] in rest
    for name in ("questions", "avoid", "ends", "facts", "law", "audience-victims"):
        assert re.search(rf'<details [^>]*id="{name}" data-desk-open>', page), name


def test_a_message_that_a_task_names_and_nobody_wrote_is_told(
    draft: Version, claire: User, yanis: User
) -> None:
    document = draft.document
    scenario = document.scenarios[0]
    kept = tuple(message for message in scenario.messages if message.id != "victims/reply")
    changed = msgspec.structs.replace(scenario, messages=kept)
    with scope(organisation=draft.organisation):
        written = actions.change(
            draft,
            msgspec.structs.replace(document, scenarios=(changed,)),
            claire,
            revision=draft.revision,
        )
    page = said(browser(yanis), f"{FRONT}scenarios/contamination/?version={written.pk}")
    assert "The message to send is not written: People affected · public reply" in page
    assert 'href="#victimsreply"' not in page


def test_the_law_is_told_with_its_hours_its_source_and_since_when(in_force: Version, yanis: User) -> None:
    page = said(browser(yanis), f"{FRONT}scenarios/contamination/")
    assert "Regulation (EC) 178/2002, article 19. In force since January 2005." in page
    assert "To be confirmed by your lawyer." in page
