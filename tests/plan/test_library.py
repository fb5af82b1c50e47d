"""The scenarios that Tocsin brings can be followed at night, in both languages, and none repeats another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tocsin.plan import library
from tocsin.plan.document.checking import faults
from tocsin.plan.document.duties import DUTIES
from tocsin.plan.document.markdown.reading import read_scenario
from tocsin.plan.document.order import PHASES
from tocsin.plan.document.slots import slots
from tocsin.plan.document.structure import LANGUAGES, Scenario

EACH = pytest.mark.parametrize("scenario", library.scenarios(), ids=lambda one: one.id)
FILES = [*sorted(library.FOLDER.glob("*/*.md")), *sorted(library.FOLDER.glob("*.yaml"))]
SHORTEST = 5
"""Words from which a sentence is one, and no mere label."""


def ids(scenario: Scenario) -> list[str]:
    parts = (scenario.protocol, scenario.messages, scenario.facts, scenario.questions)
    lists = (scenario.severities, scenario.avoid, scenario.ends, scenario.criteria.signs)
    found = [part.id for group in (*parts, *lists) for part in group]
    return [*found, *(f"{task.id}/{item.id}" for task in scenario.protocol for item in task.checklist)]


def said(scenario: Scenario, language: str) -> Iterator[str]:
    for task in scenario.protocol:
        yield task.words[language]
        yield from (item.words[language] for item in task.checklist)
    for message in scenario.messages:
        yield message.words[language]
    for question in scenario.questions:
        yield question.answer[language]
    for severity in scenario.severities:
        yield severity.changes[language]
    for item in (*scenario.avoid, *scenario.ends, *scenario.criteria.signs):
        yield item.words[language]


def sentences(text: str) -> Iterator[str]:
    for sentence in re.split(r"(?<=[.?!])\s+|\n", re.sub(r"\[\[.*?\]\]", "", text)):
        words = re.findall(r"\w+", sentence.lower())
        if len(words) >= SHORTEST:
            yield " ".join(words)


def test_nothing_is_missing_or_wrong_in_the_whole_library() -> None:
    assert faults(library.document_of([scenario.id for scenario in library.scenarios()])) == ()


@pytest.mark.parametrize("name", [scenario.id for scenario in library.scenarios()])
def test_both_languages_have_the_same_parts_in_the_same_order(name: str) -> None:
    read = [
        read_scenario(
            (library.FOLDER / language / f"{name}.md").read_text("utf-8"), language=language
        ).scenario
        for language in LANGUAGES
    ]
    assert ids(read[0]) == ids(read[1])
    assert [task.minutes for task in read[0].protocol] == [task.minutes for task in read[1].protocol]
    assert [task.message for task in read[0].protocol] == [task.message for task in read[1].protocol]
    assert read[0].duties == read[1].duties


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_scenarios_say_the_same_sentence(language: str) -> None:
    where: dict[str, set[str]] = defaultdict(set)
    for scenario in library.scenarios():
        for text in said(scenario, language):
            for sentence in sentences(text):
                where[sentence].add(scenario.id)
    assert {sentence: names for sentence, names in where.items() if len(names) > 1} == {}


@EACH
def test_no_task_waits_for_one_that_is_due_later(scenario: Scenario) -> None:
    due = {task.id: task.minutes for task in scenario.protocol}
    assert [
        (task.id, name) for task in scenario.protocol for name in task.after if due[name] > task.minutes
    ] == []


@EACH
def test_the_people_affected_hear_first_and_employees_before_the_press(scenario: Scenario) -> None:
    first: dict[str, int] = {}
    for task in scenario.protocol:
        if task.message:
            first.setdefault(task.message.partition("/")[0], task.minutes)
    assert first["victims"] <= min(
        first[audience] for audience in ("employees", "frontline") if audience in first
    )
    if "press" in first:
        assert first["employees"] <= first["press"]


@EACH
def test_those_who_matter_most_are_reached_without_e_mail(scenario: Scenario) -> None:
    means: dict[str, set[str]] = defaultdict(set)
    for message in scenario.messages:
        means[message.audience].add(message.channel)
    for audience in ("victims", "employees", "frontline"):
        assert means[audience] - {"email"}, audience


@EACH
def test_a_few_people_can_do_the_first_fifteen_minutes(scenario: Scenario) -> None:
    """Somebody begins at once, somebody decides, and nobody has more than four things to do."""
    first = [task for task in scenario.protocol if task.minutes <= PHASES[0]]
    assert first[0].minutes == 0
    assert scenario.decides in {task.role for task in first}
    for role in {task.role for task in first}:
        assert sum(task.role == role for task in first) <= 4, role


@EACH
def test_every_fact_is_used_by_a_message(scenario: Scenario) -> None:
    for language in LANGUAGES:
        used = {
            name
            for message in scenario.messages
            for name in slots(f"{message.subject.get(language, '')} {message.words[language]}")
        }
        assert {fact.name[language] for fact in scenario.facts} == used


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_typography_is_that_of_a_printed_page(path: Path) -> None:
    text = path.read_text("utf-8")
    body = text.partition("\n---\n")[2] or text
    assert re.findall(r".{12} [;?!»]", body) == []
    assert re.findall(r"« .{12}", body) == []
    assert re.findall(r"\w'\w", body) == []
    if path.parent.name == "fr":
        assert re.findall(r".{12} :", body) == []


def test_each_duty_is_dated_and_sourced_in_both_languages() -> None:
    for duty in DUTIES.values():
        for text in (duty.title, duty.what, duty.counted, duty.source):
            assert set(text) == set(LANGUAGES), duty.id
            assert all(text.values()), duty.id
        assert datetime.strptime(duty.since, "%Y-%m"), duty.id  # noqa: DTZ007  a month, not a moment
        assert duty.hours >= 0


def test_duties_count_the_hours_of_the_law() -> None:
    hours = {duty.id: duty.hours for duty in DUTIES.values()}
    assert hours["fatal-accident"] == 12
    assert hours["cyber-warning"] == 24
    assert hours["work-accident"] == 48
    assert hours["breach-authority"] == hours["cyber-complaint"] == 72
    assert hours["delivery-refund"] == 14 * 24


@pytest.mark.parametrize(
    ("name", "duties"),
    [
        ("accident", {"fatal-accident", "work-accident"}),
        ("working-conditions", {"fatal-accident", "work-accident"}),
        ("contamination", {"food-withdrawal", "recall"}),
        ("data-leak", {"breach-authority", "breach-people", "cyber-complaint", "cyber-warning"}),
        ("hacked-account", {"cyber-complaint", "platform-notice"}),
        ("outage", {"cyber-complaint", "cyber-warning"}),
        ("environment", {"classified-site"}),
        ("delivery", {"delivery-refund"}),
        ("rumour", {"reply-right", "press-limitation", "platform-notice"}),
    ],
)
def test_a_scenario_brings_the_duties_that_belong_to_it(name: str, duties: set[str]) -> None:
    scenario = next(one for one in library.scenarios() if one.id == name)
    assert duties <= set(scenario.duties)


def test_what_begins_with_words_or_a_request_is_told_apart_from_what_begins_with_the_facts() -> None:
    begins = {duty.id: duty.begins for duty in DUTIES.values()}
    assert begins["press-limitation"] == begins["reply-right"] == "publication"
    assert begins["delivery-refund"] == "request"
    assert begins["breach-authority"] == "discovery"
