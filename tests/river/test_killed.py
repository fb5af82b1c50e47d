"""The river is killed with SIGKILL at random points of an import; every row is there once all the same.

``TESTS_KILLS=50`` does it fifty times.
"""

import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.keeping import EITHER, Keeping, opened
from tests.processes.born import Nursery, has_ended, kill

BATCHES, SIZE = 40, 100
KILLS = int(os.environ.get("TESTS_KILLS", "6"))
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


def environment(keeping: Keeping) -> dict[str, str]:
    return os.environ | {
        "TOCSIN_DATA": str(keeping.folder),
        "TOCSIN_DATABASE": keeping.address,
        "TOCSIN_BATCH": "100",
        "PYTHONPATH": str(ROOT),
    }


class House:
    """A river that is started and killed, and what it keeps."""

    def __init__(self, keeping: Keeping) -> None:
        self.keeping = keeping
        self._nursery = Nursery(environment(keeping), keeping.folder / "river.log")

    def start(self) -> psutil.Process:
        self.keeping.settle_the_dead()
        return self._nursery.bear("river")

    def close(self) -> None:
        self._nursery.close()
        self.keeping.close()

    def position(self) -> int:
        return int(self.keeping.rows("SELECT max(sequence) FROM consumer")[0][0] or 0)

    def finished(self) -> bool:
        [(waiting,)] = self.keeping.rows(
            "SELECT (SELECT count(*) FROM backfill WHERE amount>=5) + (SELECT count(*) FROM pending_text)"
        )
        return self.position() == BATCHES and waiting == 0

    def wait_until(self, river: psutil.Process, reached: Callable[[], bool]) -> None:
        pause = threading.Event()
        while not reached():
            assert not has_ended(river), self._nursery.log()
            pause.wait(0.01)

    def run_to_the_end(self) -> None:
        river = self.start()
        try:
            self.wait_until(river, self.finished)
            river.terminate()
            river.wait(timeout=60)
        finally:
            kill(river)

    def rows(self) -> dict[str, list[Any]]:
        return {name: self.keeping.rows(query) for name, query in COMPARED.items()}


@pytest.fixture(params=EITHER)
def houses(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[House, House]]:
    """The same house twice, with everything on the bus and nothing in the store."""
    with opened(request.param, tmp_path / "killed") as keeping:
        subprocess.run(
            [sys.executable, "-m", "tests.river.prepare", str(BATCHES), str(SIZE)],
            env=environment(keeping),
            cwd=ROOT,
            check=True,
        )
        undisturbed = keeping.copy("undisturbed")
        with closing(House(undisturbed)) as quiet, closing(House(keeping)) as killed:
            yield quiet, killed


def test_nothing_is_lost_or_doubled_however_often_it_is_killed(houses: tuple[House, House]) -> None:
    undisturbed, killed = houses
    undisturbed.run_to_the_end()
    rnd = random.Random(KILLS)
    for _ in range(KILLS):
        river = killed.start()
        target = min(killed.position() + rnd.randrange(0, 2 * BATCHES // KILLS + 2), BATCHES)
        try:
            killed.wait_until(river, lambda target=target: killed.position() >= target)
            threading.Event().wait(rnd.random() * 0.08)  # somewhere inside the batch that follows
        finally:
            kill(river)
    killed.run_to_the_end()
    expected, found = undisturbed.rows(), killed.rows()
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert killed.keeping.indexed("verre") == undisturbed.keeping.indexed("verre")
    assert len(expected["raised"]) > 0
    assert all(row[-1] == 1 for row in expected["raised"])
