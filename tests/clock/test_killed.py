"""Clocks are killed at random points of their work: every alert, journal entry and mail is there once."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import killing
from tests.gate.mailserver import MailServer
from tests.keeping import EITHER
from tests.killing import CLOCKS, PATIENCE, House

ALERTS = 60
KILLS = 6

pytestmark = pytest.mark.processes


@pytest.fixture(params=EITHER)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[House, MailServer]]:
    """A migrated house whose river raised alerts that no clock has looked at yet."""
    with killing.house(request.param, tmp_path, "tests.clock.house") as (home, mail):
        home.ask("fill", str(ALERTS))
        yield home, mail


def test_killed_clocks_lose_and_double_nothing(house: tuple[House, MailServer]) -> None:
    home, mail = house
    chance = random.Random(20261122)
    for _ in range(KILLS):
        home.start_clocks()
        killing.kill_at_random(chance, home, mail, mails=5, seconds=(2.0, 12.0))
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


def _when_settled(home: House) -> dict[str, Any]:
    for _ in range(PATIENCE):
        found = home.ask("look")
        states: Callable[[], Any] = found["outgoing"].values
        if found["taken"] == 2 * ALERTS and not {"waiting", "sending"} & set(states()):
            return found
    raise AssertionError(f"not settled: {found}")
