"""Sources are fetched when due; those that fail are tried again, and those that die are seen."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone, translation
from django_scopes import scopes_disabled

from tests.listen.bus import Reading
from tests.listen.connectors.test_feed import RSS
from tests.listen.servers import Server
from tocsin.accounts.models import User
from tocsin.alerts.models import Alert, AlertState
from tocsin.bus.base import BusUnavailable
from tocsin.listen import actions, health, schedule, selectors
from tocsin.listen.fetch.client import Client
from tocsin.listen.models import Source, SourceState
from tocsin.listen.schedule import LEASE, Schedule, claim_due
from tocsin.watch.models import Brand

pytestmark = pytest.mark.django_db
NOW = timezone.now()


class AtOnce(Executor):
    """Runs each piece of work when it is given."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        work(*args, **kwargs)
        return Future()


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test's own transaction stay open."""
    monkeypatch.setattr(schedule, "close_old_connections", lambda: None)


@pytest.fixture
def due(source: Source, server: Server) -> Source:
    """The newspaper's feed, on the test's server, due now."""
    source.address = server.serve("/rss", RSS)
    source.next_run_at = NOW
    source.save()
    return source


@pytest.fixture
def scheduled(client: Client) -> Schedule:
    return Schedule(client, AtOnce())


def alerts_of(source: Source) -> QuerySet[Alert]:
    with scopes_disabled():
        return Alert.objects.filter(source=source)


def again(source: Source) -> Source:
    source.refresh_from_db()
    return source


def test_a_due_feed_is_fetched_and_its_posts_are_published(
    due: Source, scheduled: Schedule, published: Reading
) -> None:
    assert scheduled.tick(NOW) == 1
    assert [post.native_id for post in published.posts] == [
        "127.0.0.1/rss#courrier-1",
        "127.0.0.1/rss#courrier-2",
    ]
    row = again(due)
    assert row.state == SourceState.HEALTHY
    assert row.last_success_at == NOW
    assert row.last_post_at is not None
    assert timedelta(minutes=8) <= row.next_run_at - NOW <= timedelta(minutes=12)


def test_a_feed_fetched_again_publishes_nothing(due: Source, scheduled: Schedule, published: Reading) -> None:
    scheduled.tick(NOW)
    scheduled.tick(NOW + timedelta(hours=1))
    assert len(published.posts) == 2


def test_what_is_not_due_or_paused_is_left_alone(
    due: Source, scheduled: Schedule, server: Server, ines: User
) -> None:
    due.next_run_at = NOW + timedelta(minutes=1)
    due.save()
    assert scheduled.tick(NOW) == 0
    actions.fetch_now(due)
    actions.pause_source(due, actor=ines)
    assert scheduled.tick(NOW + timedelta(days=1)) == 0
    assert server.asked == []


def test_a_source_is_claimed_once_by_however_many_rivers(due: Source) -> None:
    assert [source.pk for source in claim_due(NOW)] == [due.pk]
    assert claim_due(NOW) == []
    assert [source.pk for source in claim_due(NOW + LEASE)] == [due.pk], "its process died: another takes it"


def test_a_failing_source_says_why_in_words_and_backs_off(
    due: Source, scheduled: Schedule, server: Server
) -> None:
    server.serve("/rss", b"", "500 Oops")
    moment, waits = NOW, []
    for _ in range(5):
        scheduled.tick(moment)
        row = again(due)
        waits.append(row.next_run_at - moment)
        moment = row.next_run_at
    assert row.state == SourceState.FAILING
    assert row.failures == 5
    with translation.override("en"):
        assert row.problem_words == "The server answered with error 500."
    assert waits[0] < timedelta(minutes=2)
    assert waits[4] > timedelta(minutes=10)
    assert len(server.asked) == 5


def test_a_source_that_dies_raises_an_alert_and_its_recovery_ends_it(
    due: Source, scheduled: Schedule, server: Server
) -> None:
    server.serve("/rss", b"", "404 Not Found")
    moment = NOW
    for _ in range(health.DEAD_FAILURES):
        scheduled.tick(moment)
        moment = again(due).next_run_at
    assert again(due).state == SourceState.DEAD
    alert = alerts_of(due).get()
    assert alert.state == AlertState.OPEN
    with scopes_disabled():
        assert selectors.unwatched(due.organisation) == [due]

    scheduled.tick(moment)
    assert alerts_of(due).count() == 1

    server.serve("/rss", RSS)
    scheduled.tick(again(due).next_run_at)
    assert again(due).state == SourceState.HEALTHY
    alert = alerts_of(due).get()
    assert alert.ended_at is not None
    assert alert.state == AlertState.CLOSED


def test_a_source_silent_for_a_day_is_dead_after_three_failures(due: Source) -> None:
    due.last_success_at = NOW - timedelta(hours=25)
    due.save()
    for _ in range(3):
        row = health.failed(due, NOW, code="too_slow")
    assert row.state == SourceState.DEAD


def test_a_host_that_asks_for_time_is_no_failure(due: Source, scheduled: Schedule, server: Server) -> None:
    server.serve("/rss", b"", "429 Slow", Retry_After="3600")
    scheduled.tick(NOW)
    row = again(due)
    assert row.failures == 0
    assert row.next_run_at >= NOW + timedelta(minutes=59)


def test_a_feed_that_moved_for_good_is_fetched_at_its_new_address(
    due: Source, scheduled: Schedule, server: Server
) -> None:
    server.serve("/new", RSS)
    server.serve("/rss", b"", "301 Moved", Location="/new")
    scheduled.tick(NOW)
    assert again(due).address == server.url("/new")


def test_posts_that_could_not_be_stored_are_fetched_again(
    due: Source, scheduled: Schedule, published: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise BusUnavailable("the disk is full; nothing was accepted")

    with monkeypatch.context() as broken:
        broken.setattr(schedule, "publish_posts", full)
        scheduled.tick(NOW)
    assert again(due).problem == "bus_unavailable"
    scheduled.tick(again(due).next_run_at)
    assert len(published.posts) == 2


def test_an_entry_beyond_limits_is_left_out_and_the_others_come(
    due: Source, scheduled: Schedule, server: Server, published: Reading
) -> None:
    server.serve("/rss", RSS.replace("Tue, 24 Feb 2026", "Tue, 24 Feb 2099"))
    scheduled.tick(NOW)
    assert [post.native_id for post in published.posts] == ["127.0.0.1/rss#courrier-2"]


def test_private_addresses_are_refused_unless_the_settings_allow_them(due: Source, server: Server) -> None:
    Schedule(Client(), AtOnce()).tick(NOW)
    assert again(due).problem == "address_refused"
    assert server.asked == []


def test_a_source_shows_its_lag_and_whether_a_fetch_is_overdue(source: Source, brand: Brand) -> None:
    source.last_success_at, source.last_post_at = NOW, NOW - timedelta(minutes=7)
    source.next_run_at = NOW - timedelta(minutes=25)
    found = selectors.health(source, selectors.Counts(new=3), NOW)
    assert found.lag == timedelta(minutes=7)
    assert found.overdue
    assert found.is_watched
    assert found.counts.received == 3
