"""Calls are answered in threads that stay, each by itself; streams end when nobody reads them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import translation

from tocsin.accounts.models import User
from tocsin.live import state
from tocsin.live.tailer import tailer
from tocsin.ui.handling import Handler


def _connection(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(f"{id(connection.connection)} {translation.get_language()}")


def _in_another_language(request: HttpRequest) -> HttpResponse:
    translation.activate("de")
    return HttpResponse(request.body)


urlpatterns = [path("connection/", _connection), path("german/", _in_another_language)]


def call(address: str, *, cookies: str = "", method: str = "GET") -> dict[str, Any]:
    where, _, query = address.partition("?")
    return {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": where,
        "raw_path": where.encode(), "query_string": query.encode(), "server": ("localhost", 80),
        "headers": [(b"host", b"localhost"), (b"cookie", cookies.encode()), (b"accept-language", b"en")],
    }  # fmt: skip


def calling(handler: Handler, address: str, **known: str) -> Any:
    """Return what plays the server's part of a call."""
    return ApplicationCommunicator(handler, call(address, **known))  # type: ignore[no-untyped-call]  # asgiref's


async def answered(handler: Handler, address: str, **known: str) -> tuple[int, bytes]:
    """Return the status and the body of an answer, as a server reads it."""
    told = calling(handler, address, **known)
    await told.send_input({"type": "http.request", "body": b"", "more_body": False})
    start = await told.receive_output(10)
    body, more = b"", True
    while more:
        part = await told.receive_output(10)
        body, more = body + part["body"], part.get("more_body", False)
    await told.wait(10)
    return start["status"], body


def signed_in(client: Client, person: User) -> str:
    client.force_login(person)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.ui.test_handling")
def test_databases_stay_open_and_nothing_else_does() -> None:
    async def story() -> list[bytes]:
        handler = Handler(threads=1)  # of several, one that has just answered may not be free again yet
        first = await answered(handler, "/connection/")
        await answered(handler, "/german/")
        second = await answered(handler, "/connection/")
        return [first[1], second[1]]

    first, second = async_to_sync(story)()
    assert first == second
    assert first.endswith(b" en")


@pytest.mark.django_db(transaction=True)
def test_each_person_gets_her_own_page(client: Client, claire: User, yanis: User) -> None:
    cookies = [signed_in(Client(), person) for person in (claire, yanis)]

    async def story() -> list[tuple[int, bytes]]:
        handler = Handler()
        return [await answered(handler, "/", cookies=cookie) for cookie in [*cookies, "", *cookies]]

    hers, his, strangers, hers_again, his_again = async_to_sync(story)()
    assert strangers[0] == 302
    assert b'<html lang="fr"' in hers[1]
    assert b'<html lang="en"' in his[1]
    assert [b"Claire Vasseur" in page[1] for page in (hers, his, hers_again, his_again)] == [
        True,
        False,
        True,
        False,
    ]


@pytest.mark.django_db(transaction=True)
def test_a_stream_ends_when_nobody_reads_it(
    client: Client, claire: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the river's tables stand in for each other in the test's own thread only
    monkeypatch.setattr(state, "_revisions", lambda _wanted: {})
    cookies = signed_in(client, claire)

    async def story() -> tuple[int, bytes, int]:
        told = calling(Handler(), "/live/", cookies=cookies)
        await told.send_input({"type": "http.request", "body": b"", "more_body": False})
        start = await told.receive_output(10)
        await told.receive_output(10)
        beat = await told.receive_output(10)
        listening = len(tailer._listeners)
        await told.send_input({"type": "http.disconnect"})
        await told.wait(10)
        return start["status"], beat["body"], listening - len(tailer._listeners)

    status, beat, gone = async_to_sync(story)()
    assert status == 200
    assert beat.startswith(b"event: beat")
    assert gone == 1


@pytest.mark.django_db(transaction=True)
def test_many_calls_at_once_are_all_answered(client: Client, claire: User) -> None:
    cookies = signed_in(client, claire)

    async def story() -> list[tuple[int, bytes]]:
        handler = Handler()
        return await asyncio.gather(*(answered(handler, "/alerts/", cookies=cookies) for _ in range(20)))

    assert [status for status, _ in async_to_sync(story)()] == [200] * 20
