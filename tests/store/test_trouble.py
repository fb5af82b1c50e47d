"""What a store does about trouble: what it calls durable is so, and a restarted server is found again."""

import os
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.river.bakery import ORGANISATION, Stages, post
from tests.store.tables import Tables
from tocsin.store import Store, StoreUnavailable, open_store
from tocsin.store.base import Collided, Commit, Watched


@pytest.fixture
def brought_to_disk(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The inodes of the files that were brought to the disk."""
    found: set[int] = set()
    real = os.fsync

    def fsync(opened: int) -> None:
        found.add(os.fstat(opened).st_ino)
        real(opened)

    monkeypatch.setattr(os, "fsync", fsync)
    return found


def test_what_is_called_durable_is_on_the_disk_though_a_reader_keeps_it_in_the_log(
    tmp_path: Path, brought_to_disk: set[int]
) -> None:
    store = open_store(tmp_path / "river.db")
    reader = Tables(str(tmp_path / "river.db"))
    stages = Stages(store)
    stages.take([post(1)])
    reader.rows("BEGIN")
    reader.rows("SELECT count(*) FROM post")
    stages.take([post(2)])
    assert store.durable("river") == 2
    assert (tmp_path / "river.db-wal").stat().st_ino in brought_to_disk
    reader.close()
    store.close()


def test_consumers_that_share_anew_leave_nothing_out(store: Store) -> None:
    store.share(["river"])
    store.commit(Commit("river", 7, ORGANISATION))
    store.share(["river 1/2", "river 2/2"])
    assert store.positions() == {"river 1/2": 7, "river 2/2": 7}
    store.commit(Commit("river 1/2", 9, ORGANISATION))
    store.share(["river 1/2", "river 2/2"])
    assert store.positions() == {"river 1/2": 9, "river 2/2": 7}
    store.share(["river"])
    assert store.positions() == {"river": 7}


def test_a_row_that_is_there_already_is_told_from_a_minute_that_was_closed(store: Store) -> None:
    stages = Stages(store)
    first, again = stages.change([post(1)]), stages.change([post(1)])
    store.commit(first)
    with pytest.raises(Collided):
        store.commit(again)


@pytest.mark.postgres
def test_a_server_that_was_restarted_is_found_again(postgres_server: str) -> None:
    store = open_store(postgres_server)
    cut(postgres_server)
    for attempt in range(2):  # the first may find the connections dead
        with suppress(StoreUnavailable):
            with store.closing(ORGANISATION):
                store.watched(Watched(ORGANISATION, watermark=attempt))
            store.forget_pending(0)
    assert store.watermark(ORGANISATION) == 1
    store.close()


def cut(address: str) -> None:
    """Cut the connections of the river, as a restart does."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = 'tocsin-river' AND datname = current_database()"
        )


@pytest.mark.postgres
def test_a_server_that_forgets_commits_is_told_not_to(postgres_server: str) -> None:
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("ALTER ROLE CURRENT_USER SET synchronous_commit = off")
        store = open_store(postgres_server)
        [told] = store._rows("SHOW synchronous_commit")  # type: ignore[attr-defined]
        connection.execute("ALTER ROLE CURRENT_USER RESET synchronous_commit")
    assert told == ("on",)
    store.close()
