"""A scenario's file is read, written, and read back as the same; nothing of it is dropped."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.plan.document.markdown.blocks import NotAPlan
from tocsin.plan.document.markdown.reading import read_scenario
from tocsin.plan.document.markdown.writing import write_scenario
from tocsin.plan.document.structure import (
    AUDIENCES,
    CHANNELS,
    Criteria,
    Fact,
    Grade,
    Item,
    Message,
    Question,
    Scenario,
    Severity,
    Task,
)

LATE = """---
scenario: livraison
responsibility: preventable
risk: {likelihood: 4, impact: 3}
activate: {level: yellow, topics: [delivery], mentions: 40}
decides: director
calls: [director, care]
---

# Livraisons en retard

Les commandes de Noël n’arrivent pas.

## Signes

- Les mots « colis » et « Noël » montent ensemble.

## Protocole

- T+0 · community · Dire à quelle heure on en saura plus {#say message=public/post}
  - Nommer les régions touchées
- T+2h · care · si le transporteur ne répond pas · Appeler les clients de la veille {#call after=say}

## Faits à établir

- retard : combien de jours, dans quelles régions {#delay}

## Messages

### Public · publication

Vos colis ont [[retard]].

## Une idée du directeur

Offrir des chocolats.
"""


def test_a_task_says_when_who_what_and_under_which_condition() -> None:
    scenario = read_scenario(LATE).scenario
    say, call = scenario.protocol
    assert (say.minutes, say.role, say.message) == (0, "community", "public/post")
    assert [item.words["fr"] for item in say.checklist] == ["Nommer les régions touchées"]
    assert (call.minutes, call.after) == (120, ("say",))
    assert call.condition == {"fr": "le transporteur ne répond pas"}
    assert call.words == {"fr": "Appeler les clients de la veille"}


def test_what_has_no_place_in_a_scenario_is_kept_and_said() -> None:
    read = read_scenario(LATE)
    assert read.scenario.notes == {"fr": "## Une idée du directeur\n\nOffrir des chocolats."}
    assert [(remark.code, remark.about) for remark in read.remarks] == [("note", "Une idée du directeur")]
    assert LATE.splitlines()[read.remarks[0].line - 1] == "## Une idée du directeur"


def test_a_message_for_nobody_in_particular_is_kept_as_a_note() -> None:
    read = read_scenario("# Panne\n\n## Messages\n\n### Au maire\n\nMonsieur le maire, …\n")
    assert not read.scenario.messages
    assert "Monsieur le maire" in read.scenario.notes["fr"]
    assert read.remarks[0].code == "message"


def test_a_plan_typed_by_hand_needs_no_braces_and_no_front_matter() -> None:
    read = read_scenario(
        "# Panne du site\n\n## Protocole\n\n1. H+15 min | Technique | Afficher la page d’attente\n"
    )
    task = read.scenario.protocol[0]
    assert (read.scenario.id, task.minutes, task.role) == ("panne-du-site", 15, "technique")
    assert task.words == {"fr": "Afficher la page d’attente"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "untitled"),
        ("---\nrisk: [\n---\n# Panne", "front"),
        ("---\n- une liste\n---\n# Panne", "front"),
        ("# " + "a" * 500_000, "long"),
        ("---\na: &a [*a]\n---\n# Panne", "front"),
        ("---\n" + "[" * 3000 + "\n---\n# Panne", "front"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(NotAPlan) as refused:
        read_scenario(text)
    assert refused.value.code == code


@pytest.mark.parametrize("value", ["0", "6", "-1", "2.5", "beaucoup", "[1]", "true"])
def test_a_grade_that_is_none_is_said_and_taken_as_medium(value: str) -> None:
    read = read_scenario(f"---\nrisk: {{impact: {value}}}\n---\n# Panne")
    assert read.scenario.risk == Grade(likelihood=3, impact=3)
    assert [remark.code for remark in read.remarks] == ["grade"]


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    with suppress(NotAPlan):
        assert read_scenario(text).scenario.id


WORDS = st.from_regex(r"[A-Za-zéàç][A-Za-zéàç’,;!?-]*( [A-Za-zéàç’,;!?-]+){0,5}", fullmatch=True)
NAME = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,5})?", fullmatch=True)
TEXT = WORDS.filter(lambda words: words.split()[0].lower() not in {"si", "if"}).map(
    lambda words: {"fr": words}
)


def parts(*fields: object, **named: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    made = st.builds(*fields, id=NAME, **named)  # type: ignore[arg-type]  # a class and its fields
    return st.lists(made, max_size=3, unique_by=lambda part: part.id).map(tuple)


MESSAGES = st.lists(
    st.builds(
        Message,
        audience=st.sampled_from(AUDIENCES),
        channel=st.sampled_from(CHANNELS),
        words=TEXT,
        subject=TEXT,
    ),
    max_size=4,
    unique_by=lambda message: message.id,
).map(tuple)

SCENARIOS = st.builds(
    Scenario,
    id=NAME,
    title=TEXT,
    summary=TEXT,
    criteria=st.builds(
        Criteria,
        level=st.sampled_from(["", "yellow", "orange", "red"]),
        topics=st.lists(NAME, max_size=3).map(tuple),
        mentions=st.integers(0, 500),
        signs=parts(Item, words=TEXT),
    ),
    risk=st.builds(Grade, likelihood=st.integers(1, 5), impact=st.integers(1, 5)),
    responsibility=st.sampled_from(["", "victim", "accidental", "preventable"]),
    decides=NAME,
    calls=st.lists(NAME, max_size=3).map(tuple),
    severities=parts(Severity, title=TEXT, changes=TEXT),
    protocol=parts(
        Task,
        role=NAME,
        minutes=st.integers(0, 20_000),
        words=TEXT,
        checklist=parts(Item, words=TEXT),
        after=st.lists(NAME, max_size=2).map(tuple),
        condition=st.one_of(st.just({}), TEXT),
        message=st.sampled_from(["", "public/post"]),
    ),
    facts=parts(Fact, name=TEXT, words=TEXT),
    messages=MESSAGES,
    questions=parts(Question, words=TEXT, answer=TEXT),
    avoid=parts(Item, words=TEXT),
    ends=parts(Item, words=TEXT),
)


@given(SCENARIOS)
@settings(max_examples=120, deadline=None)
def test_what_is_written_is_read_back_as_it_was(scenario: Scenario) -> None:
    read = read_scenario(write_scenario(scenario, "fr"))
    assert read.scenario == scenario
    assert not read.remarks
