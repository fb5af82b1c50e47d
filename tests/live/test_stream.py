"""The stream tells what moved, to the right organisation, from where the browser was."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connections
from django.test import AsyncClient, Client
from hypothesis import given
from hypothesis import strategies as st

from tocsin.accounts.models import Organisation, User
from tocsin.journal import actions as journal
from tocsin.live import state, tailer, views
from tocsin.live.state import Standing


def revise(organisation: Organisation) -> None:
    """Do what the river does when figures changed."""
    with connections["river"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO revision (organisation, revision, minute) VALUES (%s, 1, 0) "
            "ON CONFLICT (organisation) DO UPDATE SET revision = revision.revision + 1",
            [organisation.pk],
        )


def note(organisation: Organisation) -> None:
    """Do what any action does."""
    journal.record(
        "accounts.organisation_created",
        actor=None,
        organisation=organisation,
        data={"name": organisation.name},
    )


async def first(events: AsyncIterator[bytes], count: int) -> list[str]:
    found = []
    async for event in events:
        found.append(event.decode())
        if len(found) == count:
            break
    await events.aclose()  # type: ignore[attr-defined]  # an async generator
    return found


@given(st.integers(0, 1 << 62), st.integers(0, 1 << 62))
def test_a_browser_gives_back_what_it_was_given(sequence: int, revision: int) -> None:
    assert Standing.parse(Standing(sequence, revision).identifier) == Standing(sequence, revision)


@pytest.mark.parametrize("text", ["", "7", "a-b", "1-", "-1", "1-2-3", "²-³", "9" * 60 + "-1"])
def test_anything_else_is_taken_for_nothing(text: str) -> None:
    assert Standing.parse(text) is None


def test_a_stranger_gets_no_stream(client: Client, db: None) -> None:
    assert client.get("/live/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_who_comes_back_is_told_what_moved_meanwhile(organisation: Organisation) -> None:
    before = state.standings([organisation.pk])[organisation.pk]
    revise(organisation)
    note(organisation)
    told = async_to_sync(first)(views.events(organisation.pk, before), 4)
    assert told[0].startswith("retry:")
    assert [event.split("\n")[0] for event in told[1:]] == [
        "event: beat",
        "event: revision",
        "event: journal",
    ]


@pytest.mark.django_db(transaction=True)
def test_news_reaches_its_own_organisation_only(
    organisation: Organisation, other_organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tailer, "EVERY_SECONDS", 0.01)

    async def story() -> tuple[Standing, bool]:
        own = tailer.Tailer()
        async with own.listening(organisation.pk) as ours, own.listening(other_organisation.pk) as theirs:
            await asyncio.wait_for(ours.get(), 5)
            await asyncio.wait_for(theirs.get(), 5)
            await sync_to_async(revise)(organisation)
            told = await asyncio.wait_for(ours.get(), 5)
            return told, theirs.empty()

    told, others_silent = async_to_sync(story)()
    assert told.revision == 1
    assert others_silent


@pytest.mark.django_db(transaction=True)
def test_a_slow_browser_is_told_once_of_many_changes() -> None:
    async def story() -> Standing:
        queue: asyncio.Queue[Standing] = asyncio.Queue(maxsize=1)
        for revision in range(5):
            tailer._put_latest(queue, Standing(0, revision))
        return queue.get_nowait()

    assert async_to_sync(story)() == Standing(0, 4)


@pytest.mark.django_db(transaction=True)
def test_the_stream_is_one_of_events_and_is_never_kept(claire: User) -> None:
    async def story() -> tuple[str, str]:
        client = AsyncClient()
        await client.aforce_login(claire)
        answer = await client.get("/live/")
        answer.close()
        return answer.headers["Content-Type"], answer.headers["Cache-Control"]

    assert async_to_sync(story)() == ("text/event-stream", "no-store")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("asked", ["other", "nonsense"])
def test_a_page_of_an_organisation_that_was_left_is_refused(
    claire: User, organisation: Organisation, other_organisation: Organisation, asked: str
) -> None:
    pk = other_organisation.pk if asked == "other" else asked

    async def story() -> tuple[int, int]:
        client = AsyncClient()
        await client.aforce_login(claire)
        own = await client.get(f"/live/?o={organisation.pk}")
        own.close()
        return own.status_code, (await client.get(f"/live/?o={pk}")).status_code

    assert async_to_sync(story)() == (200, 403)
