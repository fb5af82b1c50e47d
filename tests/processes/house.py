"""A house of real processes on a data folder, looked at from outside."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.gate.mailserver import MailServer
from tests.processes.story import Post, lines
from tocsin.store.base import MENTION_COLUMNS, POST_COLUMNS

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
LOOK_SECONDS = 0.1

# which posts came first, and so which narrative is named after which, depends on how sources interleave
_POST = ", ".join(name for name in POST_COLUMNS if name not in {"arrived", "fetched", "narrative"})
_MENTION = ", ".join(name for name in MENTION_COLUMNS if name != "narrative")
COUNTED = {
    "post": f"SELECT {_POST} FROM post ORDER BY n",
    "mention": f"SELECT {_MENTION} FROM mention ORDER BY watch, n",
    "rollup": "SELECT * FROM rollup ORDER BY watch, unit, bucket, network",
}


class House:
    """Everything that runs on one data folder.

    Parameters
    ----------
    folder : Path
        With ``tocsin.db`` and the rest, or empty.
    """

    def __init__(self, folder: Path, mail: MailServer) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.mail = folder, mail
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._env = os.environ | {
            "TOCSIN_DATA": str(folder),
            "TOCSIN_BATCH": "100",
            "TOCSIN_PORT": str(self.port),
            "TOCSIN_EMAIL_URL": mail.url,
            "TOCSIN_EMAIL_FROM": "tocsin@maison-berthier.test",
            "TOCSIN_FETCH_PRIVATE": "yes",
            "PYTHONPATH": str(ROOT),
        }
        self._log = (folder / "house.log").open("ab")
        self._asking = threading.Lock()
        self.processes: dict[str, psutil.Process] = {}
        self._inside = self._beside("tests.processes.inside")
        self._nursery: subprocess.Popen[bytes] | None = None

    def _beside(self, module: str) -> subprocess.Popen[bytes]:
        """Start a process of the tests' own that is asked and answers."""
        return subprocess.Popen(
            [sys.executable, "-m", module],
            env=self._env,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )

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
        if self._nursery is None:
            self._nursery = self._beside("tests.processes.nursery")
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        for name in names:
            self._nursery.stdin.write(f"{name}\n".encode())
            self._nursery.stdin.flush()
            born = self._nursery.stdout.readline()
            assert born, self.log()
            self.processes[name] = psutil.Process(int(born))

    def kill(self, name: str) -> None:
        """Kill a process without a word."""
        with suppress(psutil.NoSuchProcess):
            self.processes[name].kill()
            self.processes[name].wait(PATIENCE)

    def has_ended(self, name: str) -> bool:
        """Return whether a process is gone."""
        process = self.processes[name]
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE

    def close(self) -> None:
        """Leave nothing behind."""
        for name in self.processes:
            self.kill(name)
        for beside in (self._inside, self._nursery):
            if beside is not None:
                beside.kill()
                beside.wait()
        self._log.close()

    def log(self) -> str:
        """Return the last of what the processes wrote."""
        return (self.folder / "house.log").read_text(errors="replace")[-4000:]

    def wait_until(self, reached: Callable[[], object], what: str = "it") -> None:
        """Return once something is so; fail when a process dies meanwhile, or patience ends."""
        pause, until = threading.Event(), time.monotonic() + PATIENCE
        while not reached():
            dead = [name for name in self.processes if self.has_ended(name)]
            assert not dead, f"{dead} ended by itself: {self.log()}"
            assert time.monotonic() < until, f"never {what}: {self.log()}"
            pause.wait(LOOK_SECONDS)

    def wait_until_settled(self) -> None:
        """Return once every batch, word, alert and mail is where it ends up."""
        self.wait_until(lambda: not (self.river_unfinished() or self.ask("unfinished")), "settled")

    def query(self, file: str, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a question put to one of the house's files."""
        connection = sqlite3.connect(self.folder / file, timeout=20)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def position(self) -> int:
        """Return how far the river has come."""
        rows = self.query("river.db", "SELECT max(sequence) FROM consumer")
        return int(rows[0][0] or 0)

    def river_unfinished(self) -> bool:
        """Return whether the river has still batches, minutes or words to do."""
        [(waiting,)] = self.query(
            "river.db",
            "SELECT (SELECT count(*) FROM backfill WHERE amount >= 5) + (SELECT count(*) FROM pending_text)",
        )
        [(last,)] = self.query("bus.db", "SELECT seq FROM sqlite_sequence WHERE name = 'message'")
        return bool(waiting) or self.position() < last

    def counted(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return everything that must be the same whenever and however often the same posts come."""
        return {name: self.query("river.db", statement) for name, statement in COUNTED.items()}

    def tally(self, scope: str) -> dict[str, int]:
        """Return what was counted under a source or an import."""
        rows = self.query("river.db", f"SELECT name, amount FROM tally WHERE scope = '{scope}'")
        return dict(rows)

    def raised(self) -> list[tuple[str, int, str, int]]:
        """Return key, watch, change and whether it is history, of everything raised."""
        return self.query("river.db", "SELECT key, watch, change, historic FROM raised ORDER BY key")

    def indexed(self) -> list[tuple[Any, ...]]:
        """Return what the full text holds, and where a word of the outbursts is found."""
        found = self.query("fulltext.db", "SELECT rowid FROM words WHERE words MATCH 'verre' ORDER BY rowid")
        return [*found, *self.query("fulltext.db", "SELECT * FROM indexed ORDER BY n")]


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
