"""What changed between two versions is said in words, the old beside the new, never in codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.utils.translation import override
from msgspec.structs import replace

from tocsin.plan import library
from tocsin.plan.compared import Line, compared, runs
from tocsin.plan.document.structure import Document, Item, Scenario, Task

CODE = re.compile(r"\b(?:victims|frontline|employees|press|public)/[a-z]+|inside-information|[\[{]'")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Read in English."""
    with override("en"):
        yield


@pytest.fixture
def old() -> Document:
    """The plan as it was: a contaminated product, and deliveries at a standstill."""
    return library.document_of(["contamination", "delivery"])


def with_scenario(document: Document, scenario: Scenario) -> Document:
    return replace(document, scenarios=(scenario, *document.scenarios[1:]))


def lines(old: Document, **fields: object) -> dict[str, Line]:
    """Return what is told of a contaminated product when these of its fields change."""
    scenario = old.scenarios[0]
    (group,) = compared(old, with_scenario(old, replace(scenario, **fields)))
    assert group.head == "Contaminated or defective product"
    return {line.place: line for line in group.lines}


def test_who_is_called_is_told_by_title_and_in_order(old: Document) -> None:
    line = lines(old, calls=("quality", "director"))["who is called"]
    assert line.before.startswith("1. Decision\n2. Quality\n3. Spokesperson")
    assert line.after == "1. Quality\n2. Decision"


def test_levels_topics_and_numbers_are_told_in_words(old: Document) -> None:
    criteria = replace(old.scenarios[0].criteria, level="red", topics=("safety", "delivery"), mentions=25)
    told = lines(old, criteria=criteria)
    level = told["when it is proposed › least vigilance"]
    assert (level.before, level.after) == ("orange", "red")
    assert told["when it is proposed › topics"].after == "– safety\n– delivery"
    assert told["when it is proposed › negative mentions an hour"].after == "25"


def test_a_task_tells_its_delay_its_role_and_its_message(old: Document) -> None:
    first, *others = old.scenarios[0].protocol
    later = replace(first, minutes=90, role="care", message="victims/phone", after=("freeze",))
    told = {place.rpartition(" › ")[2]: line for place, line in lines(old, protocol=(later, *others)).items()}
    assert (told["when it is due"].before, told["when it is due"].after) == ("T+0", "T+1 h 30")
    assert (told["role"].before, told["role"].after) == ("Social networks", "Customer care")
    assert told["message"].after == "People affected · phone"
    assert told["what it waits for"].after.startswith("Hold everything the brand was about to publish")
    assert told["what it waits for"].way == "added"


def test_a_task_that_came_is_told_whole(old: Document) -> None:
    thanks = Task(
        id="thanks",
        role="director",
        minutes=1440,
        words={"en": "Thank the night teams"},
        condition={"en": "they were called"},
        checklist=(Item(id="voice", words={"en": "By voice"}),),
        message="employees/intranet",
    )
    (line,) = lines(old, protocol=(*old.scenarios[0].protocol, thanks)).values()
    assert line.way == "added"
    assert line.after.splitlines() == [
        "T+1 d · Decision",
        "Thank the night teams",
        "Only if: they were called",
        "– By voice",
        "Message to send: Employees · intranet",
    ]


def test_another_order_names_the_parts_and_not_their_ids(old: Document) -> None:
    first, second, *others = old.scenarios[0].ends
    line = lines(old, ends=(second, first, *others))["how it ends › order"]
    assert line.before.splitlines()[0].startswith("1. “The cause is known")
    assert line.after.splitlines()[0].startswith("1. “Every person affected")


def test_a_scenario_that_went_is_told_with_what_it_held(old: Document) -> None:
    (group, *_) = compared(old, replace(old, scenarios=old.scenarios[:1]))
    assert (group.head, group.counts) == ("Deliveries at a standstill", [("removed", 1)])
    assert re.search(r"\d+ tasks, \d+ messages, \d+ questions", group.lines[0].before)


def test_criteria_that_stood_nowhere_before_are_told_one_by_one(old: Document) -> None:
    bare = with_scenario(old, replace(old.scenarios[0], criteria=type(old.scenarios[0].criteria)()))
    (group,) = compared(bare, old)
    assert {"when it is proposed › least vigilance", "when it is proposed › topics"} <= {
        line.place for line in group.lines
    }


def test_risks_and_languages_are_told_in_words(old: Document) -> None:
    risk = replace(old.risks[0], likelihood=5, scenario="delivery")
    new = replace(old, risks=(risk, *old.risks[1:]), languages=("en",))
    told = {line.place: line for group in compared(old, new) for line in group.lines}
    assert told[""].after == "English"
    grade = next(line for place, line in told.items() if place.endswith("likelihood"))
    assert (grade.before, grade.after) == ("unlikely (2/5)", "very likely (5/5)")
    scenario = next(line for place, line in told.items() if place.endswith("scenario"))
    assert scenario.after == "Deliveries at a standstill"


def test_no_code_is_left_in_a_comparison_of_the_whole_library() -> None:
    whole = library.document_of([scenario.id for scenario in library.scenarios()])
    bare = Document(scenarios=tuple(Scenario(id=one.id, title=one.title) for one in whole.scenarios))
    for group in (*compared(bare, whole), *compared(whole, bare)):
        for line in group.lines:
            assert not CODE.search(f"{line.before} {line.after}"), (group.head, line.place)


@pytest.mark.parametrize("value", ["astronaut", "<script>", "🥖", "²"])
def test_what_no_plan_knows_is_told_as_it_stands(old: Document, value: str) -> None:
    assert lines(old, decides=value)["who decides"].after == value
    assert lines(old, duties=(value,))["legal duties"].after == value


def test_a_few_words_that_changed_are_marked_in_their_sentence() -> None:
    told = runs("The bread may hurt someone.", "The bread may burn someone.")
    assert ("gone", "hurt") in told
    assert ("new", "burn") in told
    assert "".join(text for kept, text in told if kept != "gone") == "The bread may burn someone."


def test_two_sentences_that_hardly_resemble_each_other_stand_side_by_side() -> None:
    assert runs("The bread may hurt someone.", "Nothing left the warehouse on Friday night") == ()
