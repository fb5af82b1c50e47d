"""A house of real processes on a data folder, looked at from outside."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import psutil

from tests.gate.mailserver import MailServer
from tests.keeping import Keeping, Rows, on_the_bus
from tests.processes import born
from tests.processes.born import PATIENCE, ROOT, Nursery
from tests.processes.story import Post, lines
from tocsin.store.base import MENTION_COLUMNS, POST_COLUMNS
from tocsin.store.schema import PLACE_BITS

LOOK_SECONDS = 0.1

# which posts came first, and so which narrative is named after which and which place a post gets in its
# second, depends on how sources interleave and on what is sent again
_POST = ", ".join(name for name in POST_COLUMNS if name not in {"n", "arrived", "fetched", "narrative"})
_MENTION = ", ".join(f"mention.{name}" for name in MENTION_COLUMNS if name not in {"n", "narrative"})
COUNTED = {
    "post": f"SELECT n >> {PLACE_BITS}, {_POST} FROM post ORDER BY organisation, key",
    "mention": f"SELECT key, {_MENTION} FROM mention JOIN post ON post.n = mention.n ORDER BY watch, key",
    "rollup": "SELECT * FROM rollup ORDER BY watch, unit, bucket, network",
}


class House:
    """Everything that runs on one data folder, and on the database beside it.

    Parameters
    ----------
    keeping : Keeping
        Where everything is kept; of a house that lived before, or empty.
    """

    def __init__(self, keeping: Keeping, mail: MailServer) -> None:
        self.keeping, self.folder, self.mail = keeping, keeping.folder, mail
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = os.environ | {
            "TOCSIN_DATA": str(self.folder),
            "TOCSIN_DATABASE": keeping.address,
            "TOCSIN_BATCH": "100",
            "TOCSIN_PORT": str(self.port),
            "TOCSIN_EMAIL_URL": mail.url,
            "TOCSIN_EMAIL_FROM": "tocsin@maison-berthier.test",
            "TOCSIN_FETCH_PRIVATE": "yes",
            "PYTHONPATH": str(ROOT),
        }
        self._asking = threading.Lock()
        self.processes: dict[str, psutil.Process] = {}
        log = self.folder / "house.log"
        with log.open("ab") as written:
            self._inside: subprocess.Popen[bytes] = born.beside(
                "tests.processes.inside", environment, written
            )
        self._nursery = Nursery(environment, log)

    def ask(self, action: str, *arguments: object, **named: object) -> Any:
        """Have something done inside, and return the answer."""
        assert self._inside.stdin is not None
        assert self._inside.stdout is not None
        asked = [action, *arguments, *([named] if named else [])]
        with self._asking:
            self._inside.stdin.write(json.dumps(asked).encode() + b"\n")
            self._inside.stdin.flush()
            answer = self._inside.stdout.readline()
        assert answer, self.log()
        return json.loads(answer)

    def start(self, *names: str) -> None:
        """Start processes."""
        for name in names:
            if name == "river":
                self.keeping.settle_the_dead()
            self.processes[name] = self._nursery.bear(name)

    def kill(self, name: str) -> None:
        """Kill a process without a word."""
        born.kill(self.processes[name])

    def has_ended(self, name: str) -> bool:
        """Return whether a process is gone."""
        return born.has_ended(self.processes[name])

    def close(self) -> None:
        """Leave nothing behind."""
        for name in self.processes:
            self.kill(name)
        self._nursery.close()
        self._inside.kill()
        self._inside.wait()
        self.keeping.close()

    def log(self) -> str:
        """Return the last of what the processes wrote."""
        return self._nursery.log()

    def wait_until(self, reached: Callable[[], object], what: str = "it") -> None:
        """Return once something is so; fail when a process dies meanwhile, or patience ends."""
        pause, until = threading.Event(), time.monotonic() + PATIENCE
        while not reached():
            dead = [name for name in self.processes if self.has_ended(name)]
            assert not dead, f"{dead} ended by itself: {self.log()}"
            assert time.monotonic() < until, f"never {what}; open: {self.unfinished()}; {self.log()}"
            pause.wait(LOOK_SECONDS)

    def wait_until_settled(self) -> None:
        """Return once every batch, word, alert and mail is where it ends up."""
        self.wait_until(lambda: not self.unfinished(), "settled")

    def unfinished(self) -> dict[str, int]:
        """Return what has still to be done, and how much of it."""
        inside: dict[str, int] = self.ask("unfinished")
        return self._river_unfinished() | inside

    def rows(self, statement: str) -> Rows:
        """Return the rows of a question put to the river's store."""
        return self.keeping.rows(statement)

    def position(self) -> int:
        """Return how far the river has come."""
        return int(self.rows("SELECT max(sequence) FROM consumer")[0][0] or 0)

    def _river_unfinished(self) -> dict[str, int]:
        [(pasts, words)] = self.rows(
            "SELECT (SELECT count(*) FROM backfill WHERE amount >= 5), (SELECT count(*) FROM pending_text)"
        )
        counts = {"batches": on_the_bus(self.folder) - self.position(), "pasts": pasts, "words": words}
        return {name: count for name, count in counts.items() if count}

    def counted(self) -> dict[str, Rows]:
        """Return everything that must be the same whenever and however often the same posts come."""
        return {name: self.rows(statement) for name, statement in COUNTED.items()}

    def tally(self, scope: str) -> dict[str, int]:
        """Return what was counted under a source or an import."""
        return dict(self.rows(f"SELECT name, amount FROM tally WHERE scope = '{scope}'"))

    def raised(self) -> Rows:
        """Return key, watch, change and whether it is history, of everything raised."""
        return self.rows("SELECT key, watch, change, historic FROM raised ORDER BY key")

    def indexed(self) -> Rows:
        """Return what the full text holds, and where a word of the outbursts is found."""
        keys: dict[int, int] = dict(self.rows("SELECT n, key FROM post"))
        return sorted((keys[place], *rest) for place, *rest in self.keeping.indexed("verre"))


class Caller:
    """A program that sends posts over the API, and sends again until it gets its answer."""

    def __init__(self, house: House, secret: str, *, careful: bool) -> None:
        self._house = house
        self._careful = careful
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/x-ndjson"}
        self.begun = 0

    def send(self, posts: list[Post], key: str) -> list[dict[str, Any]]:
        """Send posts, with a key if careful, as often as it takes; return the answers."""
        named = {"Idempotency-Key": key} if self._careful else {}
        pause, until = threading.Event(), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.begun += 1
            try:
                answer = httpx.post(
                    f"http://127.0.0.1:{self._house.port}/api/v1/posts",
                    content=lines(posts),
                    headers=self._headers | named,
                    timeout=30,
                )
            except httpx.TransportError:
                pause.wait(0.05)
                continue
            assert answer.status_code == 200, answer.text
            return [json.loads(line) for line in answer.text.splitlines()]
        raise AssertionError(f"no answer: {self._house.log()}")
