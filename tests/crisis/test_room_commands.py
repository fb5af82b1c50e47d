"""A typed line is read as it was meant, in French or in English, whatever is in it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.crisis.commands import COMMANDS, Typed, cleaned, read


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        ("/décision On retire le lot 4", "decision", "On retire le lot 4"),
        ("/DECISION On retire le lot 4", "decision", "On retire le lot 4"),
        ("/decision We withdraw batch 4", "decision", "We withdraw batch 4"),
        ("/question Où le rapporter ?", "question", "Où le rapporter ?"),
        ("/appel La préfecture rappelle", "call", "La préfecture rappelle"),
        ("/call The authority calls back", "call", "The authority calls back"),
        ("/message Fiche envoyée", "message", "Fiche envoyée"),
        ("Le laboratoire ouvre à 7 h", "note", "Le laboratoire ouvre à 7 h"),
        ("/inconnue du bataillon", "note", "/inconnue du bataillon"),
        ("/", "note", "/"),
        ("https://example.org/fait", "note", "https://example.org/fait"),
        ("/decision", "decision", ""),
    ],
)
def test_a_command_makes_a_kind_of_line_and_anything_else_is_a_note(line: str, kind: str, text: str) -> None:
    typed = read(line)
    assert (typed.kind, typed.text) == (kind, text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/fait Un seul lot", Typed("fact", "Un seul lot")),
        ("/fait Un seul lot [confirmé]", Typed("fact", "Un seul lot", state="confirmed")),
        ("/fait Un seul lot [non confirmé]", Typed("fact", "Un seul lot", state="unconfirmed")),
        ("/fact One batch [false] (source: lab)", Typed("fact", "One batch", state="false", source="lab")),
        (
            "/fait Un lot (source : labo) [confirmé]",
            Typed("fact", "Un lot", state="confirmed", source="labo"),
        ),
        ("/fait Un lot (le 4)", Typed("fact", "Un lot (le 4)")),
        ("/fait Un lot [sic]", Typed("fact", "Un lot [sic]")),
        ("/fait produit : le pain de mie", Typed("fact", "le pain de mie", name="produit")),
        ("/fact batch = 4", Typed("fact", "4", name="batch")),
        ("/fait ouvert à 14:30 hier", Typed("fact", "ouvert à 14:30 hier")),
    ],
)
def test_a_fact_says_how_sure_it_is_and_by_whom(line: str, expected: Typed) -> None:
    assert read(line) == expected


@pytest.mark.parametrize(
    ("line", "name", "goes"),
    [
        ("/qui Nadia arrive", "Nadia", False),
        ("/qui Nadia Benali est arrivée", "Nadia Benali", False),
        ("/qui Paul part", "Paul", True),
        ("/qui Paul s’en va", "Paul", True),
        ("/who Nadia comes on", "Nadia", False),
        ("/who Paul goes off", "Paul", True),
        ("/who Paul Leaves", "Paul", True),
        ("/qui Nadia", "Nadia", False),
    ],
)
def test_who_comes_and_who_goes(line: str, name: str, goes: bool) -> None:
    typed = read(line)
    assert (typed.kind, typed.text, typed.goes) == ("who", name, goes)
    assert not typed.themself


@pytest.mark.parametrize("line", ["/qui", "/qui moi", "/who me", "/who me leaves", "/qui moi part"])
def test_somebody_may_speak_of_themselves(line: str) -> None:
    assert read(line).themself


def test_what_cannot_be_seen_is_left_out_and_letters_of_any_writing_stay() -> None:
    assert cleaned("Rap\x00pel\x07 du\tlot\r\n4\u2028") == "Rap pel du lot 4"
    assert cleaned("abc\u202eexe.pdf\u2066x") == "abcexe.pdfx"
    assert cleaned("مرحبا بالعالم · שלום · 日本 · 👩‍👧") == "مرحبا بالعالم · שלום · 日本 · 👩‍👧"


@given(st.text())
def test_any_text_at_all_is_read_as_one_line_of_visible_signs(line: str) -> None:
    typed = read(line)
    for part in (typed.text, typed.name, typed.source):
        assert part == part.strip()
        assert not any(unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"} for one in part)


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(line: str) -> None:
    assert cleaned(cleaned(line)) == cleaned(line)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_command_that_is_offered_is_understood(language: str) -> None:
    kinds = [read(f"{command}x").kind for command in COMMANDS[language]]
    assert kinds == ["decision", "fact", "question", "who", "call", "message"]
