"""Folding: what stops mattering, what stays, and where it came from."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.stream.characters import fold_character, is_unit
from tocsin.stream.fold import fold_batch, fold_text, fold_with_offsets

FOLDED = [
    ("Le PAIN", "le pain"),
    ("L’Été à l'œuvre", "l ete a l oeuvre"),
    ("ÀÉÎÕÜ ç ñ ÿ", "aeiou c n y"),
    ("Straße, Ærø, Þór, Łódź", "strasse, aero, thor, lodz"),
    ("« pain » “pain” „pain“", "  pain    pain   pain "),
    ("lun–ven — fin", "lun-ven - fin"),
    ("10€ 5 £", "10. 5 ."),
    ("Berthier™ ®", "berthier   "),
    ("1ᵉʳ m² № ½", "1er m2 no  "),
    ("ligne 1\nligne\t2\x00", "ligne 1 ligne 2 "),
    ("#Pain @Berthier_Paris", "#pain @berthier_paris"),
    ("_merci_ __init__", " merci    init  "),
    ("@_berthier_", "@_berthier "),
    ("東京タワーへ行く", "東 京 タ ワ ー へ 行 く"),
    ("iPhone発売!", "iphone 発 売 !"),
    ("#東京", "#東 京"),
    ("ที่นี่", "ที่ นี่"),
    ("한국", "한 국"),
    ("ｶﾞ ＡＢ", "ガ ab"),
    ("super👍🏽!", "super 👍 !"),
    ("🤦‍♂️ 👩‍🍳 ❤️‍🔥 🇫🇷🇧🇪", "🤦 👩\u200d🍳 ❤\u200d🔥 🇫🇷 🇧🇪"),
    ("ПРИВЕТ Ёлка", "привет елка"),
    ("ΣΟΦΟΣ", "σοφοσ"),
    ("١٢٣ أحمد", "123 احمد"),
    ("bri\u00adoche\u200b", "brioche"),
    ("𝗕𝗲𝗿𝘁𝗵𝗶𝗲𝗿", "berthier"),
    ("a\u202eb\u2066c", "abc"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_a_text_folds(text: str, folded: str) -> None:
    assert fold_text(text) == folded


def test_the_same_text_folds_the_same_in_any_company() -> None:
    texts = [text for text, _ in FOLDED]
    assert fold_batch(texts) == [folded for _, folded in FOLDED]
    assert fold_batch(texts[:3]) == [folded for _, folded in FOLDED[:3]]
    assert fold_batch([]) == []


any_text = st.text(
    st.one_of(
        st.sampled_from("aéŒß’'_#@ \n\x1e\u00ad東ワｶﾞ한가\u1100\u1161\u11a8ที่👍🏽\u200d♂\ufe0f🇫🇷é€—™½"),
        st.characters(),
    ),
    max_size=30,
)


@settings(max_examples=250, deadline=None)
@given(st.lists(any_text, max_size=5))
def test_fast_and_general_path_agree(texts: list[str]) -> None:
    assert fold_batch(texts) == [fold_with_offsets(text)[0] for text in texts]


@settings(max_examples=150, deadline=None)
@given(any_text)
def test_offsets_lead_back_to_where_each_character_came_from(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert len(offsets) == len(folded) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)
    assert all(0 <= offset < len(text) for offset in offsets[:-1])


@settings(max_examples=150, deadline=None)
@given(any_text)
def test_folded_text_says_nothing_more_when_folded_again(text: str) -> None:
    folded = fold_text(text)
    assert fold_text(folded).split() == folded.split()


@settings(max_examples=150, deadline=None)
@given(any_text)
def test_case_and_accents_make_no_difference(text: str) -> None:
    assert fold_text(unicodedata.normalize("NFD", text)) == fold_text(text)


def test_every_character_folds_to_words_ascii_or_what_stands_alone() -> None:
    for code in [*range(0x3000), *range(0xA000, 0xAC00), *range(0xF900, 0x10000), *range(0x1F000, 0x1FB00)]:
        for character in fold_character(chr(code)):
            kind = unicodedata.category(character)[0]
            assert character.isascii() or kind in "LMN" or is_unit(character) or character == "\u200d"
            assert character.casefold() == character
