"""What goes wrong beneath Tocsin is told in words, with what was kept and what to do."""

import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError

from tocsin.cli.misfortune import in_words
from tocsin.errors import UnusableInput

ROOT = Path(__file__).parents[2]


def tocsin(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command on a data folder."""
    environment = {**os.environ, "TOCSIN_DATA": str(folder), "PYTHONPATH": str(ROOT)}
    environment.pop("TOCSIN_DATABASE", None)
    command = [sys.executable, "-m", "tocsin.cli.main", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "full",
    [OSError(errno.ENOSPC, "No space left on device"), sqlite3.OperationalError("database or disk is full")],
)
def test_a_full_disk_is_told_wherever_in_the_chain_it_stands(full: Exception) -> None:
    outer = RuntimeError("the batch could not be stored")
    outer.__cause__ = full
    told = in_words(outer)
    assert told is not None
    assert not isinstance(told, UnusableInput)
    assert "disk of the data folder" in str(told)
    assert "is kept" in str(told)


def test_a_database_that_does_not_answer_is_told() -> None:
    told = in_words(OperationalError("connection refused"))
    assert told is not None
    assert "does not answer: connection refused" in str(told)


def test_a_file_of_somebody_else_is_told(tmp_path: Path) -> None:
    told = in_words(PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "keys" / "secret")))
    assert told is not None
    assert f"{tmp_path}/keys/secret cannot be used (Permission denied)" in str(told)


def test_a_database_that_has_no_room_to_be_opened_is_told_as_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_DATA", str(tmp_path))
    error = OperationalError("disk I/O error")
    assert "does not answer: disk I/O error" in str(in_words(error))
    monkeypatch.setattr("tocsin.cli.misfortune.has_room", lambda _folder: False)
    assert "is full" in str(in_words(error))


def test_a_fault_of_our_own_keeps_its_trace() -> None:
    assert in_words(ZeroDivisionError("division by zero")) is None


@pytest.mark.processes
@pytest.mark.parametrize(
    "arguments", [["alerts", "--brand", "Maison Berthier", "--json"], ["journal", "verify"], ["setup-link"]]
)
def test_where_nothing_was_ever_made_commands_say_so(tmp_path: Path, arguments: list[str]) -> None:
    done = tocsin(tmp_path, *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "tocsin migrate" in done.stderr


@pytest.mark.processes
def test_the_doctor_makes_nothing_where_there_is_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    done = tocsin(folder, "doctor")
    assert not folder.exists()
    assert done.returncode == 1
    assert f"there is no data folder {folder} yet" in done.stdout
    folder.mkdir()
    done = tocsin(folder, "doctor")
    assert list(folder.iterdir()) == []
    assert "there is no database" in done.stdout
    assert done.stderr == ""


@pytest.mark.processes
def test_a_second_river_is_refused_on_sqlite(tmp_path: Path) -> None:
    done = tocsin(tmp_path, "river", "--part", "1/2")
    assert (done.returncode, done.stdout) == (2, "")
    assert "one river only" in done.stderr
