"""A query that cannot be understood is refused with a pointer, an expectation and a way out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stream.query.asking import finds, shown
from tocsin.errors import TocsinError
from tocsin.stream.query import QueryError, parse

FAULTY = [
    # query, character at fault, what is proposed
    ("", 0, ""),
    ("   \n ", 0, ""),
    ("(pain", 0, "(pain)"),
    ("(pain OR (beurre", 9, "(pain OR (beurre))"),
    ("pain)", 4, "pain"),
    ("pain (beurre))", 13, "pain (beurre)"),
    ('"pain', 0, "pain"),
    ("« pain", 0, "pain"),
    ("pain OR", 5, "pain"),
    ("pain AND", 5, "pain"),
    ("pain NOT", 5, "pain"),
    ("pain ET", 5, "pain"),
    ("OR pain", 0, "pain"),
    ("AND pain", 0, "pain"),
    ("pain OR OR beurre", 5, "pain OR beurre"),
    ("pain AND OR beurre", 5, "pain OR beurre"),
    ("(pain OR) beurre", 6, "(pain ) beurre"),
    ("(OR pain)", 1, "( pain)"),
    ("()", 0, ""),
    ("pain ()", 5, "pain"),
    ('""', 0, ""),
    ('pain ""', 5, "pain"),
    ("NOT pain", 0, "pain"),
    ("-pain", 0, "pain"),
    ("-pain -beurre", 0, "pain -beurre"),
    ("NOT (pain OR beurre)", 0, "pain OR beurre"),
    ("-lang:fr", 0, "lang:fr"),
    ("NOT pain OR NOT beurre", 0, "pain OR NOT beurre"),
    ("pain NEAR beurre", 8, "pain NEAR/5 beurre"),
    ("pain ONEAR beurre", 9, "pain ONEAR/5 beurre"),
    ("pain NEAR/ beurre", 9, "pain NEAR/5 beurre"),
    ("pain NEAR/x beurre", 9, "pain NEAR/5 beurre"),
    ("pain NEAR/3f beurre", 9, "pain ONEAR/3 beurre"),
    ("pain NEAR/5000 beurre", 10, "pain NEAR/1000 beurre"),
    ("pain NEAR/3", 5, "pain"),
    ("NEAR/3 pain", 0, "pain"),
    ("pain NEAR/3 -beurre", 12, "pain NEAR/3 beurre"),
    ("pain NEAR/3 author:marie", 12, "pain AND author:marie"),
    ("colour:red", 0, '"colour:red"'),
    ("pain humeur:joie", 5, 'pain "humeur:joie"'),
    ("language:fr", 0, "lang:fr"),
    ("auteur:marie", 0, "author:marie"),
    ("titre:pain", 0, "TITLE:pain"),
    ("intitle:pain", 0, "TITLE:pain"),
    ("author:", 7, ""),
    ("pain author: OR beurre", 12, "pain OR beurre"),
    ("author:(lang:fr)", 8, "author:( fr)"),
    ("lang:french", 5, "lang:fr"),
    ("lang:!", 5, ""),
    ("kind:tweet", 5, "kind:post"),
    ("has:sound", 4, "has:media"),
    ("followers:many", 10, "followers:>10000"),
    ("followers:>", 10, "followers:>10000"),
    ("rating:1-3", 7, "rating:(>=1 AND <=3)"),
    ("pain NEAR/3 (NOT beurre)", 13, "pain AND (NOT beurre)"),
    ('"pain beurre"~x', 13, '"pain beurre"'),
    ("pain / beurre", 5, "pain beurre"),
    ("pain & beurre", 5, "pain AND beurre"),
    ("pain || beurre", 5, "pain OR beurre"),
    ("pain - beurre", 5, "pain beurre"),
    ("pain ~3", 5, "pain"),
    ("pain~3", 4, "pain"),
    ("(pain beurre)~3", 13, "(pain beurre)"),
    ("€", 0, 'RAW:"€"'),
    ("*", 0, ""),
    ("pain *", 5, "pain"),
    ('"pain * beurre"', 0, '"pain beurre"~1'),
    ("東*京", 0, "東 京"),
]


@pytest.mark.parametrize(("query", "position", "proposal"), FAULTY)
def test_the_error_points_and_proposes(query: str, position: int, proposal: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    error = caught.value
    assert (error.position, error.proposal) == (position, proposal)
    assert error.expected
    assert error.message_en != error.message_fr
    assert isinstance(error, TocsinError)


@pytest.mark.parametrize("query", [fault[2] for fault in FAULTY if fault[2]])
def test_what_is_proposed_works(query: str) -> None:
    parse(query)


def test_the_caret_stands_under_the_character_in_its_line() -> None:
    with pytest.raises(QueryError) as caught:
        parse("pain\n(beurre OR\nsel")
    assert caught.value.pointed() == "(beurre OR\n^"


def test_the_caret_counts_wide_characters_twice() -> None:
    with pytest.raises(QueryError) as caught:
        parse("東京 OR")
    assert caught.value.pointed() == "東京 OR\n     ^"


def test_a_long_line_is_cut_around_the_fault() -> None:
    with pytest.raises(QueryError) as caught:
        parse("pain " * 100 + "AND")
    line, caret = caught.value.pointed().split("\n")
    assert len(line) < 110
    assert line[len(caret) - 1 :].startswith("AND")


def test_the_explanation_is_whole_in_both_languages() -> None:
    with pytest.raises(QueryError) as caught:
        parse("pain NEAR beurre")
    assert caught.value.explain("en").splitlines() == [
        "NEAR needs the number of words that may stand between, such as NEAR/5. "
        "Expected: “/” and a whole number.",
        "pain NEAR beurre",
        "        ^",
        "Try: pain NEAR/5 beurre",
    ]
    french = caught.value.explain("fr").splitlines()
    assert french[0].startswith("NEAR demande le nombre de mots qui peuvent s’intercaler")
    assert french[-1] == "Essayez\u00a0: pain NEAR/5 beurre"


ENORMOUS = [
    "(" * 20_000,
    ")" * 20_000,
    "(" * 500 + "pain" + ")" * 500,
    "(" * 501 + "pain" + ")" * 500,
    "(pain OR " * 500 + "beurre" + ")" * 500,
    "(pain (beurre OR " * 250 + "sel" + "))" * 250,
    "NOT (pain " * 500 + ")" * 500,
    "pain " * 4_000,
    "pain OR " * 2_500 + "beurre",
    "pain\n" * 4_000,
    '"pain beurre" ' * 1_400,
    '"' + "pain " * 4_000 + '"',
    '"' + "pain " * 4_000 + '"~5',
    "pain NEAR/2 " * 1_600 + "beurre",
    "(" + "pain OR " * 1_200 + "sel) NEAR/3 (" + "beurre OR " * 1_000 + "sel)",
    "(" + "p " * 4_000 + ") NEAR/3 (" + "b " * 4_000 + ")",
    "(pain (beurre OR " * 45 + "sel" + "))" * 45 + " NEAR/3 " + "(pain (beurre OR " * 45 + "sel" + "))" * 45,
    "(pain (beurre OR " * 20 + "sel" + "))" * 20 + " NEAR/3 " + "(pain (beurre OR " * 20 + "sel" + "))" * 20,
    "NOT " * 5_000 + "pain",
    "-" * 20_000,
    "*" * 20_000,
    "a*" * 10_000,
    '"' * 19_999,
    "author:" * 2_800,
    "OR " * 6_600,
    "é" * 20_000,
    "東" * 20_000,
    "\\" * 20_000,
    "~1" * 10_000,
    "TITLE:(" * 2_800 + "a" + ")" * 2_800,
    "\0" * 20_000,
]


def fault_of(query: str) -> QueryError | None:
    try:
        parse(query)
    except QueryError as error:
        return error
    return None


@pytest.mark.parametrize("query", ENORMOUS, ids=lambda query: query[:12].strip())
def test_an_enormous_query_gets_an_answer_or_a_clear_error(query: str) -> None:
    fault = fault_of(query)
    assert fault is None or fault.explain("fr") != fault.explain("en")


def test_the_deepest_query_that_is_understood_is_matched_and_highlighted() -> None:
    query = "(pain (beurre OR NOT " * 33 + "sel" + "))" * 33
    assert fault_of(query) is None
    assert finds(query, "pain et beurre")
    assert shown(query, "pain et beurre") == ["pain", "beurre"]


def test_parentheses_that_change_nothing_may_be_as_deep_as_one_likes() -> None:
    assert parse("(" * 500 + "pain" + ")" * 500) == parse("pain")


WRITTEN = """
pain AND OR NOT ( ) " - NEAR/2 NEAR author: TITLE: RAW: ~2 * ? # @ « » lang: fr rating: <3 \\ 東 😡
"""
anything = st.one_of(st.sampled_from([*WRITTEN.split(), " ", "\n"]), st.text(max_size=3))


@settings(max_examples=300, deadline=None)
@given(st.lists(anything, max_size=12).map("".join))
def test_anything_typed_is_understood_or_refused_with_a_proposal_that_works(query: str) -> None:
    fault = fault_of(query)
    if fault is None:
        return
    assert 0 <= fault.position <= len(query)
    assert fault.pointed().count("\n") == 1
    assert not fault.proposal or fault_of(fault.proposal) is None
