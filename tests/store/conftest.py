"""Every store, empty: SQLite in a file, PostgreSQL in a server of the tests' own."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.postgres import server
from tests.store.tables import Tables
from tocsin.store import Store, open_store
from tocsin.store.search import FullText, open_full_text


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server."""
    with server() as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where an empty store is."""
    if request.param == "sqlite":
        yield str(tmp_path / "river.db")
        return
    administration: str = request.getfixturevalue("postgres_server")
    name = f"berthier_{abs(hash(tmp_path))}"
    with psycopg.connect(administration, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield administration.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(address)
    yield opened
    opened.close()


@pytest.fixture
def full_text(address: str) -> Iterator[FullText]:
    """An empty index of words beside the store."""
    opened = open_full_text(address.replace("river.db", "fulltext.db"))
    yield opened
    opened.close()


@pytest.fixture
def tables(address: str, store: Store) -> Iterator[Tables]:
    """The store's tables, read as anyone reads them."""
    del store
    opened = Tables(address)
    yield opened
    opened.close()
