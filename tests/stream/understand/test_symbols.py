"""Texts as folded symbols."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tocsin.stream.understand.symbols import READ_AT_MOST, read_symbols

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=60)


def folded(text: str) -> str:
    return "".join(map(chr, read_symbols([text]).code.tolist()))


def test_case_accents_and_curly_apostrophes_do_not_matter() -> None:
    assert folded("L’ÉTÉ à la « Boulangerie »") == folded('l\'ete A LA " boulangerie "')


def test_an_accent_typed_as_a_combining_mark_is_the_same_letter() -> None:
    assert folded("de\u0301c\u0327u") == folded("déçu")


def test_drawn_out_words_are_cut_to_two_letters() -> None:
    assert folded("jamaiiiiiis vuuuu").strip() == "jamaiis vuu"


def test_handles_and_addresses_keep_only_their_first_sign() -> None:
    assert folded("@MaisonBerthier: voir https://exemple.fr/pain?x=1 merci").strip() == "@: voir http merci"


def test_figures_become_zeros() -> None:
    assert folded("25 €") == folded("99 €")


def test_what_stands_in_one_post_never_reaches_another() -> None:
    texts = ["Du verre dans le pain !", "", "Merci Karim", "\0", "😡"]
    together = read_symbols(texts)
    for row, text in enumerate(texts):
        alone = read_symbols([text])
        part = together.code[together.first[row] : together.last[row]]
        assert part.tolist() == alone.code.tolist()


@given(st.lists(ANY_TEXT, max_size=5))
def test_any_text_is_read_and_every_symbol_knows_where_it_came_from(texts: list[str]) -> None:
    symbols = read_symbols(texts)
    assert len(symbols.first) == len(symbols.last) == len(texts)
    assert np.all(symbols.first <= symbols.last)
    for row, text in enumerate(texts):
        origin = symbols.origin[symbols.first[row] : symbols.last[row]] - symbols.offset[row]
        assert np.all(origin >= -1)
        assert np.all(origin <= len(text))


def test_a_very_long_text_is_read_only_at_its_beginning() -> None:
    assert len(read_symbols(["ab " * 500_000]).code) <= READ_AT_MOST + 2
