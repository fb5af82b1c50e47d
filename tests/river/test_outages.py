"""Store and bus that fail for a while: everything is stored once, nothing is refused, and it is said once."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from tests.river.test_service import posts
from tests.store.tables import Tables
from tocsin.bus import BusUnavailable
from tocsin.bus.local import LocalBus
from tocsin.listen.models import Source
from tocsin.river import ingest, outages, watches
from tocsin.river.beside import Beside, when_written
from tocsin.river.beside import repeat as repeated
from tocsin.river.outages import Outages
from tocsin.river.service import River
from tocsin.store import StoreUnavailable
from tocsin.store.fulltext import SqliteFullText
from tocsin.store.sqlite import SqliteStore
from tocsin.watch.models import Watch

pytestmark = pytest.mark.django_db

FAILURES = 7


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalBus:
    """An empty bus, to which sources publish."""
    opened = LocalBus(tmp_path / "bus.db")
    monkeypatch.setattr(ingest, "the_bus", lambda: opened)
    return opened


@pytest.fixture
def river(tmp_path: Path, bus: LocalBus, monkeypatch: pytest.MonkeyPatch) -> Iterator[River]:
    """A river in a folder of its own, which does not wait long."""
    monkeypatch.setattr(outages, "FIRST_WAIT_SECONDS", 0.001)
    monkeypatch.setattr(outages, "LONGEST_WAIT_SECONDS", 0.002)
    store, full_text = SqliteStore(tmp_path / "river.db"), SqliteFullText(tmp_path / "fulltext.db")
    opened = River(bus, store, full_text, refused=tmp_path / "refused")
    yield opened
    opened.close()


@pytest.fixture
def tables(tmp_path: Path, river: River) -> Iterator[Tables]:
    """The tables of its store."""
    del river
    opened = Tables(str(tmp_path / "river.db"))
    yield opened
    opened.close()


class BadDisk:
    """A connection whose statements of some kind fail so many times."""

    def __init__(self, connection: sqlite3.Connection, part: str, left: list[int]) -> None:
        self._connection, self._part, self._left = connection, part, left

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        if self._part in statement and self._left[0]:
            self._left[0] -= 1
            raise sqlite3.OperationalError("disk I/O error")
        return self._connection.execute(statement, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def spoil(store: SqliteStore, part: str, failures: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let every connection of a store fail at statements in which something stands."""
    left = [failures]
    connect = store._connect
    monkeypatch.setattr(store, "_connect", lambda pragmas: BadDisk(connect(pragmas), part, left))
    store._local = threading.local()
    store._writer = BadDisk(store._writer, part, left)  # type: ignore[assignment]
    return left


def put_aside(river: River) -> list[Path]:
    """Return the files of what could not be stored."""
    folder = river._flow.aside._folder
    return sorted(folder.iterdir()) if folder.exists() else []


