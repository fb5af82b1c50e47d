"""Rows read together give what each gives by itself."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.listen.files.dates import DateReader
from tocsin.listen.files.exceptions import RowUnusable
from tocsin.listen.files.opening import open_table
from tocsin.listen.files.rows import Filter, RowReader
from tocsin.listen.files.table import Position, Record, Rejection, Stretch
from tocsin.listen.files.together import RowsReader
from tocsin.stream.post import Post

Write = Callable[..., Path]
LATEST = datetime(2027, 1, 1, tzinfo=UTC)
FIELDS = {
    "text": ["Bon pain", "  Pain rassis ", "", "a" * 100_001, "Pâte \u200fcrue", "😡"],
    "title": ["", "Le prix du blé", "t" * 2_001],
    "date": ["2026-10-25 02:30:00", "2026-10-31T23:59:60", "31/10/2026 8h05", "hier", "", "1970-01-01",
             "2100-01-01"],
    "network": ["X (Twitter)", "", "Avis Google !", "-", "Forums", "日本"],
    "url": ["https://www.facebook.com/p/1", "https://x.com?s=1", "https://[", "", "pas une adresse",
            "http://m.exemple.fr"],
    "native_id": ["12", "", "'34'", "5.67588E+17", "i" * 301],
    "id": ["x:12", "", "facebook:9"],
    "author_id": ["7", "", "a" * 2_001],
    "author_handle": ["@lea", "", "lea"],
    "author_name": ["Léa", ""],
    "lang": ["fr", "fr-CA", "é-", "français", ""],
    "kind": ["avis", "comment", "", "autre"],
    "rating": ["4,5", "8/10", "", "beaucoup"],
    "likes": ["12", "1.2k", "", "9007199254740993", "-4"],
    "followers": ["1 234", "", "x"],
    "parent_id": ["", "x:1", "2", "p" * 300],
    "media": ["", "https://exemple.fr/a.jpg https://exemple.fr/b.jpg"],
    "time": ["", "8:15", "midi"],
    "zone": ["", "Europe/Paris", "UTC+2", "nulle part"],
}  # fmt: skip


def alone(reader: RowReader, columns: list[str], row: list[str]) -> Post | tuple[object, ...]:
    try:
        return reader.read(dict(zip(columns, row, strict=True)))
    except RowUnusable as error:
        return error.code, error.figures


@settings(deadline=None)
@given(st.data())
def test_rows_read_together_are_what_each_is_by_itself(data: st.DataObject) -> None:
    columns = data.draw(st.lists(st.sampled_from(sorted(FIELDS)), min_size=1, unique=True))
    rows = data.draw(
        st.lists(st.tuples(*(st.sampled_from(FIELDS[name]) | st.text(max_size=9) for name in columns)))
    )
    rows = [[cell.encode("utf-8", "replace").decode().replace("\x00", "") for cell in row] for row in rows]
    reader = RowReader(
        {name: name for name in columns}, DateReader("dmy", ZoneInfo("Europe/Paris")), "file", LATEST
    )
    told = [
        found if isinstance(found, Post) else (found.code, found.figures)
        for found in RowsReader(reader, columns).read(rows)
    ]
    assert told == [alone(reader, columns, row) for row in rows]


def test_filters_keep_the_same_rows() -> None:
    reader = RowReader({"text": "texte"}, DateReader("dmy", ZoneInfo("UTC")), "file", LATEST)
    rows = [["Nantes", "Un"], ["rennes", "Deux"], ["NANTES ", "Trois"]]
    kept = RowsReader(reader, ["magasin", "texte"]).kept(rows, [Filter("magasin", "nantes")])
    assert kept == [True, False, True]


def told(
    path: Path, position: Position | None = None, *, one_by_one: bool = False
) -> list[Record | Rejection]:
    table = open_table(path)
    try:
        if one_by_one:
            return list(table._one_by_one(position or table._start))  # type: ignore[attr-defined]
        return list(table.records(position or Position()))
    finally:
        table.close()


CELL = st.sampled_from(
    [
        '"',
        '""',
        '"a"',
        "a",
        "é",
        "dÃ©Ã§u",
        "\n",
        "\r",
        "\r\n",
        ",",
        "",
        '"a\nb"',
        '"a,b"',
        'a"b',
        "\x00",
        "caf\udce9",
    ]
)


@settings(deadline=None)
@given(st.lists(st.lists(CELL, max_size=6), max_size=30))
def test_blocks_of_lines_give_what_line_after_line_gives(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("export") / "export.csv"
    body = "date,auteur,texte\n" + "".join(",".join(row) + "\n" for row in rows)
    path.write_bytes(body.encode("utf-8", "surrogateescape"))
    assert told(path) == told(path, one_by_one=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "mac_roman"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_file_longer_than_a_block_is_read_on_from_any_row(file: Write, encoding: str, newline: str) -> None:
    text = "Le pain était décevant, « rassis » même… " + "et la file très longue " * 12
    rows = [f'{n},24/02/2015 8:{n % 60:02},"{text}{n}"' for n in range(5000)]
    rows[1200] = '1200,24/02/2015 8:00,"Jamais fermé'
    rows[3100] = "3100,24/02/2015 8:00"
    path = file(newline.join(["id,date,texte", *rows]).encode(encoding, "replace"))
    whole = told(path)
    assert [r.cells["id"] for r in whole if isinstance(r, Record)] == [
        str(n) for n in range(5000) if n != 3100
    ]
    assert whole == told(path, one_by_one=True)
    for place in (1199, 3099, 4998):
        record = whole[place]
        assert told(path, Position(record.end, record.last_line)) == whole[place + 1 :]


def test_a_line_longer_than_a_block_is_read_and_the_rest_goes_on_together(file: Write) -> None:
    long = "pain " * 300_000
    rows = [f"{n},24/02/2015,Avis {n}" for n in range(100)]
    rows[50] = f"50,24/02/2015,{long}"
    table = open_table(file("\n".join(["id,date,texte", *rows])))
    read = list(table.stretches(Position()))  # type: ignore[attr-defined]
    table.close()
    assert len(read[0]) == 50
    records = [
        record
        for r in read
        for record in (r.records(["id", "date", "texte"]) if isinstance(r, Stretch) else [r])
    ]
    assert [record.line for record in records] == list(range(2, 102))
