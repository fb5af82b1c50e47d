"""Written lines compile, choose, nest, and say where a bracket is out of place."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.simulate.grammar import UnbalancedLine, compile_line, tidy
from tocsin.simulate.material import section, written_lines


def written(line: str, seed: int = 0) -> str:
    return compile_line(line).write(Random(seed), lambda slot: f"<{slot}>")


def test_a_choice_writes_each_of_its_alternatives_in_the_end():
    line = "une [baguette|tradition|] [bien|pas] cuite"
    said = {tidy(written(line, seed)) for seed in range(60)}
    assert said == {
        "une baguette bien cuite",
        "une baguette pas cuite",
        "une tradition bien cuite",
        "une tradition pas cuite",
        "une bien cuite",
        "une pas cuite",
    }


def test_brackets_nest_and_slots_ask_the_scene():
    said = {written("[du pain[ frais|]|{un:v}] {chez}", seed) for seed in range(40)}
    assert said == {"du pain frais <chez>", "du pain <chez>", "<un:v> <chez>"}


def test_a_line_counts_its_wordings():
    assert compile_line("[a|b] [c|d|[e|f]]").count() == 8


@pytest.mark.parametrize("line", ["un [pain", "un pain]", "un | pain", "[[a|b]"])
def test_a_bracket_out_of_place_is_named_with_its_line(line: str):
    with pytest.raises(UnbalancedLine) as raised:
        compile_line(line)
    assert line in str(raised.value)


@given(st.text(alphabet=st.characters(exclude_characters="[]|{}", exclude_categories=["Cs"])))
def test_plain_text_is_written_as_it_stands(text: str):
    assert written(text) == text


@given(st.lists(st.sampled_from(["pain", "[a|b]", "[c|]", "{chez}", " "]), max_size=12), st.integers())
def test_the_same_dice_write_the_same(parts: list[str], seed: int):
    line = "".join(parts)
    assert written(line, seed) == written(line, seed)


def test_every_written_line_compiles():
    empty = [name for name in written_lines() if not section(name)]
    assert empty == []


def test_hundreds_of_lines_were_written():
    lines = [line for name, lines in written_lines().items() if "names." not in name for line in lines]
    assert len(lines) > 600
    assert len(set(lines)) == len(lines)
