"""Built files and streamed answers through ASGI, as the web process serves them."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.contrib.staticfiles import finders
from django.test import AsyncClient

from tests.watch.stored import store_mention
from tocsin.accounts.models import User
from tocsin.watch.models import Watch


async def _read(client: AsyncClient, address: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """Return the status, the body and the headers of an answer, read as a server reads it."""
    answer = await client.get(address, headers=headers)
    if not answer.streaming:
        return answer.status_code, answer.content, dict(answer.headers)
    parts: AsyncIterator[bytes] = answer.__aiter__()  # type: ignore[attr-defined]  # the stubs forget it
    body = b"".join([part async for part in parts])
    return answer.status_code, body, dict(answer.headers)


def test_a_static_file_is_answered_whole_and_without_a_warning() -> None:
    found = finders.find("ui/favicon.svg")
    assert isinstance(found, str)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        status, body, headers = async_to_sync(_read)(AsyncClient(), "/static/ui/favicon.svg")
    assert status == 200
    assert body == Path(found).read_bytes()
    assert headers["Content-Type"].startswith("image/svg+xml")
    assert headers["Content-Length"] == str(len(body))


def test_a_static_file_that_the_browser_has_is_not_sent_again() -> None:
    _, _, headers = async_to_sync(_read)(AsyncClient(), "/static/ui/favicon.svg")
    known = {"if-none-match": headers["ETag"]}
    status, body, _ = async_to_sync(_read)(AsyncClient(), "/static/ui/favicon.svg", **known)
    assert (status, body) == (304, b"")


@pytest.mark.django_db(transaction=True)
def test_the_export_streams_through_asgi(claire: User, watch: Watch) -> None:
    now = datetime.now(UTC)
    for number in range(3):
        store_mention(watch, f"Le pain de Maison Berthier, fournée {number}", now)
    client = AsyncClient()
    client.force_login(claire)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        status, body, headers = async_to_sync(_read)(client, "/explore/export.csv?period=24h")
    lines = body.decode("utf-8-sig").splitlines()
    assert status == 200
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert lines[0].startswith("id,network,published_at")
    assert len(lines) == 4
    assert "fournée 2" in body.decode()
