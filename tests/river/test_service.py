"""The river as a whole: from what a source brings to rows and search, and what it does with trouble."""

import logging
import multiprocessing
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.store.tables import Tables
from tocsin.bus.local import LocalBus
from tocsin.listen.models import Source
from tocsin.river import ingest, watches
from tocsin.river.lag import Retention
from tocsin.river.service import River
from tocsin.river.turn import RiverRuns, Turn
from tocsin.store.fulltext import SqliteFullText
from tocsin.store.sqlite import SqliteStore
from tocsin.stream.post import Post
from tocsin.watch.models import Account, Brand, Watch

pytestmark = pytest.mark.django_db


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalBus:
    """An empty bus, to which sources publish."""
    opened = LocalBus(tmp_path / "bus.db")
    monkeypatch.setattr(ingest, "the_bus", lambda: opened)
    return opened


@pytest.fixture
def river(tmp_path: Path, bus: LocalBus) -> Iterator[River]:
    """A river in a folder of its own."""
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


def posts(amount: int, text: str = "La Maison Berthier de Nantes est fermée", **fields: object) -> list[Post]:
    now = datetime.now(UTC)
    return [
        Post(
            text=text,
            native_id=f"{text[:4]}-{number}",
            author_id=f"client-{number}",
            published_at=now - timedelta(seconds=amount - number),
            **fields,  # type: ignore[arg-type]
        )
        for number in range(amount)
    ]


def test_what_a_source_brings_is_stored_and_can_be_searched(
    river: River, tables: Tables, watch: Watch, source: Source
) -> None:
    ingest.publish_posts(source, posts(5))
    river.run_until_caught_up()
    assert tables.value(f"SELECT count(*) FROM mention WHERE watch={watch.pk}") == 5
    assert tables.value("SELECT id FROM post ORDER BY n LIMIT 1") == "press:La M-0"
    found = river.full_text.find(source.organisation_id, "fermee nantes", watches=[watch.pk])
    assert len(found) == 5
    assert found == sorted(found, reverse=True)


def test_messages_too_long_for_their_moment_are_stored_whole(
    river: River, tables: Tables, watch: Watch, source: Source, tmp_path: Path
) -> None:
    del watch
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for said in ("Maison Berthier, une attente", "Encore la Maison Berthier"):
        crowd = posts(1200, said)
        for one in crowd:
            one.published_at = noon
        ingest.publish_posts(source, crowd)
    river.run_until_caught_up()
    assert tables.value("SELECT count(*) FROM post") == 2400
    assert tables.value("SELECT sum(volume) FROM rollup WHERE unit=2") == 2400
    assert not (tmp_path / "refused").exists()


def test_the_same_key_and_the_same_posts_count_once(
    river: River, tables: Tables, watch: Watch, source: Source
) -> None:
    del watch
    ingest.publish_posts(source, posts(5), key="page 1")
    ingest.publish_posts(source, posts(5), key="page 1")
    ingest.publish_posts(source, posts(5))
    river.run_until_caught_up()
    assert tables.value("SELECT sum(volume) FROM rollup WHERE unit=2") == 5
    assert (
        tables.value(f"SELECT amount FROM tally WHERE scope='source:{source.pk}' AND name='received'") == 10
    )


def test_an_owned_source_brings_mentions_of_the_brands_own_watch(
    river: River, tables: Tables, watch: Watch, competitor: Watch, source: Source
) -> None:
    del competitor
    source.owned = True
    source.save()
    ingest.publish_posts(source, posts(3, "Trop salé"))
    river.run_until_caught_up()
    assert tables.rows("SELECT watch, count(*) FROM mention GROUP BY watch") == [(watch.pk, 3)]


def test_the_brands_accounts_are_its_own_voice(
    river: River, tables: Tables, brand: Brand, watch: Watch, source: Source
) -> None:
    del watch
    Account.objects.create(
        brand=brand, organisation=brand.organisation, network="press", handle="@MaisonBerthier"
    )
    ingest.publish_posts(source, posts(2, author_handle="maisonberthier"))
    river.run_until_caught_up()
    assert tables.value("SELECT count(*) FROM mention") == 0
    assert tables.value("SELECT count(*) FROM post WHERE role=1") == 2


