"""A full disk, or posts that nobody reads or stores, are said on every page."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from tocsin.accounts.models import User
from tocsin.bus import open_bus
from tocsin.clock.models import Heartbeat
from tocsin.clock.time import house_now
from tocsin.ui import trouble
from tocsin.watch.models import Brand

PAGES = ("/", "/explore/", "/alerts/", "/settings/")


@pytest.fixture(autouse=True)
def looked_at_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forget what an earlier test saw, and let the next one look for itself."""
    monkeypatch.setattr(trouble, "_progress", trouble._Progress())
    for each in (trouble.room, trouble.reading):
        each.forget()
    yield
    for each in (trouble.room, trouble.reading):
        each.forget()


@pytest.fixture
def page(client: Client, yanis: User) -> Client:
    client.force_login(yanis)
    return client


def river_seen(ago: timedelta) -> None:
    Heartbeat.objects.create(
        process="river", host="atelier", pid=7, started_at=house_now(), seen_at=house_now() - ago
    )


def room_of(monkeypatch: pytest.MonkeyPatch, megabytes: int) -> list[object]:
    asked: list[object] = []

    def statvfs(path: object) -> SimpleNamespace:
        asked.append(path)
        return SimpleNamespace(f_bavail=megabytes << 8, f_frsize=4096)

    monkeypatch.setattr(os, "statvfs", statvfs)
    return asked


def test_a_disk_that_fills_up_is_said_on_every_page(
    page: Client, brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    river_seen(timedelta(seconds=5))
    asked = room_of(monkeypatch, 120)
    for address in PAGES:
        assert "Only 120 MB are left on the disk" in page.get(address).content.decode()
    assert asked == [settings.DATA]


def test_nothing_is_said_where_there_is_room_and_posts_are_read(
    page: Client, brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    river_seen(timedelta(seconds=5))
    room_of(monkeypatch, 4000)
    assert 'class="banner"' not in page.get("/").content.decode()


def test_a_river_that_died_is_said_on_every_page(page: Client, brand: Brand) -> None:
    river_seen(timedelta(minutes=9))
    for address in PAGES:
        said = page.get(address).content.decode()
        assert "No post was read since" in said
        assert "Start Tocsin again" in said


def test_a_river_that_never_ran_is_said_once_it_had_time_to_start(
    page: Client, brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trouble, "STARTED_AT", house_now())
    assert "nothing is watched" not in page.get("/settings/").content.decode()
    trouble.reading.forget()
    monkeypatch.setattr(trouble, "STARTED_AT", house_now() - timedelta(minutes=2))
    assert "No post is being read: nothing is watched." in page.get("/settings/").content.decode()


def test_posts_that_wait_and_are_not_stored_from_one_look_to_the_next_are_said(
    page: Client, brand: Brand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    river_seen(timedelta(seconds=5))
    bus = open_bus(tmp_path / "bus.db")
    last = [bus.publish("posts", "json", brand.organisation_id, 1, b"{}") for _ in range(2)]
    bus.close()
    stored(last[0])
    assert "none was stored" not in looked(page)
    assert "none was stored since" in looked(page)
    stored(last[1])
    assert "none was stored" not in looked(page)


def stored(sequence: int) -> None:
    with connections["river"].cursor() as cursor:
        cursor.execute("DELETE FROM consumer")
        cursor.execute("INSERT INTO consumer (name, sequence) VALUES ('river', %s)", [sequence])


def looked(page: Client) -> str:
    trouble.reading.forget()
    return page.get("/settings/").content.decode()
