"""CSV and its relatives, as tools export them and as they break."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.listen.files.conftest import tell
from tocsin.listen.files.delimited import separator_of
from tocsin.listen.files.exceptions import FileUnusable, Rejection
from tocsin.listen.files.opening import open_table
from tocsin.listen.files.table import Position, Record

Write = Callable[..., Path]
HEAD = "date,auteur,texte\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_seen(file: Write, separator: str) -> None:
    rows = [
        ["date", "auteur", "texte"],
        ["24/02/2015", "lea", "Très bon pain"],
        ["25/02/2015", "max", "Pain rassis"],
    ]
    told = tell(file("\n".join(separator.join(row) for row in rows)))
    assert told.texts == ["Très bon pain", "Pain rassis"]
    assert told.posts[0].author_handle == "lea"


def test_excels_own_line_names_the_separator(file: Write) -> None:
    assert tell(file("sep=;\ndate;texte\n24/02/2015;Bon pain, bonne tarte\n")).texts == [
        "Bon pain, bonne tarte"
    ]


def test_a_file_of_one_column_has_no_separator(file: Write) -> None:
    told = tell(file("verbatim\nBon accueil, bon pain\nUn peu cher, mais bon\nRien à dire\n"))
    assert told.texts == ["Bon accueil, bon pain", "Un peu cher, mais bon", "Rien à dire"]


def test_quoted_line_feeds_belong_to_the_text(file: Write) -> None:
    told = tell(file(HEAD + '24/02/2015,lea,"Bonjour,\n\nje suis déçue.\r\nLéa"\n25/02/2015,max,Suite\n'))
    assert told.texts == ["Bonjour,\n\nje suis déçue.\r\nLéa", "Suite"]


def test_ragged_rows_are_rejected_with_their_line_and_the_rest_goes_on(file: Write) -> None:
    told = tell(
        file(
            HEAD
            + "24/02/2015,lea,Un\n25/02/2015,max\n26/02/2015,zoe,Trois,quatre,cinq\n27/02/2015,tom,Deux\n"
        )
    )
    assert told.texts == ["Un", "Deux"]
    assert told.rejected == [(3, "ragged"), (4, "ragged")]


def test_empty_cells_too_many_are_no_fault(file: Write) -> None:
    assert tell(file(HEAD + "24/02/2015,lea,Un,,\n")).texts == ["Un"]


def test_a_quote_that_never_closes_costs_no_other_row(file: Write) -> None:
    rows = "".join(f"24/02/2015,client{n},Message numéro {n}\n" for n in range(3000))
    told = tell(file(HEAD + '24/02/2015,lea,"Jamais fermé\n' + rows))
    assert len(told.posts) == 3001
    assert told.texts[0] == '"Jamais fermé'
    assert told.rejected == []


def test_stray_quotes_in_two_rows_do_not_swallow_what_is_between(file: Write) -> None:
    told = tell(
        file(HEAD + '24/02/2015,lea,"Un début\n25/02/2015,max,Entre les deux\n26/02/2015,zoe,"Autre début\n')
    )
    assert told.texts == ['"Un début', "Entre les deux", '"Autre début']


def test_text_after_a_closing_quote_is_kept(file: Write) -> None:
    assert tell(file(HEAD + '24/02/2015,lea,"Super" pain\n')).texts == ["Super pain"]


def test_nul_bytes_are_dropped_and_the_row_is_kept(file: Write) -> None:
    assert tell(file(HEAD.encode() + b"24/02/2015,lea,Pain \x00rassis\x00\n")).texts == ["Pain rassis"]


def test_a_line_of_10_mb_is_rejected_and_the_rest_goes_on(file: Write) -> None:
    told = tell(file(HEAD + "24/02/2015,lea," + "a" * 10_000_000 + "\n25/02/2015,max,Suite\n"))
    assert told.texts == ["Suite"]
    assert told.rejected == [(2, "line_too_long")]


def test_titles_above_the_header_are_passed_over(file: Write) -> None:
    preamble = "Rapport:,Maison Berthier\nPériode:,février 2015\n\n"
    told = tell(
        file(
            preamble + "Query Id,Date,Full Text,Author\n1,24/02/2015 11:35,Bon pain,lea\n"
            "2,25/02/2015 08:00,Mauvais pain,max\n"
        )
    )
    assert told.texts == ["Bon pain", "Mauvais pain"]


def test_a_file_without_header_is_read_from_its_first_row(file: Write) -> None:
    told = tell(
        file(
            "24/02/2015 11:35;Bonjour, votre pain est délicieux !\n"
            "25/02/2015 09:00;Trop d’attente en caisse ce matin\n"
        )
    )
    assert len(told.posts) == 2
    assert told.posts[0].published_at is not None


def test_columns_of_the_same_name_are_told_apart(file: Write) -> None:
    table = open_table(file("date,texte,texte,\n24/02/2015,a,b,c\n"))
    assert table.columns == ["date", "texte", "texte (2)"]


def test_meltwaters_utf_16_with_tabs_is_read(file: Write) -> None:
    written = "Date\tTime\tHeadline\tURL\tOpening Text\tSource\n"
    written += "24-Feb-2015\t11:35 AM\tLe pain\thttps://a.example/1\tUn pain très cher\tLe Courrier\n"
    told = tell(file(written.encode("utf-16")))
    assert told.posts[0].text == "Un pain très cher"
    assert told.posts[0].title == "Le pain"
    assert told.posts[0].published_at is not None
    assert told.posts[0].published_at.hour == 10


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\x00\x00\x00"])
def test_an_empty_file_is_refused_in_words(file: Write, content: bytes) -> None:
    with pytest.raises(FileUnusable, match="empty"):
        tell(file(content))


@pytest.mark.parametrize(
    "content", [b"\x1f\x8b\x08abc", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x89PNG"]
)
def test_other_kinds_of_file_are_refused_in_words(file: Write, content: bytes) -> None:
    with pytest.raises(FileUnusable):
        tell(file(content))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileUnusable, match=r"absent\.csv"):
        open_table(tmp_path / "absent.csv")


def test_separators_inside_quotes_do_not_count() -> None:
    lines = ["a;b\n", '"x,y,z";"1,2"\n', '"u,v";"3,4,5"\n']
    assert separator_of(lines) == ";"


cells = st.text(alphabet="ab ,;\"\n'é€字", max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(cells, cells), min_size=1, max_size=12))
def test_what_was_written_properly_is_read_and_resumed_anywhere(
    tmp_path: Path, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path / "rows.csv"
    quoted = [
        [f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in (f"n{n}", *row)] for n, row in enumerate(rows)
    ]
    path.write_text(
        "id,texte,note\n" + "".join(",".join(row) + "\n" for row in quoted), encoding="utf-8", newline=""
    )
    table = open_table(path)
    whole = list(table.records(Position()))
    assert [(r.cells["texte"], r.cells["note"]) for r in whole if isinstance(r, Record)] == rows
    for place, record in enumerate(whole):
        assert list(table.records(Position(record.end, record.last_line))) == whole[place + 1 :]
    table.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(raw=st.binary(min_size=1, max_size=400))
def test_no_bytes_make_reading_fail_otherwise_than_in_words(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(raw)
    try:
        table = open_table(path)
        ends = [r.end for r in table.records(Position()) if isinstance(r, Record | Rejection)]
    except FileUnusable:
        return
    assert ends == sorted(ends)
    table.close()
