"""What a plan lacks is said before anyone relies on it."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import to_builtins

from tocsin.plan.document.checking import faults
from tocsin.plan.document.difference import differences
from tocsin.plan.document.languages import beside, in_one, without
from tocsin.plan.document.order import cycle, phases, ready
from tocsin.plan.document.slots import fact_of, filled, slots
from tocsin.plan.document.structure import (
    Document,
    Fact,
    Message,
    Role,
    Scenario,
    Task,
    decode,
    encode,
    said,
)
from tocsin.plan.document.wording import weaknesses

ROLES = (Role(id="care", title={"fr": "Relation client"}), Role(id="director", title={"fr": "Décision"}))


def task(name: str, minutes: int = 0, **fields: object) -> Task:
    return Task(id=name, role="care", minutes=minutes, words={"fr": name}, **fields)  # type: ignore[arg-type]


def outage(**fields: object) -> Scenario:
    return Scenario(id="panne", title={"fr": "Panne"}, decides="director", **fields)  # type: ignore[arg-type]


def codes(*scenarios: Scenario, languages: tuple[str, ...] = ("fr",)) -> set[str]:
    return {fault.code for fault in faults(Document(languages=languages, roles=ROLES, scenarios=scenarios))}


def test_tasks_that_wait_for_each_other_are_a_fault_that_blocks() -> None:
    ring = outage(protocol=(task("a", after=("b",)), task("b", after=("c",)), task("c", after=("a",))))
    found = [fault for fault in faults(Document(roles=ROLES, scenarios=(ring,))) if fault.code == "cycle"]
    assert len(found) == 1
    assert found[0].blocks
    assert set(found[0].about.split(" → ")) == {"a", "b", "c"}


def test_a_task_that_waits_for_itself_is_a_ring_of_one() -> None:
    assert set(cycle([task("a", after=("a",))])) == {"a"}


def test_what_a_plan_names_must_be_in_it() -> None:
    scenario = outage(
        calls=("nobody",),
        duties=("no-such-duty",),
        protocol=(task("a", after=("ghost",), message="press/press"), task("a")),
    )
    assert {"unknown_role", "unknown_duty", "unknown_task", "unknown_message", "twice"} <= codes(scenario)


def test_a_scenario_without_a_first_quarter_of_an_hour_starts_slowly() -> None:
    assert "slow_start" in codes(outage(protocol=(task("a", 16),)))
    assert "slow_start" not in codes(outage(protocol=(task("a", 15),)))


def test_a_message_that_could_be_sent_as_it_stands_is_a_fault() -> None:
    ready_made = Message(audience="public", channel="post", words={"fr": "Tout va bien."})
    assert "no_slot" in codes(outage(messages=(ready_made,)))


def test_a_slot_is_filled_by_the_fact_of_its_name_in_any_language() -> None:
    scenario = outage(facts=(Fact(id="delay", name={"fr": "Durée de la panne", "en": "how long"}),))
    for slot in ("durée de la panne", "Duree de la Panne", "how long", "delay"):
        assert fact_of(scenario, slot) is scenario.facts[0]
    assert fact_of(scenario, "autre chose") is None


def test_what_is_not_translated_is_said_with_its_language() -> None:
    assert "untranslated" in codes(outage(), languages=("fr", "en"))
    assert "untranslated" not in codes(outage())


@pytest.mark.parametrize(
    ("words", "language", "code"),
    [
        ("Nous nous excusons pour la gêne occasionnée.", "fr", "empty_excuse"),
        ("Nous prenons cette affaire très au sérieux.", "fr", "empty_excuse"),
        ("La qualité est notre première priorité.", "fr", "empty_excuse"),
        ("Nous regrettons que vous ayez été déçue.", "fr", "empty_excuse"),
        ("Nous reviendrons vers vous.", "fr", "undated_promise"),
        ("Nous vous tiendrons informés dès que possible.", "fr", "undated_promise"),
        ("Vous serez remboursée dans les plus brefs délais.", "fr", "undated_promise"),
        ("We apologise for any inconvenience.", "en", "empty_excuse"),
        ("We take this very seriously.", "en", "empty_excuse"),
        ("We’ll get back to you.", "en", "undated_promise"),
        ("You will be refunded as soon as possible.", "en", "undated_promise"),
    ],
)
def test_excuses_that_say_nothing_and_promises_without_a_date_are_pointed_at(
    words: str, language: str, code: str
) -> None:
    found = weaknesses(words, language)
    assert [weakness.code for weakness in found] == [code]
    assert words[found[0].start : found[0].end].split()


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Nous vous rappellerons avant 18 h.", "fr"),
        ("Nous vous rembourserons sous 3 jours.", "fr"),
        ("Nous reviendrons vers vous à [[heure du prochain point]].", "fr"),
        ("Nous publierons la cause lundi.", "fr"),
        ("Le verre vient de notre ligne 2, arrêtée à 14 h 05.", "fr"),
        ("We will call you before 6 pm.", "en"),
        ("We will publish the cause on Monday.", "en"),
        ("We will be back at [[time of the next update]].", "en"),
        ("Le produit est retiré.", "fr"),
    ],
)
def test_what_can_be_checked_is_left_alone(words: str, language: str) -> None:
    assert weaknesses(words, language) == ()


def test_slots_stay_open_until_a_fact_is_known() -> None:
    words = "Bonjour [[prénom]], [[ produit ]] est retiré. [[produit]]"
    assert slots(words) == ("prénom", "produit")
    assert filled(words, {"produit": "Le croissant"}) == (
        "Bonjour [[prénom]], Le croissant est retiré. Le croissant"
    )


def test_a_fact_that_looks_like_a_slot_is_not_filled_again() -> None:
    assert filled("[[a]]", {"a": "[[b]]", "b": "non"}) == "[[b]]"


def test_the_protocol_begins_with_the_first_quarter_of_an_hour() -> None:
    found = phases([task("late", 2000), task("soon", 15), task("now"), task("hour", 60)])
    assert [(phase.until, [each.id for each in phase.tasks]) for phase in found] == [
        (15, ["now", "soon"]),
        (60, ["hour"]),
        (0, ["late"]),
    ]


def test_a_task_may_begin_once_what_it_waits_for_is_done() -> None:
    tasks = [task("a"), task("b", after=("a",)), task("c", after=("gone",))]
    assert [each.id for each in ready(tasks, set())] == ["a", "c"]
    assert [each.id for each in ready(tasks, {"a", "c"})] == ["b"]


def test_a_difference_names_the_part_and_both_wordings() -> None:
    old = Document(roles=ROLES, scenarios=(outage(protocol=(task("a"), task("b"))),))
    new = Document(roles=ROLES, scenarios=(outage(protocol=(task("b", 5), task("c"))),))
    found = {change.path[-2:]: (change.way, change.before, change.after) for change in differences(old, new)}
    assert found["b", "minutes"] == ("changed", 0, 5)
    assert found["protocol", "c"] == ("added", None, to_builtins(task("c")))
    assert found["protocol", "a"] == ("removed", to_builtins(task("a")), None)
    assert len(found) == 3
    assert differences(old, old) == ()


def test_a_changed_order_is_a_difference() -> None:
    old = Document(scenarios=(outage(protocol=(task("a"), task("b"))),))
    new = Document(scenarios=(outage(protocol=(task("b"), task("a"))),))
    (change,) = differences(old, new)
    assert (change.path[-1], change.before, change.after) == ("order", ["a", "b"], ["b", "a"])


def test_duties_in_another_order_are_no_difference() -> None:
    old = Document(scenarios=(outage(duties=("recall", "platform-notice")),))
    new = Document(scenarios=(outage(duties=("platform-notice", "recall")),))
    assert differences(old, new) == ()
    assert len(differences(old, Document(scenarios=(outage(duties=("recall",)),)))) == 1


def test_two_languages_stand_beside_each_other_by_id() -> None:
    french = outage(protocol=(task("a", 5), task("b")))
    english = Scenario(
        id="panne",
        title={"en": "Outage"},
        protocol=(
            Task(id="b", role="x", minutes=9, words={"en": "B"}),
            Task(id="z", role="x", minutes=9, words={"en": "Z"}),
        ),
    )
    both = beside(french, english)
    assert both.title == {"fr": "Panne", "en": "Outage"}
    assert [(each.id, each.minutes) for each in both.protocol] == [("a", 5), ("b", 0), ("z", 9)]
    assert both.protocol[1].words == {"fr": "b", "en": "B"}
    assert said(both.protocol[2].words, "fr") == "Z"


def test_reading_a_language_again_replaces_it_and_keeps_the_others() -> None:
    both = in_one(Document(), outage(protocol=(task("a"), task("b"))), "fr")
    both = in_one(both, Scenario(id="panne", title={"en": "Outage"}), "en")
    again = in_one(both, outage(protocol=(task("a"),)), "fr").scenarios[0]
    assert [each.id for each in again.protocol] == ["a"]
    assert again.title == {"fr": "Panne", "en": "Outage"}
    assert without(again, "fr").title == {"en": "Outage"}


def test_a_plan_is_json_and_back() -> None:
    document = Document(roles=ROLES, scenarios=(outage(protocol=(task("a"),)),))
    assert decode(encode(document)) == document
    with pytest.raises(msgspec.ValidationError):
        decode('{"scenarios": [{"title": 3}]}')


def test_a_message_that_no_task_sends_is_no_fault_and_one_that_is_missing_is() -> None:
    spare = Message(audience="press", channel="press", words={"fr": "Nous retirons [[produit]]."})
    fact = Fact(id="product", name={"fr": "produit"})
    unsent = outage(protocol=(task("a"),), messages=(spare,), facts=(fact,))
    assert {fault.part for fault in faults(Document(roles=ROLES, scenarios=(unsent,)))} == {""}
    missing = outage(protocol=(task("a", message="press/press"),), messages=(), facts=(fact,))
    (said_missing,) = (
        fault
        for fault in faults(Document(roles=ROLES, scenarios=(missing,)))
        if fault.code == "unknown_message"
    )
    assert (said_missing.part, said_missing.about, said_missing.blocks) == ("a", "press/press", True)
