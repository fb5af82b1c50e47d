"""Clocks are killed while people are called out: one call-out, each person called once, nobody forgotten."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import postgres
from tests.callout.house import EACH, ROLES
from tests.gate.mailserver import MailServer

CLOCKS, KILLS, PRESSES = 2, 3, 2
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
            "TOCSIN_URL": "https://tocsin.berthier.test",
        }
        self._log = (folder / "log").open("ab")
        self.clocks: list[subprocess.Popen[bytes]] = []

    def asking(self, action: str) -> subprocess.Popen[bytes]:
        """Start an action of `tests.callout.house`."""
        command = [sys.executable, "-m", "tests.callout.house", action]
        return subprocess.Popen(command, env=self._env, stdout=subprocess.PIPE, stderr=self._log)

    def ask(self, action: str) -> dict[str, Any]:
        """Return what an action says."""
        said, _nothing = self.asking(action).communicate(timeout=PATIENCE)
        answer: dict[str, Any] = json.loads(said)
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
    """A house with a plan in force, in which nobody has been called yet."""
    with MailServer() as mail:
        if request.param == "sqlite":
            yield from _filled(House(tmp_path, mail, ""), mail)
        else:
            with postgres.server() as database:
                yield from _filled(House(tmp_path, mail, database), mail)


def _filled(house: House, mail: MailServer) -> Iterator[tuple[House, MailServer]]:
    try:
        assert house.tocsin("migrate").wait(PATIENCE) == 0
        house.ask("fill")
        yield house, mail
    finally:
        house.close()


def test_killed_clocks_call_everybody_once_and_forget_nobody(house: tuple[House, MailServer]) -> None:
    home, mail = house
    presses = [home.asking("launch") for _ in range(PRESSES)]
    firsts = [json.loads(press.communicate(timeout=PATIENCE)[0])["first"] for press in presses]
    assert sorted(firsts) == [False] * (PRESSES - 1) + [True]
    chance = random.Random(20261123)
    for _ in range(KILLS):
        home.start_clocks()
        _kill_at(chance, home, mail)
        home.ask("expire")
    mail.on_step = None
    home.start_clocks()
    found = _when_everybody_was_asked(home)
    assert found["callouts"] == 1
    states = [state for _name, state, _round in found["calls"]]
    assert set(states) <= {"silent", "unreached"}
    assert len(states) == ROLES * EACH + ROLES  # Claire is the lead, told of each role
    assert {round_ for _name, _state, round_ in found["calls"]} <= {0, 1}
    assert found["verbs"]["callout.launched"] == 1
    assert found["verbs"]["callout.nobody_answers"] == ROLES
    passed = found["verbs"]["callout.silent"] + found["verbs"].get("callout.passed_over", 0)
    assert passed == len(states)
    people = {who: count for who, count in found["called"].items() if not who.startswith("claire")}
    assert len(people) == ROLES * EACH
    assert set(people.values()) == {1}
    assert max(mail.ids.values()) == 1
    assert {key for key, state in found["outgoing"].items() if state == "sent"} <= set(mail.ids)
    assert found["faults"] == []


def _kill_at(chance: random.Random, home: House, mail: MailServer) -> None:
    """Kill the clocks when the mail server is at a random step of a random mail, or when nothing comes."""
    step = chance.choice(["rcpt", "before", "after"])
    countdown = chance.randint(1, 3)

    def on_step(name: str) -> None:
        nonlocal countdown
        countdown -= name == step
        if countdown == 0:
            home.kill_clocks()

    mail.on_step = on_step
    patience = chance.uniform(2.0, 6.0)
    for clock in home.clocks:
        try:
            clock.wait(patience)
        except subprocess.TimeoutExpired:
            home.kill_clocks()


def _when_everybody_was_asked(home: House) -> dict[str, Any]:
    for _ in range(PATIENCE):
        found = home.ask("look")
        open_ = {"called", "waiting"} & {state for _name, state, _round in found["calls"]}
        if not open_ and not {"waiting", "sending"} & set(found["outgoing"].values()):
            return found
    raise AssertionError(f"not settled: {found}")
