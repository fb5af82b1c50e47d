"""Pages of sources: how each fares, what it brought, what it could not, and feeds found behind a page."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client as Browser
from django.utils import timezone, translation
from django_scopes import scope
from pytest_django.fixtures import Settings

from tests.conftest import member
from tests.listen.bus import Reading
from tests.listen.servers import Server
from tocsin.accounts.models import Organisation, User
from tocsin.alerts.models import Alert
from tocsin.listen import actions, health, imports, selectors
from tocsin.listen.fetch.client import Client
from tocsin.listen.models import Import, Source, SourceState
from tocsin.listen.schedule import fetch
from tocsin.watch.models import Brand, Watch

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


@pytest.fixture
def yanis_as_lead(organisation: Organisation) -> Browser:
    """Somebody who reads English and may add sources."""
    browser = Browser()
    browser.force_login(member(organisation, "Yanis", "y@maison-berthier.test", "lead", "en").user)
    return browser


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


EXPORT = (
    "Identifiant;Publié le;Auteur;Canal d’origine;Verbatim;J’aime\n"
    + "".join(f"p{n};24/02/2015 10:{n:02};client_{n};Instagram;Avis {n} sur le pain;{n}\n" for n in range(40))
    + "p90;hier soir;client_90;Instagram;Illisible;3\n"
)


def sent(browser: Browser, brand: Brand, content: str = EXPORT) -> str:
    """Send a file, and return the address of the page of its columns."""
    file = SimpleUploadedFile("avis.csv", content.encode())
    response = browser.post("/sources/add/file/", {"file": file, "brand": brand.pk})
    assert response.status_code == 302
    return str(response.headers["Location"])


def imported(brand: Brand) -> list[Import]:
    with scope(organisation=brand.organisation_id):
        return list(Import.objects.all())


def chosen(**columns: str) -> dict[str, str]:
    return {"whole": "on", **{f"column_{name}": column for name, column in columns.items()}}


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


@pytest.mark.usefixtures("media")
def test_the_columns_that_matter_come_first_and_the_rows_as_they_will_be_read(
    browser: Browser, brand: Brand
) -> None:
    context = browser.get(sent(browser, brand)).context
    main = {field.name: field.value() for field in context["form"].main()}
    assert main == {
        "column_text": "Verbatim", "column_date": "Publié le", "column_author_handle": "Auteur",
        "column_id": "Identifiant",
    }  # fmt: skip
    first = context["seen"].mapped[0]
    assert (first.text, first.author, first.identifier, first.network) == (
        "Avis 0 sur le pain", "client_0", "p0", "instagram",
    )  # fmt: skip


@pytest.mark.usefixtures("media")
def test_another_choice_is_previewed_and_imports_nothing(browser: Browser, brand: Brand) -> None:
    asked = {"HX-Request": "true", "HX-Target": "section#preview"}
    address = sent(browser, brand)
    shown = browser.post(address, chosen(text="Auteur", date="Verbatim"), headers=asked).content.decode()
    assert 'id="preview"' in shown
    assert "Avis 0 sur le pain" in shown
    assert imported(brand) == []


@pytest.mark.usefixtures("media")
def test_no_import_begins_without_a_column_of_texts(browser: Browser, brand: Brand) -> None:
    response = browser.post(sent(browser, brand), chosen(date="Publié le"))
    assert response.status_code == 200
    assert "column_text" in response.context["form"].errors


@pytest.mark.usefixtures("media")
def test_what_was_chosen_serves_for_the_next_file_of_the_same_tool(browser: Browser, brand: Brand) -> None:
    browser.post(sent(browser, brand), chosen(text="Verbatim", author_name="Canal d’origine") | {"whole": ""})
    again = browser.get(sent(browser, brand, EXPORT.replace("Avis", "Retour"))).context
    assert again["before"].name == "avis.csv"
    assert again["form"]["column_author_name"].value() == "Canal d’origine"
    assert again["form"]["column_date"].value() == ""
    assert again["form"]["whole"].value() is False
    other_tool = browser.get(sent(browser, brand, EXPORT.replace("Verbatim", "Texte"))).context
    assert other_tool["before"] is None


def test_rejected_rows_are_downloaded_with_their_lines_and_reasons(
    browser: Browser, brand: Brand, media: Path, published: Reading
) -> None:
    browser.post(sent(browser, brand), chosen(text="Verbatim", date="Publié le"))
    row = imports.run(imported(brand)[0].pk)
    answer = browser.get(f"/sources/imports/{row.pk}/rejected.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert [line[:2] for line in lines[1:]] == [["42", "date"]]
    assert "hier soir" in lines[1][2]


def test_nobody_else_sees_an_organisations_imports(
    brand: Brand, source: Source, other_organisation: Organisation
) -> None:
    row = Import.objects.create(organisation=brand.organisation, source=source, path="x", name="x")
    stranger = Browser()
    stranger.force_login(member(other_organisation, "Luc", "luc@lacaze.test", "administrator").user)
    for address in (f"/sources/imports/{row.pk}/", f"/sources/imports/{row.pk}/rejected.csv"):
        assert stranger.get(address).status_code == 404


@pytest.mark.usefixtures("media")
@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\n", "empty"), (b"PK\x03\x04rien", "workbook"), (b"%PDF-1.4", "table"), (b"\x1f\x8b", "compressed")],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    yanis_as_lead: Browser, brand: Brand, content: bytes, said: str
) -> None:
    file = SimpleUploadedFile("avis.csv", content)
    shown = yanis_as_lead.post("/sources/add/file/", {"file": file, "brand": brand.pk}, follow=True)
    assert said in shown.content.decode()
    assert imported(brand) == []


def test_an_import_links_the_alerts_of_its_time(browser: Browser, brand: Brand, watch: Watch) -> None:
    now = timezone.now()
    source = Source.objects.create(organisation=brand.organisation, brand=brand, kind="file", name="avis.csv")
    row = Import.objects.create(
        organisation=brand.organisation, source=source, path="x", name="avis.csv", state="done",
        earliest=now - timedelta(days=2), latest=now,
    )  # fmt: skip
    alert = Alert.objects.create(
        organisation=brand.organisation, brand=brand, watch=watch, key="a", level="orange",
        highest_level="orange", began_at=now - timedelta(hours=1), raised_at=now,
    )  # fmt: skip
    Alert.objects.create(
        organisation=brand.organisation, brand=brand, watch=watch, key="b", level="red",
        highest_level="red", began_at=now - timedelta(days=9), raised_at=now - timedelta(days=9),
    )  # fmt: skip
    context = browser.get(f"/sources/imports/{row.pk}/").context
    assert context["found"] == [alert]


def test_a_host_that_asks_to_wait_for_a_day_is_dead_like_any_other(
    feed: Source, server: Server, client: Client
) -> None:
    server.serve("/", b"", "503 Later", Retry_After="3600")
    fetch(feed, client, timezone.now())
    assert (again(feed).state, feed.failures, feed.problem) == (SourceState.NEW, 0, "postponed")
    health.postponed(feed, timezone.now() + timedelta(hours=25), timedelta(hours=1))
    assert again(feed).state == SourceState.DEAD
    with scope(organisation=feed.organisation_id):
        assert feed.alerts.count() == 1


def test_a_host_that_is_unavailable_and_names_no_time_fails(
    feed: Source, server: Server, client: Client
) -> None:
    server.serve("/", b"", "503 Broken")
    fetch(feed, client, timezone.now())
    assert (again(feed).state, feed.failures, feed.problem) == (SourceState.FAILING, 1, "status")
