"""Commands that bring posts: they wait for the river that runs, for their own posts, and not for ever."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.store.tables import Tables
from tocsin.bus.local import LocalBus
from tocsin.listen.models import Source
from tocsin.river import drain as draining
from tocsin.river import ingest
from tocsin.river.drain import drain
from tocsin.river.opening import open_river
from tocsin.river.service import River
from tocsin.river.turn import Turn
from tocsin.store import StoreUnavailable
from tocsin.stream.post import Post
from tocsin.watch.models import Watch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object) -> Iterator[LocalBus]:
    """A data folder of the test's own, in which nobody waits long."""
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    bus = LocalBus(tmp_path / "bus.db")
    monkeypatch.setattr(ingest, "the_bus", lambda: bus)
    monkeypatch.setattr(draining, "_LOOK_SECONDS", 0.001)
    monkeypatch.setattr(draining, "_TURN_SECONDS", 0.01)
    yield bus
    bus.close()


@pytest.fixture
def running() -> Iterator[River]:
    """The river of another process, which holds the turn."""
    river, turn = open_river()
    yield river
    river.let_go()
    turn.close()


def old_posts(amount: int) -> list[Post]:
    moment = datetime.now(UTC) - timedelta(days=40)
    return [
        Post(text=f"Maison Berthier {n}", native_id=f"old-{n}", published_at=moment) for n in range(amount)
    ]


def take(river: River, sequence: int) -> None:
    """Let the other river store what is there, without going over the past."""
    river.refresh()
    river.tick()
    river.current.run(threading.Event(), until=sequence)


def test_without_a_river_the_command_is_the_river(watch: Watch, source: Source, tmp_path: Path) -> None:
    del watch
    sequence = ingest.publish_posts(source, old_posts(3))
    drain(sequence)
    tables = Tables(str(tmp_path / "river.db"))
    assert tables.value("SELECT count(*) FROM mention") == 3
    tables.close()


def test_the_past_of_a_paused_watch_is_not_waited_for(running: River, watch: Watch, source: Source) -> None:
    sequence = ingest.publish_posts(source, old_posts(20))
    take(running, sequence)
    watch.active = False
    watch.save()
    drain(sequence)
    assert running.store.most_backfill() == 20


def test_the_past_of_another_organisation_is_not_waited_for(
    running: River, watch: Watch, source: Source
) -> None:
    sequence = ingest.publish_posts(source, old_posts(20))
    take(running, sequence)
    drain(sequence, organisation=watch.organisation_id + 1)
    assert running.store.most_backfill() == 20


def test_when_the_river_it_waits_for_ends_the_command_takes_its_place(
    watch: Watch, source: Source, tmp_path: Path
) -> None:
    del watch
    sequence = ingest.publish_posts(source, old_posts(20))
    turn = Turn(tmp_path / "river.lock")
    looks: list[int] = []

    def look(position: int) -> None:
        looks.append(position)
        if len(looks) == 3:
            turn.close()

    drain(sequence, look)
    assert looks[:3] == [0, 0, 0]
    assert looks[-1] == sequence


def test_a_store_that_cannot_be_written_ends_the_command_in_words(
    watch: Watch, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del watch
    monkeypatch.setattr("tocsin.river.outages.FIRST_WAIT_SECONDS", 0.001)
    drain(0)
    sequence = ingest.publish_posts(source, old_posts(3))
    tables = Tables(str(tmp_path / "river.db"))
    tables._connection.execute("ALTER TABLE post RENAME COLUMN media TO medium")
    with pytest.raises(StoreUnavailable, match="Free disk space"):
        drain(sequence)
    tables.close()
