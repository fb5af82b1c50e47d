"""Several rivers on PostgreSQL: each its part, no two the same, and one that lost its turn stops."""

import threading
from collections.abc import Iterator

import psycopg
import pytest

from tests.store.conftest import postgres_server
from tocsin.river.turn import PostgresTurn, RiverRuns
from tocsin.store import StoreUnavailable

__all__ = ["postgres_server"]

pytestmark = pytest.mark.postgres


@pytest.fixture
def address(postgres_server: str) -> Iterator[str]:
    """A database of the test's own."""
    name = f"turns_{threading.get_native_id()}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres_server.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_parts_of_one_number_run_beside_one_another(address: str) -> None:
    turns = [PostgresTurn(address, part, 3) for part in range(3)]
    for turn in turns:
        turn.keep()
        turn.close()


@pytest.mark.parametrize(("part", "parts"), [(1, 3), (0, 1), (1, 2)], ids=["same", "all of it", "of others"])
def test_no_organisation_has_two_rivers(address: str, part: int, parts: int) -> None:
    turn = PostgresTurn(address, 1, 3)
    with pytest.raises(RiverRuns, match="already runs on this database as part 2/3"):
        PostgresTurn(address, part, parts)
    turn.close()
    PostgresTurn(address, part, parts).close()


def test_a_server_that_was_restarted_gives_the_turn_back_to_its_holder(address: str) -> None:
    turn = PostgresTurn(address)
    cut(address)
    turn.keep()
    with pytest.raises(RiverRuns):
        PostgresTurn(address)
    turn.close()


def test_who_comes_back_too_late_is_told(address: str) -> None:
    turn = PostgresTurn(address)
    cut(address)
    other = PostgresTurn(address)
    with pytest.raises(RiverRuns):
        turn.keep()
    other.close()


def test_a_server_that_is_away_is_said_in_words() -> None:
    with pytest.raises(StoreUnavailable, match="Check the server"):
        PostgresTurn("postgresql://127.0.0.1:1/berthier?connect_timeout=2")


def cut(address: str) -> None:
    """Cut the connections of those who hold a turn."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = 'tocsin-river-turn' AND datname = current_database()"
        )
