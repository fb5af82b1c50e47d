"""Scenarios are proposed by what is seen, each with its reasons; a person may always call another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.callout.conftest import DOCUMENT
from tocsin.callout.proposing import Seen, matches
from tocsin.callout.proposing_words import sentence
from tocsin.plan.document.structure import Criteria, Scenario
from tocsin.stream.understand.words import TOPICS

LEVELS = st.sampled_from(["green", "yellow", "orange", "red"])
SHARES = st.dictionaries(st.sampled_from(TOPICS), st.floats(0, 1), max_size=4)
SEEN = st.builds(
    Seen,
    level=LEVELS,
    topics=SHARES,
    negative=st.none() | st.integers(0, 10_000),
    texts=st.lists(st.text(max_size=30), max_size=2),
)
CRITERIA = st.builds(
    Criteria,
    level=st.sampled_from(["", "yellow", "orange", "red"]),
    topics=st.lists(st.sampled_from(TOPICS), max_size=3).map(tuple),
    mentions=st.integers(0, 100),
    signs=st.just(()),
)


def names(seen: Seen) -> list[str]:
    """Return the ids of the scenarios in the order proposed."""
    return [match.scenario.id for match in matches(DOCUMENT.scenarios, seen)]


@pytest.mark.usefixtures("english")
def test_glass_in_a_brioche_is_the_contamination() -> None:
    seen = Seen(level="orange", topics={"safety": 0.6}, negative=14)
    best = matches(DOCUMENT.scenarios, seen)[0]
    assert (best.scenario.id, best.fits) == ("contamination", True)
    said = [sentence(ground) for ground in best.grounds]
    assert any("60%" in words and "safety" in words for words in said)
    assert any("14 negative mentions" in words for words in said)


def test_a_site_that_is_down_is_the_outage() -> None:
    assert names(Seen(level="orange", topics={"availability": 0.7}, negative=30))[0] == "outage"


def test_what_speaks_against_is_said_after_what_speaks_for() -> None:
    seen = Seen(level="yellow", topics={"quality": 0.5}, negative=3)
    best = next(m for m in matches(DOCUMENT.scenarios, seen) if m.scenario.id == "contamination")
    assert not best.fits
    assert [ground.code for ground in best.grounds] == ["topic", "level_below", "mentions_below"]


@pytest.mark.usefixtures("english")
def test_a_scenario_without_criteria_comes_last_and_may_always_be_called() -> None:
    found = matches(DOCUMENT.scenarios, Seen(level="red", topics={"safety": 1.0}, negative=99))
    assert found[-1].scenario.id == "accident"
    assert "a person may always call it" in sentence(found[-1].grounds[-1])


def test_posts_that_tell_of_a_sign_speak_for_it() -> None:
    quiet = Seen(level="orange", topics={"safety": 0.3}, negative=12)
    loud = Seen(
        level="orange",
        topics={"safety": 0.3},
        negative=12,
        texts=["Ma fille a croqué du VERRE dans sa brioche ce matin"],
    )
    assert matches(DOCUMENT.scenarios, loud)[0].score > matches(DOCUMENT.scenarios, quiet)[0].score


def test_nobody_says_a_number_that_is_not_known() -> None:
    found = matches(DOCUMENT.scenarios, Seen(level="orange", topics={"safety": 0.5}, negative=None))
    assert all(ground.code not in ("mentions", "mentions_below") for m in found for ground in m.grounds)


@given(seen=SEEN, criteria=st.lists(CRITERIA, max_size=4))
def test_whatever_is_seen_every_scenario_is_proposed_once_with_reasons(
    seen: Seen, criteria: list[Criteria]
) -> None:
    scenarios = [Scenario(id=str(n), title={"fr": "x"}, criteria=one) for n, one in enumerate(criteria)]
    found = matches(scenarios, seen)
    assert sorted(match.scenario.id for match in found) == sorted(one.id for one in scenarios)
    assert all(0 <= match.score <= 1 for match in found)
    assert all(sentence(ground) for match in found for ground in match.grounds)
    assert [match.fits for match in found] == sorted((match.fits for match in found), reverse=True)


@given(seen=SEEN, criteria=CRITERIA)
def test_more_of_the_same_never_speaks_less_for_it(seen: Seen, criteria: Criteria) -> None:
    scenario = Scenario(id="x", title={"fr": "x"}, criteria=criteria)
    louder = Seen(
        "red", dict.fromkeys(TOPICS, 1.0), 10_000 if seen.negative is not None else None, seen.texts
    )
    assert matches([scenario], louder)[0].score >= matches([scenario], seen)[0].score
