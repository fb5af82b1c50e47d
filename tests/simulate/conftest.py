"""Thirty quiet days and two hours of crisis, written once for every test."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.simulate import Crisis, History
from tocsin.stream.post import Post

END = datetime(2026, 11, 22, 13, 37, tzinfo=UTC)
SEED = 1958

Told = list[tuple[str, Post]]


@pytest.fixture(scope="session")
def history() -> Told:
    """Return thirty days that end on a Sunday afternoon."""
    return list(History(SEED, END).posts())


@pytest.fixture(scope="session")
def crisis() -> Told:
    """Return the first two hours of a crisis that begins where the history ends."""
    return Crisis(SEED, END).between(END, END + timedelta(hours=2))
