"""A house of real processes whose clocks are killed at a random step of what they send."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import postgres
from tests.gate.mailserver import MailServer

CLOCKS = 2
PATIENCE = 240


class House:
    """The environment of a house, and the clocks that run in it.

    Parameters
    ----------
    actions
        The module that is run to fill the house and to look into it, such as ``tests.clock.house``.
    """

    def __init__(self, folder: Path, mail: MailServer, database: str, actions: str) -> None:
        self._env = os.environ | {
            "TOCSIN_DATA": str(folder),
            "TOCSIN_DATABASE": database,
            "TOCSIN_EMAIL_URL": mail.url,
            "TOCSIN_EMAIL_FROM": "tocsin@maison-berthier.test",
            "TOCSIN_URL": "https://tocsin.berthier.test",
        }
        self._actions = actions
        self._log = (folder / "log").open("ab")
        self.clocks: list[subprocess.Popen[bytes]] = []

    def asking(self, *words: str) -> subprocess.Popen[bytes]:
        """Start an action of the house."""
        command = [sys.executable, "-m", self._actions, *words]
        return subprocess.Popen(command, env=self._env, stdout=subprocess.PIPE, stderr=self._log)

    def ask(self, *words: str) -> dict[str, Any]:
        """Run an action of the house and return what it says."""
        return answer_of(self.asking(*words))

    def tocsin(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a command of Tocsin."""
        command = [sys.executable, "-m", "tocsin.cli.main", *words]
        return subprocess.Popen(command, env=self._env, stdout=self._log, stderr=self._log)

    def start_clocks(self) -> None:
        """Start several clocks at once."""
        self.clocks = [self.tocsin("clock") for _ in range(CLOCKS)]

    def kill_clocks(self) -> None:
        """Kill them all, without a word."""
        for clock in self.clocks:
            clock.kill()
        for clock in self.clocks:
            clock.wait()

    def close(self) -> None:
        """Leave nothing behind."""
        self.kill_clocks()
        self._log.close()


def answer_of(asked: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Return what an action says, once it has ended."""
    said, _nothing = asked.communicate(timeout=PATIENCE)
    assert asked.returncode == 0
    answer: dict[str, Any] = json.loads(said)
    return answer


@contextmanager
def house(kind: str, folder: Path, actions: str) -> Iterator[tuple[House, MailServer]]:
    """Yield a migrated house and its mail server.

    Parameters
    ----------
    kind
        ``sqlite`` or ``postgresql``.
    """
    with MailServer() as mail:
        if kind == "sqlite":
            with _migrated(House(folder, mail, "", actions)) as home:
                yield home, mail
        else:
            with postgres.server() as address, _migrated(House(folder, mail, address, actions)) as home:
                yield home, mail


@contextmanager
def _migrated(home: House) -> Iterator[House]:
    try:
        assert home.tocsin("migrate").wait(PATIENCE) == 0
        yield home
    finally:
        home.close()


def kill_at_random(
    chance: random.Random, home: House, mail: MailServer, *, mails: int, seconds: tuple[float, float]
) -> None:
    """Kill the clocks when the mail server is at a random step of one of a few mails, or when none come."""
    step = chance.choice(["rcpt", "before", "after"])
    countdown = chance.randint(1, mails)

    def on_step(name: str) -> None:
        nonlocal countdown
        countdown -= name == step
        if countdown == 0:
            home.kill_clocks()

    mail.on_step = on_step
    patience = chance.uniform(*seconds)
    for clock in home.clocks:
        try:
            clock.wait(patience)
        except subprocess.TimeoutExpired:
            home.kill_clocks()
