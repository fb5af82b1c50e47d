"""Clocks are killed at random points of their work: every alert, journal entry and mail is there once."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import postgres
from tests.gate.mailserver import MailServer

ALERTS = 60
KILLS = 6
CLOCKS = 2
PATIENCE = 240

pytestmark = pytest.mark.processes


class House:
    """The environment of a house, and the clocks that run in it."""

    def __init__(self, folder: Path, mail: MailServer, database: str) -> None:
        self._env = os.environ | {
            "TOCSIN_DATA": str(folder),
            "TOCSIN_DATABASE": database,
            "TOCSIN_EMAIL_URL": mail.url,
            "TOCSIN_EMAIL_FROM": "tocsin@maison-berthier.test",
        }
        self._log = (folder / "log").open("ab")
        self.clocks: list[subprocess.Popen[bytes]] = []

    def ask(self, *words: str) -> dict[str, Any]:
        """Run an action of `tests.clock.house` and return what it says."""
        command = [sys.executable, "-m", "tests.clock.house", *words]
        result = subprocess.run(command, env=self._env, check=True, stdout=subprocess.PIPE, stderr=self._log)
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[House, MailServer]]:
    """A migrated house whose river raised alerts that no clock has looked at yet."""
    with MailServer() as mail:
        if request.param == "sqlite":
            yield from _filled(House(tmp_path, mail, ""), mail)
        else:
            with postgres.server() as database:
                yield from _filled(House(tmp_path, mail, database), mail)


def _filled(house: House, mail: MailServer) -> Iterator[tuple[House, MailServer]]:
    try:
        assert house.tocsin("migrate").wait(PATIENCE) == 0
        house.ask("fill", str(ALERTS))
        yield house, mail
    finally:
        house.close()


def test_killed_clocks_lose_and_double_nothing(house: tuple[House, MailServer]) -> None:
    home, mail = house
    chance = random.Random(20261122)
    for _ in range(KILLS):
        home.start_clocks()
        _kill_at(chance, home, mail)
        home.ask("expire")
    mail.on_step = None
    home.start_clocks()
    found = _when_settled(home)
    states = found["outgoing"]
    assert len(states) == found["alerts"] == found["ended"] == ALERTS
    assert found["taken"] == 2 * ALERTS
    assert found["verbs"]["alerts.raised"] == found["verbs"]["alerts.ended"] == ALERTS
    assert found["faults"] == []
    assert set(states.values()) <= {"sent", "unknown"}
    assert max(mail.ids.values()) == 1
    assert {key for key, state in states.items() if state == "sent"} <= set(mail.ids)
    unknown = [key for key, state in states.items() if state == "unknown"]
    assert len(unknown) <= KILLS * CLOCKS * 2  # two urgent workers a clock


def _kill_at(chance: random.Random, home: House, mail: MailServer) -> None:
    """Kill the clocks when the mail server is at a random step of a random mail, or when nothing comes."""
    step = chance.choice(["rcpt", "before", "after"])
    countdown = chance.randint(1, 5)

    def on_step(name: str) -> None:
        nonlocal countdown
        countdown -= name == step
        if countdown == 0:
            home.kill_clocks()

    mail.on_step = on_step
    patience = chance.uniform(2.0, 12.0)
    for clock in home.clocks:
        try:
            clock.wait(patience)
        except subprocess.TimeoutExpired:
            home.kill_clocks()


def _when_settled(home: House) -> dict[str, Any]:
    for _ in range(PATIENCE):
        found = home.ask("look")
        states: Callable[[], Any] = found["outgoing"].values
        if found["taken"] == 2 * ALERTS and not {"waiting", "sending"} & set(states()):
            return found
    raise AssertionError(f"not settled: {found}")
