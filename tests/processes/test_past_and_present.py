"""What comes twice counts once; what is long past calls nobody, while what happens now does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.gate.mailserver import MailServer
from tests.keeping import Files
from tests.listen.servers import Server, running
from tests.processes import story
from tests.processes.house import House
from tocsin.stream.detect import LEVELS

pytestmark = pytest.mark.processes

NOW = story.TOWNS[0]
"""The shop where something happens now; last year it happened in others (`story.archive`)."""


class Berthier:
    """A house whose river and clock run, and that follows a newspaper's feed on a real web server."""

    def __init__(self, house: House, newspaper: Server) -> None:
        self.house, self.newspaper = house, newspaper
        self.made: dict[str, Any] = house.ask("prepare", datetime.now(UTC).isoformat(), 3, 0)
        self.print(story.outburst("article", datetime.now(UTC), NOW, 1))
        house.start("river", "clock")
        self.feed = house.ask("add_feed", newspaper.url("/rss"))
        house.wait_until(lambda: not house.ask("fetched", self.feed).startswith("None"), "fetched")

    def print(self, posts: list[story.Post]) -> None:
        """Let the newspaper print posts."""
        self.newspaper.serve("/rss", story.feed(posts), Content_Type="application/rss+xml")

    def fetch(self, *, forget: bool) -> None:
        """Fetch the feed now, and wait until it was."""
        before = self.house.ask("fetched", self.feed)
        self.house.ask("fetch_again", self.feed, forget=forget)
        self.house.wait_until(lambda: self.house.ask("fetched", self.feed) != before, "fetched")

    def bring(self, share: int) -> int:
        """Import a file of last year."""
        archive = story.archive(share, datetime.now(UTC).replace(second=0, microsecond=0))
        story.write_archive(self._file(share), archive)
        return self.bring_again(share)

    def bring_again(self, share: int) -> int:
        """Import the same file once more."""
        return int(self.house.ask("start_import", str(self._file(share))))

    def _file(self, share: int) -> Path:
        return self.house.folder / f"{share}.csv"

    def mails(self) -> list[dict[str, Any]]:
        """Return the mails on their way or sent."""
        mails: list[dict[str, Any]] = self.house.ask("look")["outgoing"]
        return mails

    def alerts(self, *, historic: bool) -> list[dict[str, Any]]:
        """Return alerts of the past, or of the present."""
        return [one for one in self.house.ask("look")["alerts"] if one["historic"] == historic]


@pytest.fixture(scope="module")
def berthier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Berthier]:
    """Maison Berthier, whose feed was fetched once."""
    keeping = Files(tmp_path_factory.mktemp("house"))
    with MailServer() as mail, running() as newspaper, closing(House(keeping, mail)) as house:
        yield Berthier(house, newspaper)


def test_a_file_and_a_feed_that_come_again_change_no_count(berthier: Berthier) -> None:
    house = berthier.house
    first = berthier.bring(0)
    house.wait_until_settled()
    before, words = house.counted(), house.indexed()
    again = berthier.bring_again(0)
    berthier.fetch(forget=True)
    berthier.fetch(forget=False)
    house.wait_until_settled()
    assert again != first
    assert house.counted() == before
    assert house.indexed() == words
    tally = house.tally(f"import:{first}")
    assert house.tally(f"import:{again}") == {"received": tally["received"], "known": tally["received"]}
    assert house.tally(f"source:{berthier.feed}") == {"received": 2, "new": 1, "known": 1, "mentions": 2}


def test_a_file_of_last_year_calls_nobody_while_what_happens_now_does(berthier: Berthier) -> None:
    house = berthier.house
    house.wait_until_settled()
    assert berthier.alerts(historic=False) == berthier.mails() == []
    assert set(house.ask("look")["vigilance"]) <= {"green"}
    berthier.print(story.outburst("scandale", datetime.now(UTC) - timedelta(seconds=30), NOW))
    old_file = berthier.bring(1)
    berthier.fetch(forget=False)
    house.wait_until(berthier.mails, "told")
    house.wait_until_settled()
    present, past = berthier.alerts(historic=False), berthier.alerts(historic=True)
    shop = {town: berthier.made["watches"][town] for town in story.TOWNS[:3]}
    assert house.tally(f"import:{old_file}")["new"] > 100
    assert {shop[town] for town in story.TOWNS[1:3]} <= {alert["watch"] for alert in past}
    assert shop[NOW] in {alert["watch"] for alert in present}
    assert not {shop[town] for town in story.TOWNS[1:3]} & {alert["watch"] for alert in present}
    told = [int(mail["key"].split(":")[1]) for mail in berthier.mails()]
    assert set(told) == {alert["pk"] for alert in present}
    assert {mail["addressee"] for mail in berthier.mails()} == {
        "claire@maison-berthier.test",
        "yanis@maison-berthier.test",
    }
    highest = max((alert["level"] for alert in present), key=LEVELS.index)
    assert house.ask("look")["vigilance"] == [highest]
