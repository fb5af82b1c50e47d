"""Clocks are killed while people are called out: one call-out, each person called once, nobody forgotten."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import killing
from tests.callout.house import EACH, ROLES
from tests.gate.mailserver import MailServer
from tests.keeping import EITHER
from tests.killing import PATIENCE, House

KILLS, PRESSES = 3, 2

pytestmark = pytest.mark.processes


@pytest.fixture(params=EITHER)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[House, MailServer]]:
    """A house with a plan in force, in which nobody has been called yet."""
    with killing.house(request.param, tmp_path, "tests.callout.house") as (home, mail):
        home.ask("fill")
        yield home, mail


def test_killed_clocks_call_everybody_once_and_forget_nobody(house: tuple[House, MailServer]) -> None:
    home, mail = house
    presses = [home.asking("launch") for _ in range(PRESSES)]
    firsts = [killing.answer_of(press)["first"] for press in presses]
    assert sorted(firsts) == [False] * (PRESSES - 1) + [True]
    chance = random.Random(20261123)
    for _ in range(KILLS):
        home.start_clocks()
        killing.kill_at_random(chance, home, mail, mails=3, seconds=(2.0, 6.0))
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


def _when_everybody_was_asked(home: House) -> dict[str, Any]:
    for _ in range(PATIENCE):
        found = home.ask("look")
        open_ = {"called", "waiting"} & {state for _name, state, _round in found["calls"]}
        if not open_ and not {"waiting", "sending"} & set(found["outgoing"].values()):
            return found
    raise AssertionError(f"not settled: {found}")
