"""A plan is begun, written, proposed, approved by somebody else, superseded, read and gone through."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from django.utils.translation import override
from django_scopes import scope

from tests.clock.conftest import NOON
from tests.conftest import member
from tocsin.accounts.models import Organisation, User
from tocsin.clock.models import Deadline
from tocsin.clock.simulated import SimulatedTime, simulated
from tocsin.journal.models import Entry
from tocsin.plan import actions, selectors
from tocsin.plan.document.structure import Document, Task
from tocsin.plan.models import Plan, Version
from tocsin.watch.models import Brand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def time() -> Iterator[SimulatedTime]:
    """A clock that moves only when told."""
    with simulated(NOON) as moving:
        yield moving


@pytest.fixture(autouse=True)
def house(organisation: Organisation) -> Iterator[None]:
    """Look at nothing but the bakery's own rows, as a request does, and speak English."""
    with scope(organisation=organisation), override("en"):
        yield


@pytest.fixture
def draft(brand: Brand, claire: User) -> Version:
    """The first draft of the bakery's plan."""
    return actions.begin(brand, claire, ["contamination"], ["fr"])


def in_force(draft: Version, author: User, approver: User) -> Version:
    proposed = actions.propose(draft, author, "Première version")
    return actions.approve(proposed, approver, revision=proposed.revision)


def said_otherwise(document: Document, words: str) -> Document:
    scenario = document.scenarios[0]
    changed = msgspec.structs.replace(scenario, summary={"fr": words})
    return msgspec.structs.replace(document, scenarios=(changed, *document.scenarios[1:]))


def with_a_stranger(document: Document) -> Document:
    scenario = document.scenarios[0]
    task = Task(id="ghost", role="nobody", minutes=0, words={"fr": "Appeler"})
    changed = msgspec.structs.replace(scenario, protocol=(*scenario.protocol, task))
    return msgspec.structs.replace(document, scenarios=(changed,))


def verbs(organisation: Organisation) -> list[str]:
    return list(Entry.objects.filter(organisation=organisation).order_by("pk").values_list("verb", flat=True))


def test_a_plan_begins_as_a_draft_with_the_roles_and_risks_of_its_scenarios(draft: Version) -> None:
    document = draft.document
    assert draft.state == "draft"
    assert draft.number is None
    assert [scenario.id for scenario in document.scenarios] == ["contamination"]
    assert [risk.scenario for risk in document.risks] == ["contamination"]
    assert {task.role for task in document.scenarios[0].protocol} <= {role.id for role in document.roles}


def test_a_brand_has_one_plan(draft: Version, brand: Brand, claire: User) -> None:
    with pytest.raises(actions.NotNow, match="has a plan already"):
        actions.begin(brand, claire, ["contamination"], ["fr"])
    assert Version.objects.count() == 1


def test_a_plan_thrown_away_before_it_was_in_force_begins_anew(
    draft: Version, brand: Brand, claire: User
) -> None:
    actions.discard(draft, claire)
    assert actions.begin(brand, claire, ["contamination"], ["fr"]).plan == draft.plan
    assert Plan.objects.count() == 1


def test_what_somebody_else_approves_comes_into_force(draft: Version, yanis: User, claire: User) -> None:
    version = in_force(draft, yanis, claire)
    assert (version.state, version.number, version.approved_by) == ("in_force", 1, claire)
    assert selectors.in_force(version.plan) == version
    assert selectors.written(version.plan) is None
    assert verbs(version.organisation)[-3:] == ["plan.begun", "plan.proposed", "plan.approved"]


def test_nobody_approves_their_own_words_while_somebody_else_can(
    draft: Version, claire: User, ines: User
) -> None:
    proposed = actions.propose(draft, claire, "Première version")
    with pytest.raises(actions.NotYours, match="somebody else"):
        actions.approve(proposed, claire, revision=proposed.revision)
    assert actions.approve(proposed, ines, revision=proposed.revision).number == 1


def test_who_alone_can_approve_approves_their_own_words(draft: Version, claire: User) -> None:
    assert in_force(draft, claire, claire).number == 1


def test_somebody_who_left_is_no_second_pair_of_eyes(draft: Version, claire: User, ines: User) -> None:
    ines.is_active = False
    ines.save()
    assert in_force(draft, claire, claire).state == "in_force"


def test_a_responder_approves_nothing(draft: Version, claire: User, yanis: User) -> None:
    proposed = actions.propose(draft, claire, "Première version")
    with pytest.raises(actions.NotYours, match="approver"):
        actions.approve(proposed, yanis, revision=proposed.revision)


