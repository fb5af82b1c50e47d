"""XLSX workbooks: those of people, and those made to do harm."""

import zipfile
from datetime import UTC, date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from tests.listen.files.conftest import tell
from tocsin.listen.files import workbook as limits
from tocsin.listen.files.exceptions import FileUnusable
from tocsin.listen.files.opening import open_table
from tocsin.listen.files.table import Position


def write(path: Path, rows: list[list[object]], before: list[list[object]] | None = None) -> Path:
    book = openpyxl.Workbook()
    if before is not None:
        for row in before:
            book.active.append(row)  # type: ignore[union-attr]
        sheet = book.create_sheet("Données")
    else:
        sheet = book.active
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_is_read_with_its_dates_and_numbers(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Identifiant", "Date de publication", "Auteur", "Commentaire", "Note", "J’aime"],
        [
            1,
            datetime(2015, 2, 24, 11, 35),  # noqa: DTZ001 - a sheet knows no zone
            "Léa M.",
            "Pain rassis",
            2,
            4,
        ],
        [2, date(2015, 2, 25), "Max", "Très bon", 4.5, None],
        [3, "26/02/2015 08:00", "Zoé", "Bof", "★★★☆☆", "1 234"],
    ]
    told = tell(write(tmp_path / "avis.xlsx", rows))
    assert told.texts == ["Pain rassis", "Très bon", "Bof"]
    assert told.posts[0].published_at == datetime(2015, 2, 24, 10, 35, tzinfo=UTC)
    assert [post.rating for post in told.posts] == [2.0, 4.5, 3.0]
    assert told.posts[2].likes == 1234
    assert told.posts[0].kind == "review"


def test_serial_days_without_a_format_are_dates_too(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["date", "heure", "texte"],
        [42059, time(11, 35), "Un"],
        [42059.482638888891, None, "Deux"],
    ]
    told = tell(write(tmp_path / "serial.xlsx", rows))
    assert [post.published_at for post in told.posts] == [datetime(2015, 2, 24, 10, 35, tzinfo=UTC)] * 2


def test_the_first_sheet_with_a_table_is_taken(tmp_path: Path) -> None:
    rows: list[list[object]] = [["texte", "date"], ["Bonjour à tous", "24/02/2015"]]
    assert tell(write(tmp_path / "two.xlsx", rows, before=[["Rapport"]])).texts == ["Bonjour à tous"]


def test_identifiers_that_a_sheet_rounded_are_not_trusted(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["tweet_id", "texte", "date"],
        [5.67588278875213e17, "Un", "24/02/2015"],
        ["5,67588E+17", "Deux", "24/02/2015"],
    ]
    told = tell(write(tmp_path / "ids.xlsx", rows))
    assert len({post.id for post in told.posts}) == 2
    assert all(post.native_id.startswith("h") for post in told.posts)


def test_reading_goes_on_from_any_row(tmp_path: Path) -> None:
    rows: list[list[object]] = [["texte"], *([f"Message {n}"] for n in range(30))]
    table = open_table(write(tmp_path / "long.xlsx", rows))
    whole = list(table.records(Position()))
    assert list(table.records(Position(whole[9].end, whole[9].last_line))) == whole[10:]
    table.close()


def bomb(path: Path, sheet: bytes, name: str = "xl/worksheets/sheet1.xml") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, sheet)
    return path


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = bomb(tmp_path / "bomb.xlsx", b"0" * (64 << 20))
    with pytest.raises(FileUnusable, match="times its size"):
        open_table(path)


def test_shared_strings_beyond_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_SHARED_STRINGS", 1 << 20)
    path = bomb(tmp_path / "strings.xlsx", bytes(range(256)) * (5 << 10), "xl/sharedStrings.xml")
    with pytest.raises(FileUnusable, match="save it as CSV"):
        open_table(path)


def test_a_workbook_of_very_many_parts_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ENTRIES", 10)
    path = tmp_path / "parts.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20):
            archive.writestr(f"part{number}.xml", "x")
    with pytest.raises(FileUnusable, match="20 parts"):
        open_table(path)


def test_an_entity_bomb_in_a_workbook_is_refused(tmp_path: Path) -> None:
    good = write(tmp_path / "good.xlsx", [["texte", "date"], ["Bonjour", "24/02/2015"]])
    laughing = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    path = tmp_path / "entities.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                content = laughing + content.split(b"?>", 1)[-1].replace(b"Bonjour", b"&b;")
            target.writestr(entry.filename, content)
    with pytest.raises(FileUnusable, match="cannot be read"):
        open_table(path)


@pytest.mark.parametrize("content", [b"PK\x03\x04rubbish", b"PK\x03\x04" + b"\x00" * 500])
def test_a_damaged_archive_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileUnusable, match="not an XLSX workbook"):
        open_table(path)


def test_an_empty_workbook_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(FileUnusable, match="holds no table"):
        open_table(write(tmp_path / "empty.xlsx", []))
