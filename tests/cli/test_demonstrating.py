"""A demonstration whose making was stopped is made to its end by the same command."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tocsin.bus import open_bus
from tocsin.cli import demonstrating
from tocsin.river.ingest import TOPIC


@pytest.mark.django_db
def test_posts_that_wait_on_the_bus_are_seen(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = open_bus(tmp_path / "bus.db")
    monkeypatch.setattr(demonstrating, "the_bus", lambda: bus)
    assert not demonstrating._waiting()
    bus.publish(TOPIC, "posts", 1, 1, b"{}\n")
    assert demonstrating._waiting()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO consumer (name, sequence) VALUES ('river', %s)", [bus.last(TOPIC)])
    assert not demonstrating._waiting()
    bus.close()