def test_an_approver_of_another_house_approves_nothing(
    draft: Version, claire: User, other_organisation: Organisation
) -> None:
    stranger = member(other_organisation, "Luc Lacaze", "luc@lacaze.test", "lead").user
    proposed = actions.propose(draft, claire, "Première version")
    with pytest.raises(actions.NotYours):
        actions.approve(proposed, stranger, revision=proposed.revision)


def test_a_draft_is_not_approved_before_it_is_proposed(draft: Version, claire: User) -> None:
    with pytest.raises(actions.NotNow, match="Only a proposed"):
        actions.approve(draft, claire, revision=draft.revision)


def test_the_next_version_supersedes_the_one_before(draft: Version, yanis: User, claire: User) -> None:
    first = in_force(draft, yanis, claire)
    second = actions.draft_of(first.plan, yanis)
    assert second.document == first.document
    changed = said_otherwise(second.document, "Autrement")
    second = actions.change(second, changed, yanis, revision=second.revision)
    second = in_force(second, yanis, claire)
    first.refresh_from_db()
    assert (first.state, first.superseded_at) == ("superseded", NOON)
    assert (second.number, selectors.version_before(second)) == (2, first)


def test_there_is_one_draft_however_often_it_is_opened(draft: Version, yanis: User, claire: User) -> None:
    plan = in_force(draft, yanis, claire).plan
    assert actions.draft_of(plan, yanis) == actions.draft_of(plan, claire)


def test_two_people_never_overwrite_each_other_unseen(draft: Version, yanis: User, claire: User) -> None:
    mine, theirs = said_otherwise(draft.document, "Moi"), said_otherwise(draft.document, "Elle")
    actions.change(draft, theirs, claire, revision=1)
    with pytest.raises(actions.ChangedMeanwhile, match="Claire Vasseur"):
        actions.change(draft, mine, yanis, revision=1)
    draft.refresh_from_db()
    assert draft.document == theirs


def test_what_changed_since_it_was_read_is_not_approved(draft: Version, yanis: User, claire: User) -> None:
    proposed = actions.propose(draft, yanis, "Première version")
    changed = actions.change(proposed, said_otherwise(draft.document, "Autrement"), yanis, revision=1)
    assert (changed.state, changed.proposed_by) == ("draft", None)
    again = actions.propose(changed, yanis, "Première version")
    with pytest.raises(actions.ChangedMeanwhile, match="Read it again"):
        actions.approve(again, claire, revision=1)


def test_a_plan_that_contradicts_itself_is_not_proposed(draft: Version, claire: User) -> None:
    changed = actions.change(draft, with_a_stranger(draft.document), claire, revision=1)
    with pytest.raises(actions.NotReady, match="contradicts itself"):
        actions.propose(changed, claire, "Première version")
    changed.refresh_from_db()
    assert changed.state == "draft"


def test_what_is_sent_back_says_what_to_mend(draft: Version, yanis: User, claire: User) -> None:
    actions.propose(draft, yanis, "Première version")
    back = actions.send_back(draft, claire, "  Le numéro du magasin manque  ")
    assert (back.state, back.refusal) == ("draft", "Le numéro du magasin manque")
    with pytest.raises(actions.NotNow):
        actions.send_back(draft, claire, "Encore")
    assert actions.propose(back, yanis, "Avec le numéro").refusal == ""


def test_a_draft_thrown_away_leaves_what_is_in_force(draft: Version, yanis: User, claire: User) -> None:
    version = in_force(draft, yanis, claire)
    second = actions.draft_of(version.plan, yanis)
    actions.discard(second, claire)
    assert selectors.in_force(version.plan) == version
    with pytest.raises(actions.NotNow, match="no longer being written"):
        actions.propose(second, yanis, "Trop tard")
    with pytest.raises(actions.NotNow):
        actions.discard(version, claire)


def test_reading_is_noted_once_and_only_for_the_version_in_force(
    draft: Version, yanis: User, claire: User, paul: User
) -> None:
    with pytest.raises(actions.NotNow):
        actions.read(draft, paul)
    version = in_force(draft, yanis, claire)
    assert actions.read(version, paul) == actions.read(version, paul)
    assert verbs(version.organisation).count("plan.read") == 1
    told = {user.name: read_at for user, read_at in selectors.readers(version)}
    assert told == {"Paul Derain": NOON, "Yanis Morel": None, "Claire Vasseur": None}


def test_going_through_it_moves_the_reminder(
    draft: Version, yanis: User, claire: User, time: SimulatedTime
) -> None:
    version = in_force(draft, yanis, claire)
    assert selectors.review_due(version) == NOON + timedelta(days=180)
    time.advance(days=30)
    again = actions.reviewed(version, claire)
    assert selectors.review_due(again) == NOON + timedelta(days=210)
    due = Deadline.objects.filter(handler=actions.REVIEW).order_by("due_at").last()
    assert due is not None
    assert due.due_at == NOON + timedelta(days=210)
