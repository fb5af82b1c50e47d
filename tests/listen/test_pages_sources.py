"""Pages of sources: how each fares, what it brought, what it could not, and feeds found behind a page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client as Browser
from django.utils import timezone, translation
from django_scopes import scope

from tests.listen.servers import Server
from tocsin.accounts.models import Organisation, User
from tocsin.listen import actions, health, selectors
from tocsin.listen.fetch.client import Client
from tocsin.listen.models import Import, Source, SourceState
from tocsin.listen.schedule import fetch
from tocsin.watch.models import Brand

pytestmark = pytest.mark.django_db
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Journal</title>
<item><guid>1</guid><title>La farine augmente</title><pubDate>Tue, 24 Feb 2015 10:35:00 GMT</pubDate></item>
</channel></rss>"""
PAGE = b"""<!doctype html><html><head><title>Journal</title>
<link rel="alternate" type="application/rss+xml" title="La une" href="/une.rss">
<link rel="alternate" type="application/atom+xml" href="atom.xml">
<link rel="alternate" hreflang="en" href="/en/"></head><body><a href="/contact">Contact</a></body></html>"""


@pytest.fixture
def browser(claire: User) -> Browser:
    browser = Browser()
    browser.force_login(claire)
    return browser


@pytest.fixture
def feed(organisation: Organisation, claire: User, server: Server) -> Source:
    return actions.create_source(
        organisation, actor=claire, kind="feed", name="Journal", address=server.url("/")
    )


def again(source: Source) -> Source:
    with scope(organisation=source.organisation_id):
        source.refresh_from_db()
    return source


def told(browser: Browser, source: Source) -> str:
    return browser.get(f"/sources/{source.pk}/").content.decode()


def counted(scope_name: str, **amounts: int) -> None:
    with connections["default"].cursor() as cursor:
        for name, amount in amounts.items():
            cursor.execute(
                "INSERT INTO tally (scope, name, amount) VALUES (%s, %s, %s)", [scope_name, name, amount]
            )


def test_a_page_is_told_from_a_feed_and_its_feeds_are_proposed(
    browser: Browser, feed: Source, server: Server, client: Client
) -> None:
    server.serve("/", PAGE, Content_Type="text/html")
    server.serve("/une.rss", FEED)
    fetch(feed, client, timezone.now())
    assert [one["url"] for one in again(feed).problem_data["feeds"]] == [
        server.url("/une.rss"),
        server.url("/atom.xml"),
    ]
    assert "La une" in told(browser, feed)
    browser.post(f"/sources/{feed.pk}/address/", {"address": server.url("/une.rss")})
    assert (again(feed).problem, feed.state, feed.failures) == ("", SourceState.NEW, 0)
    fetch(feed, client, timezone.now())
    assert again(feed).state == SourceState.HEALTHY


def test_a_page_that_names_no_feed_says_so(feed: Source, server: Server, client: Client) -> None:
    server.serve("/", b"<html><body><p>Bonjour</p></body></html>", Content_Type="text/html")
    fetch(feed, client, timezone.now())
    with translation.override("en"):
        assert "names none" in again(feed).problem_words


def test_the_refusal_of_a_private_address_names_the_setting(feed: Source) -> None:
    fetch(feed, Client(private=False), timezone.now())
    for language in ("en", "fr"):
        with translation.override(language):
            assert "TOCSIN_FETCH_PRIVATE" in again(feed).problem_words
    assert feed.problem == "address_refused"


@pytest.mark.parametrize(
    ("succeeded", "failures", "state"),
    [(False, 0, "new"), (True, 0, "healthy"), (True, 2, "failing"), (True, 9, "dead")],
)
def test_a_source_that_is_resumed_is_what_it_was_before_the_pause(
    feed: Source, claire: User, succeeded: bool, failures: int, state: str
) -> None:
    feed.last_success_at = timezone.now() if succeeded else None
    feed.failures, feed.state = failures, state
    feed.save()
    actions.pause_source(feed, actor=claire)
    assert actions.resume_source(feed, actor=claire).state == state
    assert again(feed).next_run_at <= timezone.now()


def test_a_source_that_died_before_its_pause_ends_its_alert_when_it_comes_back(
    feed: Source, claire: User
) -> None:
    now = timezone.now()
    for number in range(health.DEAD_FAILURES):
        health.failed(feed, now + timedelta(hours=number), code="unreachable", figures={"problem": "x"})
    actions.pause_source(feed, actor=claire)
    actions.resume_source(feed, actor=claire)
    health.succeeded(feed, now, memory={})
    with scope(organisation=feed.organisation_id):
        assert all(alert.ended_at for alert in feed.alerts.all())


def test_a_source_of_the_api_waits_for_posts_and_not_to_be_fetched(
    organisation: Organisation, claire: User
) -> None:
    source = actions.create_source(organisation, actor=claire, kind="api", name="Boutique")
    with translation.override("en"):
        assert source.state_words == "waiting for the first posts"


def test_what_was_received_is_the_sum_of_what_became_of_it(brand: Brand, feed: Source) -> None:
    counted(
        f"source:{feed.pk}", received=107, new=60, known=30, context=2, unmatched=14, rejected=1, mentions=75
    )
    health.turned_away(feed, timezone.now(), [{"line": 1, "code": "no_text", "figures": {}}] * 3)
    with scope(organisation=feed.organisation_id):
        counts = selectors.health(again(feed)).counts
        listed = selectors.sources(brand.organisation)[0].counts
    assert counts == listed
    assert (
        counts.received
        == 110
        == counts.new + counts.known + counts.context + counts.unmatched + counts.rejected
    )
    assert (counts.rejected, counts.mentions) == (4, 75)


def test_rows_rejected_by_files_are_counted_with_their_source(brand: Brand, feed: Source) -> None:
    for rejected in (3, 4):
        Import.objects.create(
            organisation=brand.organisation, source=feed, path="x", name="x", rejected=rejected
        )
    with scope(organisation=brand.organisation):
        assert selectors.health(feed).counts.rejected == 7
        assert selectors.sources(brand.organisation)[0].counts.rejected == 7


def test_an_entry_of_a_feed_that_cannot_be_a_post_is_counted_and_shown(
    browser: Browser, feed: Source, server: Server, client: Client
) -> None:
    server.serve("/", FEED.replace(b"2015", b"1971"))
    fetch(feed, client, timezone.now())
    assert (again(feed).rejected, feed.rejections[0]["code"]) == (1, "too_early")
    assert "1971" in told(browser, feed)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "הלחם 🥖", "a" * 120])
def test_whatever_a_source_and_its_feeds_are_called_the_page_stands(
    browser: Browser, feed: Source, name: str
) -> None:
    feeds = [{"url": "https://a.example/?<script>", "title": name}]
    actions.change_source(feed, actor=None, name=name)
    health.failed(
        feed, timezone.now(), code="not_a_feed", figures={"detail": "page_with_feeds", "feeds": feeds}
    )
    assert "<script>alert" not in told(browser, feed)


def test_only_a_lead_may_move_a_source(feed: Source, yanis: User) -> None:
    browser = Browser()
    browser.force_login(yanis)
    assert (
        browser.post(f"/sources/{feed.pk}/address/", {"address": "https://a.example/rss"}).status_code == 403
    )


def test_an_address_that_is_none_is_refused_and_the_source_stays(browser: Browser, feed: Source) -> None:
    before = feed.address
    browser.post(f"/sources/{feed.pk}/address/", {"address": "javascript:alert(1)"})
    assert again(feed).address == before
