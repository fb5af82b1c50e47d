"""Text messages keep to the alphabet that fits 160 signs, where nothing but typography stands in the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.gate import gsm


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Alerte orange\u00a0: 14 en 15\u00a0min", "Alerte orange : 14 en 15 min"),
        ("la crise «\u00a0Pain\u00a0» est levée", 'la crise "Pain" est levée'),
        ("l’équipe… – “ici”", 'l\'équipe... - "ici"'),
        ("Œuvre\u202f!", "OEuvre !"),
        ("Vous êtes appelé\u00a0: répondez", "Vous êtes appelé\u00a0: répondez"),
        ("Пожар", "Пожар"),
        ("", ""),
    ],
)
def test_signs_become_plain_only_where_that_is_enough(text: str, expected: str) -> None:
    assert gsm.written(text) == expected


@given(st.text(max_size=200))
def test_a_text_is_in_the_alphabet_or_untouched(text: str) -> None:
    written = gsm.written(text)
    assert gsm.ALPHABET.issuperset(written) or written == text


@given(st.text(st.sampled_from(sorted(gsm.ALPHABET)), max_size=200))
def test_what_is_in_the_alphabet_stays(text: str) -> None:
    assert gsm.written(text) == text