def test_a_changed_watch_is_taken_up(
    river: River, tables: Tables, watch: Watch, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    river.refresh()
    watch.query = "Fournil"
    watch.save()
    for name in ("_REFRESH_SECONDS", "ASK_ANYWAY_SECONDS"):  # this test writes by the river's own connection
        monkeypatch.setattr(f"tocsin.river.service.{name}", 0)
    ingest.publish_posts(source, posts(1, "Le Fournil Doré a fermé"))
    river.run_until_caught_up()
    assert tables.value(f"SELECT count(*) FROM mention WHERE watch={watch.pk}") == 1


def test_a_query_that_cannot_be_understood_blinds_its_own_watch_only(
    watch: Watch, competitor: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    watch.query = '("Maison'
    watch.save()
    with caplog.at_level(logging.WARNING):
        loaded = watches.load()
    assert [definition.id for definition in loaded.definitions] == [competitor.pk]
    assert "watches nothing" in caplog.text


def test_a_batch_that_no_code_can_take_is_kept_and_the_rest_goes_on(
    river: River, watch: Watch, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del watch
    tables = Tables(str(tmp_path / "river.db"))
    real = river._flow._reader.read

    def read(texts: list[str], langs: list[str]) -> object:
        if any("explose" in text for text in texts):
            raise ZeroDivisionError
        return real(texts, langs)

    monkeypatch.setattr(river._flow._reader, "read", read)
    ingest.publish_posts(source, posts(2, "Maison Berthier explose"))
    ingest.publish_posts(source, posts(3))
    river.run_until_caught_up()
    assert tables.value("SELECT count(*) FROM post") == 3
    assert tables.value("SELECT amount FROM tally WHERE name='rejected'") == 2
    [kept] = (tmp_path / "refused").iterdir()
    assert kept.read_bytes().count(b"explose") == 2


def test_bad_lines_are_counted_and_the_others_stored(
    river: River, bus: LocalBus, tables: Tables, watch: Watch, source: Source
) -> None:
    del watch
    lines = [b"not JSON", b'{"id":"x:1"}', b"\xff\xfe", *ingest.encode_posts(posts(2), "x").splitlines()]
    bus.publish("posts", "posts", source.organisation_id, source.pk, b"\n".join(lines), meta={})
    river.run_until_caught_up()
    assert tables.value("SELECT count(*) FROM post") == 2
    assert tables.value("SELECT amount FROM tally WHERE name='rejected'") == 3


def test_a_post_is_kept_from_when_it_came_whatever_is_said_of_when_it_was_fetched(
    river: River, tables: Tables, watch: Watch, source: Source
) -> None:
    del watch
    now = datetime.now(UTC)
    long_ago = now - timedelta(days=800)
    ingest.publish_posts(source, [*posts(1), Post(text="Maison Berthier", id="press:1", fetched_at=long_ago)])
    old = Post(text="Maison Berthier", id="press:2", published_at=long_ago, fetched_at=long_ago)
    ingest.publish_posts(source, [old])
    river.run_until_caught_up()
    retention = Retention(river.store, river.full_text)
    assert retention.delete_slice(int((now - timedelta(days=400)).timestamp() * 1000)) == 0
    assert retention.delete_slice(int((now + timedelta(days=2)).timestamp() * 1000)) == 3
    assert tables.value("SELECT count(*) FROM post") == 0


@pytest.mark.usefixtures("watch")
def test_a_part_without_work_does_not_hold_the_bus(bus: LocalBus, tmp_path: Path, source: Source) -> None:
    bus.subscribe("posts", "river")  # of the time when there was only one
    parts = [
        River(
            bus,
            SqliteStore(tmp_path / f"{part}.db"),
            SqliteFullText(tmp_path / f"{part}-words.db"),
            refused=tmp_path / "refused",
            part=part,
            parts=2,
        )
        for part in range(2)
    ]
    for number in range(40):
        ingest.publish_posts(source, posts(1, f"{number} Maison Berthier"))
    for part in parts:
        part.run_until_caught_up()
    assert [part.store.position(part.consumer) for part in parts] == [bus.last("posts")] * 2
    assert len(bus.read("posts", 0)) < 16
    for part in parts:
        part.let_go()


def test_the_bus_lets_go_of_what_is_durable(
    river: River, bus: LocalBus, watch: Watch, source: Source
) -> None:
    del watch
    for number in range(40):
        ingest.publish_posts(source, posts(1, f"{number} Maison Berthier"))
    river.run_until_caught_up()
    assert len(bus.read("posts", 0)) < 16


def _another_is_refused(path: Path) -> None:
    try:
        Turn(path)
    except RiverRuns as error:
        os._exit(0 if "already runs" in str(error) else 2)
    os._exit(1)


def test_a_second_river_on_sqlite_is_refused_in_words(tmp_path: Path) -> None:
    turn = Turn(tmp_path / "river.lock")
    other = multiprocessing.get_context("fork").Process(
        target=_another_is_refused, args=(tmp_path / "river.lock",)
    )
    other.start()
    other.join(30)
    assert other.exitcode == 0
    turn.close()
    Turn(tmp_path / "river.lock").close()
