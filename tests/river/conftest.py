"""A store in a file, and its tables, for what is tested of the river."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.tables import Tables
from tocsin.store import open_store
from tocsin.store.base import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store in a file."""
    opened = open_store(tmp_path / "river.db")
    yield opened
    opened.close()


@pytest.fixture
def tables(tmp_path: Path, store: Store) -> Iterator[Tables]:
    """Its tables."""
    del store
    opened = Tables(str(tmp_path / "river.db"))
    yield opened
    opened.close()
