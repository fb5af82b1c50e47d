"""River, clock and web are killed at random points; afterwards everything is there once.

``TESTS_KILLS=50`` does it fifty times.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.gate.mailserver import MailServer
from tests.keeping import EITHER, opened
from tests.processes import story
from tests.processes.house import Caller, House

KILLS = int(os.environ.get("TESTS_KILLS", "4"))
SHOPS = min(KILLS, len(story.TOWNS) - 1) + 1
WANTING_MAIL = 2
LOSE_PATIENCE = 8.0
NAMES = ("river", "clock", "web")

pytestmark = pytest.mark.processes


class Day:
    """One day at Maison Berthier: in each share of it a file is imported and programs send posts.

    The organisation's time all but stands still, so that each post arrives in the same minute of it however
    often a process was killed before, and detection has the same to see.
    """

    def __init__(self, house: House, made: dict[str, Any], now: datetime) -> None:
        self.house, self.now = house, now
        self.made = made
        self.callers = [
            Caller(house, made["sources"]["careful"][1], careful=True),
            Caller(house, made["sources"]["careless"][1], careful=False),
        ]

    def share(self, number: int) -> None:
        """Let a share of the day happen, and return when every program got its answers."""
        archive = story.archive(number, self.now)
        self.house.ask("start_import", str(story.write_archive(self.house.folder / f"{number}.csv", archive)))
        for place, posts in enumerate(story.calls(number, self.now)):
            answers = self.callers[(number + place) % 2].send(posts, f"share-{number}-{place}")
            assert [answer["status"] for answer in answers if answer["status"] == "rejected"] == []

    def evening(self) -> None:
        """Let what is open be closed, and what goes on end."""
        self.house.wait_until_settled()
        for later in (timedelta(minutes=2), timedelta(hours=6)):
            moment = self.now + later
            self.house.ask("set_time", moment.isoformat(), 1e-6)
            self.house.wait_until(self._closed(int(moment.timestamp()) // 60 - 1), "closed")
            self.house.wait_until_settled()

    def _closed(self, minute: int) -> Callable[[], bool]:
        return lambda: self.house.rows("SELECT max(minute) FROM watermark")[0][0] >= minute


class Killer:
    """Chooses whom to kill and when, always the same for a seed."""

    def __init__(self, day: Day, seed: int) -> None:
        self._day, self._house = day, day.house
        self._chance = random.Random(seed)
        self._moments = {"river": self._in_a_batch, "web": self._in_a_call, "clock": self._in_a_mail}
        self.victims: Counter[str] = Counter()

    def strike(self) -> None:
        """Kill one process somewhere inside its work, and start it again."""
        # each gets its turn in three rounds, in an order left to chance
        fewest = min(self.victims[name] for name in NAMES)
        name = self._chance.choice([name for name in NAMES if self.victims[name] == fewest])
        self.victims[name] += 1
        self._moments[name]()
        self._house.kill(name)
        if name == "clock":
            self._house.mail.on_step = None
            self._house.ask("let_leases_run_out")
        self._house.start(name)

    def _in_a_batch(self) -> None:
        target = self._house.position() + self._chance.randrange(1, 6)
        self._wait(lambda: self._house.position() >= target)
        self._a_little_later("river", 0.08)

    def _in_a_call(self) -> None:
        callers = self._day.callers
        target = sum(caller.begun for caller in callers) + self._chance.randrange(1, 4)
        self._wait(lambda: sum(caller.begun for caller in callers) >= target)
        self._a_little_later("web", 0.06)

    def _in_a_mail(self) -> None:
        step, countdown = self._chance.choice(["rcpt", "before", "after"]), self._chance.randrange(1, 3)
        reached = threading.Event()

        def on_step(name: str) -> None:
            nonlocal countdown
            countdown -= name == step
            if countdown == 0:
                self._house.processes["clock"].kill()
                reached.set()

        self._house.mail.on_step = on_step
        reached.wait(LOSE_PATIENCE)

    def _wait(self, reached: Callable[[], bool]) -> None:
        pause, until = threading.Event(), time.monotonic() + LOSE_PATIENCE
        while not reached() and time.monotonic() < until:
            pause.wait(0.01)

    def _a_little_later(self, name: str, at_most: float) -> None:
        threading.Event().wait(self._chance.random() * at_most)
        if not self._house.has_ended(name):
            return
        raise AssertionError(f"{name} ended by itself: {self._house.log()}")


@pytest.fixture(scope="module", params=EITHER)
def days(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Day, Day, Killer]]:
    """The same day twice: undisturbed, and with a killer about."""
    folder = tmp_path_factory.mktemp("houses")
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    with (
        MailServer() as mail,
        MailServer() as other_mail,
        opened(request.param, folder / "undisturbed") as keeping,
        ExitStack() as open_houses,
    ):
        with closing(House(keeping, mail)) as empty:
            made = empty.ask("prepare", now.isoformat(), SHOPS, 1)
        killed = open_houses.enter_context(closing(House(keeping.copy("killed"), other_mail)))
        with closing(House(keeping, mail)) as quiet:
            undisturbed = Day(quiet, made, now)
            _live(undisturbed)
        disturbed = Day(killed, made, now)
        killer = Killer(disturbed, seed=KILLS)
        _live(disturbed, killer)
        undisturbed.house = open_houses.enter_context(closing(House(keeping, mail)))
        yield undisturbed, disturbed, killer


def _live(day: Day, killer: Killer | None = None) -> None:
    day.house.start(*NAMES)
    for number in range(KILLS):
        failures: list[BaseException] = []
        share = threading.Thread(target=_tried, args=(day, number, failures))
        share.start()
        if killer is not None:
            killer.strike()
        share.join()
        assert failures == []
    day.evening()


def _tried(day: Day, number: int, failures: list[BaseException]) -> None:
    try:
        day.share(number)
    except BaseException as failure:
        failures.append(failure)


Days = tuple[Day, Day, Killer]


def test_each_of_the_three_was_killed(days: Days) -> None:
    _, _, killer = days
    assert killer.victims.total() == KILLS
    assert min(killer.victims[name] for name in NAMES) >= KILLS // 3


@pytest.mark.parametrize("table", ["post", "mention", "rollup"])
def test_every_row_is_there_once(days: Days, table: str) -> None:
    undisturbed, disturbed, _ = days
    expected = undisturbed.house.counted()[table]
    assert len(expected) > 100
    assert disturbed.house.counted()[table] == expected


def test_every_count_is_the_same(days: Days) -> None:
    undisturbed, disturbed, _ = days
    scopes = {scope for (scope,) in undisturbed.house.rows("SELECT DISTINCT scope FROM tally")}
    careless = f"source:{undisturbed.made['sources']['careless'][0]}"
    assert {f"import:{number + 1}" for number in range(KILLS)} <= scopes
    for scope in scopes - {careless}:
        assert disturbed.house.tally(scope) == undisturbed.house.tally(scope), scope


def test_whoever_sends_again_without_a_key_is_told_apart_by_the_posts_themselves(days: Days) -> None:
    undisturbed, disturbed, _ = days
    careless = f"source:{undisturbed.made['sources']['careless'][0]}"
    expected, found = undisturbed.house.tally(careless), disturbed.house.tally(careless)
    again = found.pop("received") - expected.pop("received")
    assert again >= 0
    stored_again = found.pop("known", 0) - expected.pop("known", 0)
    unmatched_again = found.pop("unmatched", 0) - expected.pop("unmatched", 0)
    assert stored_again + unmatched_again == again
    assert found == expected


def test_every_word_can_be_found(days: Days) -> None:
    undisturbed, disturbed, _ = days
    expected = undisturbed.house.indexed()
    assert len(expected) > 100
    assert disturbed.house.indexed() == expected


def test_every_outburst_is_one_alert(days: Days) -> None:
    undisturbed, disturbed, _ = days
    shops = [undisturbed.made["watches"][story.TOWNS[number]] for number in range(KILLS)]
    for day in (undisturbed, disturbed):
        raised = day.house.raised()
        begun = Counter(watch for _, watch, change, historic in raised if change == "begin" and not historic)
        assert [begun[shop] for shop in shops] == [1] * KILLS
        told = [alert["key"] for alert in day.house.ask("look")["alerts"]]
        assert told == sorted(key for key, _, change, _ in raised if change == "begin")
    assert _live_keys(disturbed) == _live_keys(undisturbed)


def _live_keys(day: Day) -> list[str]:
    return [key for key, _, change, historic in day.house.raised() if change == "begin" and not historic]


def test_what_last_years_files_tell_is_history_and_ends(days: Days) -> None:
    for day in days[:2]:
        found = day.house.ask("look")
        assert any(alert["historic"] for alert in found["alerts"])
        assert found["ended"] == len(found["alerts"])
        assert found["vigilance"] == ["green"]


def test_every_alert_is_journaled_once_and_the_chain_verifies(days: Days) -> None:
    for day in days[:2]:
        found = day.house.ask("look")
        entries = {(verb, target): count for verb, target, count in found["journal"]}
        for verb in ("alerts.raised", "alerts.ended"):
            assert {target: n for (said, target), n in entries.items() if said == verb} == {
                f"alerts.alert:{alert['pk']}": 1 for alert in found["alerts"]
            }
        assert found["faults"] == []


def test_every_mail_is_sent_once_to_each_who_wants_it(days: Days) -> None:
    for day in days[:2]:
        found = day.house.ask("look")
        live = {f"alerts.alert:{alert['pk']}" for alert in found["alerts"] if not alert["historic"]}
        changes = sum(
            count
            for verb, target, count in found["journal"]
            if verb in {"alerts.raised", "alerts.escalated"} and target in live
        )
        assert len(found["outgoing"]) == WANTING_MAIL * changes >= WANTING_MAIL * KILLS
        delivered = day.house.mail.ids
        assert max(delivered.values()) == 1
        assert set(delivered) <= {row["message_id"] for row in found["outgoing"]}
        for row in found["outgoing"]:
            assert row["state"] in {"sent", "unknown"}
            assert row["state"] == "unknown" or delivered[row["message_id"]] == 1


def test_only_a_killed_clock_leaves_mails_of_which_nobody_knows(days: Days) -> None:
    undisturbed, disturbed, killer = days
    unknown = [
        sum(row["state"] == "unknown" for row in day.house.ask("look")["outgoing"])
        for day in (undisturbed, disturbed)
    ]
    assert unknown[0] == 0
    assert unknown[1] <= killer.victims["clock"] * 2  # two urgent workers a clock


def test_every_deadline_is_met_once(days: Days) -> None:
    for day in days[:2]:
        found = day.house.ask("look")
        sends = [row for row in found["deadlines"] if row["handler"] == "gate.send"]
        assert sorted(row["payload"]["outgoing"] for row in sends) == sorted(
            row["pk"] for row in found["outgoing"]
        )
        assert {row["state"] for row in sends} == {"done"}
