"""The river is killed with SIGKILL at random points of an import; every row is there once all the same."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

BATCHES, SIZE = 40, 100
KILLS = int(os.environ.get("TOCSIN_TEST_KILLS", "6"))
ROOT = Path(__file__).parents[2]

COMPARED = {
    "post": "SELECT * FROM post ORDER BY n",
    "post_version": "SELECT * FROM post_version ORDER BY n, fetched",
    "mention": "SELECT * FROM mention ORDER BY watch, n",
    "rollup": "SELECT * FROM rollup ORDER BY watch, unit, bucket, network",
    "tally": "SELECT * FROM tally ORDER BY scope, name",
    "raised": "SELECT key, change, level, minute, since, score, data, historic FROM raised ORDER BY key",
    "position": "SELECT name, sequence FROM consumer",
}

pytestmark = pytest.mark.processes


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "TOCSIN_DATA": str(folder), "TOCSIN_BATCH": "100", "PYTHONPATH": str(ROOT)}


def start(folder: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "tocsin.cli.main", "river"],
        env=environment(folder),
        cwd=ROOT,
        stderr=(folder / "river.log").open("ab"),
    )


class Progress:
    """How far a river is, read from its files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection = sqlite3.connect(folder / "river.db", timeout=20)

    def position(self) -> int:
        row = self._connection.execute("SELECT max(sequence) FROM consumer").fetchone()
        return int(row[0] or 0)

    def finished(self) -> bool:
        waiting = self._connection.execute(
            "SELECT (SELECT count(*) FROM backfill WHERE amount>=5) + (SELECT count(*) FROM pending_text)"
        )
        return self.position() == BATCHES and waiting.fetchone()[0] == 0

    def wait_until(self, river: "subprocess.Popen[bytes]", reached: Any) -> None:
        while not reached():
            with suppress(subprocess.TimeoutExpired):
                river.wait(timeout=0.01)
                raise AssertionError((self._folder / "river.log").read_text())


def rows_of(folder: Path) -> dict[str, list[Any]]:
    connection = sqlite3.connect(folder / "river.db")
    return {name: connection.execute(query).fetchall() for name, query in COMPARED.items()}


def indexed(folder: Path) -> list[Any]:
    connection = sqlite3.connect(folder / "fulltext.db")
    found = connection.execute("SELECT rowid FROM words WHERE words MATCH 'verre' ORDER BY rowid").fetchall()
    return [*found, *connection.execute("SELECT * FROM indexed ORDER BY n")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with everything on the bus and nothing in the store."""
    folder = tmp_path / "killed"
    folder.mkdir()
    subprocess.run(
        [sys.executable, "-m", "tests.river.prepare", str(BATCHES), str(SIZE)],
        env=environment(folder),
        cwd=ROOT,
        check=True,
    )
    return folder


def run_to_the_end(folder: Path) -> None:
    river = start(folder)
    progress = Progress(folder)
    progress.wait_until(river, progress.finished)
    river.send_signal(signal.SIGTERM)
    assert river.wait(timeout=60) == 0


def test_nothing_is_lost_or_doubled_however_often_it_is_killed(folder: Path, tmp_path: Path) -> None:
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(folder, undisturbed)
    run_to_the_end(undisturbed)
    rnd = random.Random(KILLS)
    progress = Progress(folder)
    for _ in range(KILLS):
        river = start(folder)
        target = min(progress.position() + rnd.randrange(0, 2 * BATCHES // KILLS + 2), BATCHES)
        progress.wait_until(river, lambda target=target: progress.position() >= target)
        try:
            river.wait(timeout=rnd.random() * 0.08)  # somewhere inside the batch that follows
        except subprocess.TimeoutExpired:
            river.kill()
        river.wait()
    run_to_the_end(folder)
    expected, found = rows_of(undisturbed), rows_of(folder)
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert indexed(folder) == indexed(undisturbed)
    assert len(expected["raised"]) > 0
    assert all(row[-1] == 1 for row in expected["raised"])
