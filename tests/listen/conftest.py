"""What tests of listening share: a web server, and a client that may speak to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.listen.bus import Reading
from tests.listen.servers import Server, running
from tocsin.listen.fetch.client import Client, Limits
from tocsin.listen.fetch.politeness import Politeness


@pytest.fixture
def server() -> Iterator[Server]:
    """A web server on loopback."""
    with running() as server:
        yield server


@pytest.fixture
def client() -> Client:
    """A client that is allowed private addresses, since the test's server has one, and never waits."""
    return Client(private=True, limits=Limits(size=1 << 20, seconds=5), politeness=Politeness(pause=0))


@pytest.fixture
def published(db: None, settings: Settings, tmp_path: Path) -> Reading:
    """What the test puts onto a bus of its own."""
    settings.DATA = tmp_path
    return Reading()
