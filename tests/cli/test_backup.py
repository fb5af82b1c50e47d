"""A copy of the data folder is whole, fits together, and is a data folder."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.running import Run, house
from tocsin.bus import open_bus
from tocsin.cli.backing_up import back_up
from tocsin.errors import TocsinError, UnusableInput


def make(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def ask(path: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchall()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of a river that took batch 7, on a bus that forgot those up to 7."""
    folder = tmp_path / "data"
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / "secret").write_text("levain")
    make(folder / "tocsin.db", "CREATE TABLE person (name TEXT)", "INSERT INTO person VALUES ('Claire')")
    make(
        folder / "river.db",
        "CREATE TABLE consumer (name TEXT, sequence INTEGER)",
        "INSERT INTO consumer VALUES ('river', 7)",
    )
    bus = open_bus(folder / "bus.db")
    bus.close()
    make(folder / "bus.db", "INSERT INTO consumer VALUES ('posts', 'river', 7)")
    return folder


def test_the_copy_holds_databases_and_keys(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "monday"
    said = list(back_up(data, copy))
    assert [line.split(",")[0] for line in said[:-1]] == ["tocsin.db", "river.db", "bus.db"]
    assert ask(copy / "tocsin.db", "SELECT name FROM person") == [("Claire",)]
    assert (copy / "keys" / "secret").read_text() == "levain"
    assert [path for path in [copy, *copy.glob("*.db")] if path.stat().st_mode & 0o077] == []
    assert list(copy.parent.iterdir()) == [copy]


def test_what_is_being_written_is_left_out_whole(data: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(data / "tocsin.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO person VALUES ('Mallory')")
        list(back_up(data, tmp_path / "copy"))
        writer.execute("COMMIT")
    assert ask(tmp_path / "copy" / "tocsin.db", "SELECT name FROM person") == [("Claire",)]


def test_what_comes_while_it_is_copied_is_left_out_everywhere(data: Path, tmp_path: Path) -> None:
    for line in back_up(data, tmp_path / "copy"):
        if line.startswith("tocsin.db"):
            make(data / "river.db", "UPDATE consumer SET sequence = 9")
            make(data / "bus.db", "UPDATE consumer SET sequence = 9")
    assert ask(tmp_path / "copy" / "river.db", "SELECT sequence FROM consumer") == [(7,)]
    assert ask(tmp_path / "copy" / "bus.db", "SELECT sequence FROM consumer") == [(7,)]


def test_a_bus_that_forgot_what_the_river_has_not_taken_is_not_copied(data: Path, tmp_path: Path) -> None:
    make(data / "bus.db", "UPDATE consumer SET sequence = 8")
    with pytest.raises(TocsinError, match="Nothing was copied"):
        list(back_up(data, tmp_path / "copy"))
    assert list(tmp_path.iterdir()) == [data]


def test_a_copy_that_breaks_off_leaves_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_paths: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copytree", full)
    with pytest.raises(OSError, match="No space"):
        list(back_up(data, tmp_path / "copy"))
    assert list(tmp_path.iterdir()) == [data]


def test_nothing_is_copied_over_anything(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="already there"):
        list(back_up(data, data))
    with pytest.raises(UnusableInput, match="nothing to copy"):
        list(back_up(tmp_path / "elsewhere", tmp_path / "copy"))


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Everything, not started yet."""
    with house(tmp_path) as run:
        yield run


@pytest.mark.processes
def test_a_copy_made_while_it_runs_can_be_opened_instead(run: Run, tmp_path: Path) -> None:
    run.sign_in()
    run.start()
    assert "The copy is whole" in run.tocsin("backup", str(tmp_path / "copy"))
    assert ask(tmp_path / "copy" / "tocsin.db", "SELECT name FROM accounts_user") == [("Claire Vasseur",)]
    with closing(sqlite3.connect(tmp_path / "copy" / "tocsin.db")) as copied:
        assert copied.execute("PRAGMA integrity_check").fetchone() == ("ok",)
