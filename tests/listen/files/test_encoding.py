"""Text whose encoding nobody wrote down."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.listen.files.encoding import decode_line, repair
from tocsin.listen.files.lines import MAX_LINE, layout_of, lines_of

SENTENCES = (
    "Déçu… l’avion à Orléans « café »",
    "Où est ma commande ? Ça fait 3 semaines, c’est honteux — à fuir",
    "Pâtissière très aimable, brioche délicieuse à 4,50 €",
    "CAFÉ À LA CRÈME ET GÂTEAU",
    "Un bœuf en daube et un œuf",
)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "mac_roman"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_line_is_read_in_the_encoding_it_was_written_in(sentence: str, encoding: str) -> None:
    assert decode_line(sentence.encode(encoding)) == sentence


def test_latin_1_is_read_too() -> None:
    assert decode_line("Très déçu, à éviter".encode("latin-1")) == "Très déçu, à éviter"


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("misread", ["cp1252", "latin-1", "mac_roman"])
def test_text_decoded_wrongly_before_is_put_right(sentence: str, misread: str) -> None:
    garbled = sentence.encode().decode(misread, "replace")
    if "\ufffd" not in garbled:
        assert repair(garbled) == sentence


def test_text_decoded_wrongly_twice_is_put_right() -> None:
    once = "Très déçu".encode().decode("latin-1")
    assert repair(once.encode().decode("latin-1")) == "Très déçu"


def test_emoji_decoded_wrongly_come_back() -> None:
    assert repair("😡".encode().decode("latin-1")) == "😡"


@pytest.mark.parametrize(
    "right", ["café\u00a0»", "à\u00a0«\u00a0la\u00a0»", "Âge, Île, SÃO PAULO", "naïve façade", "√2 ≈ 1,41"]
)
def test_right_text_stays_as_it_is(right: str) -> None:
    assert repair(right) == right
    assert decode_line(right.encode()) == right


def test_a_line_of_utf_8_with_a_stray_byte_keeps_both() -> None:
    assert decode_line("déçu et été ".encode() + "fâché".encode("cp1252")) == "déçu et été fâché"


def test_nul_characters_are_dropped() -> None:
    assert decode_line(b"pain\x00 au chocolat\x00") == "pain au chocolat"


@given(
    st.text(
        alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00ÂÃÅâïð√¬≈‚Ôö"),
        max_size=200,
    )
)
def test_valid_utf_8_is_never_changed(text: str) -> None:
    assert decode_line(text.encode()) == text


@given(st.binary(max_size=300))
def test_any_bytes_become_text_that_can_be_stored(raw: bytes) -> None:
    text = decode_line(raw)
    assert "\x00" not in text
    assert text.encode().decode() == text


def read(raw: bytes) -> list[str | None]:
    file = io.BytesIO(raw)
    return [line.text for line in lines_of(file, layout_of(file))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_found_in_every_encoding_with_every_ending(encoding: str, end: str) -> None:
    written = ["date;message", "24/02/2015;Très déçu par l’accueil", "25/02/2015;Ras-le-bol"]
    lines = read(end.join(written).encode(encoding))
    assert [(line or "").rstrip("\r\n") for line in lines] == written


def test_a_file_may_mix_encodings() -> None:
    mixed = b"\n".join(sentence.encode(e) for sentence in SENTENCES for e in ("utf-8", "cp1252", "mac_roman"))
    lines = read(mixed)
    assert [(line or "").rstrip("\n") for line in lines] == [s for s in SENTENCES for _ in range(3)]


def test_a_huge_line_is_told_and_the_rest_goes_on() -> None:
    raw = b"a\n" + b"x" * (MAX_LINE + 3_000_000) + b"\nb\n"
    assert read(raw) == ["a\n", None, "b\n"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@given(lines=st.lists(st.text(alphabet='abcé€字 ,;"', min_size=1, max_size=30), min_size=3, max_size=8))
def test_reading_on_from_any_line_gives_the_rest(encoding: str, lines: list[str]) -> None:
    raw = "".join(f"date {line}\n" for line in lines).encode(encoding)
    file = io.BytesIO(raw)
    layout = layout_of(file)
    whole = list(lines_of(file, layout))
    for place, line in enumerate(whole):
        rest = list(lines_of(file, layout, offset=line.end, number=line.number))
        assert rest == whole[place + 1 :]