@pytest.mark.usefixtures("watch")
@pytest.mark.parametrize(
    "part",
    [
        "SELECT key, n, role",
        "parent_key=value",
        "SELECT n FROM post WHERE n IN",
        "SELECT watch, n FROM mention",
        "author_sketch FROM",
        "SELECT key, text, published",
        "FROM watermark",
        "SELECT sequence FROM consumer",
        "BEGIN",
        "COMMIT",
    ],
)
def test_a_store_that_fails_for_a_while_costs_no_post(
    river: River, tables: Tables, source: Source, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    river.current._crowded = 100  # so that places are asked for, too
    ingest.publish_posts(source, posts(5, "0 Maison Berthier"))
    river.current.run(threading.Event(), until=river.bus.last("posts"))
    for number in range(3):
        ingest.publish_posts(source, posts(5, f"{number} Maison Berthier"))
    ingest.publish_posts(source, posts(2, "Trop de monde"))
    assert isinstance(river.store, SqliteStore)
    left = spoil(river.store, part, FAILURES, monkeypatch)
    river.store._sketches.forget()
    river._flow._recall._recalled.clear()
    river.refresh()
    river.current.run(threading.Event(), until=river.bus.last("posts"))
    assert left == [0]
    assert tables.value("SELECT count(*) FROM post") == 15
    assert tables.value("SELECT sum(amount) FROM tally WHERE name='received'") == 22
    assert not tables.rows("SELECT * FROM tally WHERE name='rejected'")
    assert put_aside(river) == []


def test_a_bus_that_cannot_be_read_for_a_while_is_waited_for(
    river: River, bus: LocalBus, tables: Tables, watch: Watch, source: Source
) -> None:
    del watch
    ingest.publish_posts(source, posts(5))
    left = [FAILURES]
    bus._reader = BadDisk(bus._reader, "SELECT sequence, topic", left)  # type: ignore[assignment]
    last = bus.last("posts")
    river.current.run(threading.Event(), until=last)
    assert left == [0]
    assert tables.value("SELECT count(*) FROM post") == 5


@pytest.mark.usefixtures("watch")
def test_watches_that_cannot_be_read_let_no_post_pass(
    river: River, tables: Tables, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest.publish_posts(source, posts(5))
    left, real = [FAILURES], watches.fingerprint

    def fingerprint() -> tuple[object, ...]:
        if left[0]:
            left[0] -= 1
            raise OperationalError("the server closed the connection unexpectedly")
        return real()

    monkeypatch.setattr(watches, "fingerprint", fingerprint)
    monkeypatch.setattr("tocsin.river.beside.close_old_connections", lambda: None)  # that of this test
    river.current.run(threading.Event(), until=river.bus.last("posts"))
    assert tables.value("SELECT count(*) FROM mention") == 5


def test_what_was_refused_and_not_told_so_is_tried_again_and_not_kept_twice(
    river: River, tables: Tables, watch: Watch, source: Source, tmp_path: Path
) -> None:
    del watch
    sequence = ingest.publish_posts(source, posts(2))
    [message] = river.bus.read("posts", 0)
    river._flow.aside.refuse(message)  # and was killed before its counts were stored
    other = tmp_path / "refused" / f"posts-{sequence + 5}.ndjson"
    other.write_bytes(b"of a bus that is no more")
    river.run_until_caught_up()
    assert tables.value("SELECT count(*) FROM post") == 2
    assert list((tmp_path / "refused").iterdir()) == [other]


@pytest.mark.usefixtures("watch")
def test_a_kind_of_message_that_is_not_known_is_kept_for_a_later_version(
    river: River, bus: LocalBus, tables: Tables, source: Source
) -> None:
    ingest.publish_posts(source, posts(1))
    correction = b'{"id":"x:1","sentiment":-1}'
    sequence = bus.publish("posts", "correction", source.organisation_id, source.pk, correction, meta={})
    ingest.publish_posts(source, posts(1, "Encore la Maison Berthier"))
    river.run_until_caught_up()
    assert tables.value("SELECT count(*) FROM post") == 2
    assert not tables.rows("SELECT * FROM tally WHERE name='rejected'")
    assert [path.name for path in put_aside(river)] == [f"posts-{sequence}.correction.json"]


@pytest.mark.usefixtures("watch")
def test_a_row_that_never_fits_is_put_aside_after_a_few_tries(
    river: River, tables: Tables, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest.publish_posts(source, posts(2))
    tables._connection.execute("CREATE UNIQUE INDEX broken ON post (source)")
    ingest.publish_posts(source, posts(1, "Le Fournil et la Maison Berthier"))
    monkeypatch.setattr("tocsin.river.current._PAUSE_SECONDS", 0)
    river.run_until_caught_up()
    assert len(put_aside(river)) == 1
    assert tables.value("SELECT sum(amount) FROM tally WHERE name='rejected'") == 2
    assert tables.value("SELECT count(*) FROM post") == 1


class Turns:
    """Something that is done so many times, and then nothing is to be done any more."""

    def __init__(self, *outcomes: Exception | None) -> None:
        self._outcomes = list(outcomes)
        self.stop = threading.Event()

    def __call__(self) -> None:
        outcome = self._outcomes.pop(0)
        if not self._outcomes:
            self.stop.set()
        if outcome is not None:
            raise outcome


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


@pytest.fixture
def repeat(monkeypatch: pytest.MonkeyPatch) -> Callable[[Turns], None]:
    """Repeats something as the river's neighbours are repeated, without pauses."""
    monkeypatch.setattr("tocsin.river.beside.LONGEST_WAIT_SECONDS", 0.0)
    return lambda turns: repeated(Beside("river-text", 0.0, turns), turns.stop, Outages())


def test_a_store_that_is_away_is_said_once_and_so_is_its_return(
    repeat: Callable[[Turns], None], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        repeat(Turns(None, *[StoreUnavailable("the store is away")] * 20, None, None))
    assert said(caplog) == [
        "the store is away",
        "The store can be used again; what waited on the bus is taken now",
    ]


def test_a_neighbour_that_fails_the_same_way_is_said_once(
    repeat: Callable[[Turns], None], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        repeat(Turns(*[ZeroDivisionError("a defect")] * 20, None))
    assert said(caplog) == ["river-text failed and is tried again", "river-text works again"]


def test_many_who_wait_for_the_same_say_it_once_and_the_last_one_says_it_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    together = Outages()
    with caplog.at_level(logging.WARNING):
        for who in ("river-store", "river-text"):
            together.met(who, StoreUnavailable("the store is away"))
        together.met("river-bus", BusUnavailable("the bus is away"))
        together.over("river-text")
        together.over("river-retention")
        assert said(caplog) == ["the store is away", "the bus is away"]
        together.over("river-store")
    assert said(caplog)[2:] == ["The store can be used again; what waited on the bus is taken now"]


def test_waiting_ends_when_told_to_stop() -> None:
    stop = threading.Event()

    def away() -> None:
        stop.set()
        raise StoreUnavailable("the store is away")

    with pytest.raises(StoreUnavailable):
        Outages().through("river-store", away, stop)


def test_what_runs_when_somebody_wrote_runs_once_for_it_and_again_when_it_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written, ran, failing = iter([True, False, True, False, False]), [], [False, True, False]

    class Told:
        def __init__(self, alias: str) -> None:
            self._new = False

        def seen(self) -> bool:
            new, self._new = self._new or next(written), False
            return new

        def forget(self) -> None:
            self._new = True

    def run() -> None:
        ran.append(failing[len(ran)])
        if ran[-1]:
            raise StoreUnavailable("the database is away")

    monkeypatch.setattr("tocsin.river.beside.Changes", Told)
    schedule = when_written(run)
    schedule()
    schedule()
    with pytest.raises(StoreUnavailable):
        schedule()
    schedule()
    schedule()
    assert ran == [False, True, False]
