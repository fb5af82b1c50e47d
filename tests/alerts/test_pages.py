"""What the pages of alerts say: titles, posts or why there are none, and whether mail leaves."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.clock.conftest import NOON
from tests.watch.stored import store_mention
from tocsin.accounts.models import Membership, User
from tocsin.alerts import evidence
from tocsin.alerts.models import Alert
from tocsin.listen.models import Source
from tocsin.watch.models import Watch

COUNTED = {
    "code": "count_above_usual",
    "figures": {"measure": "negative", "observed": 14, "minutes": 15, "usual": 2.0},
}


@pytest.fixture
def page(client: Client, yanis: User) -> Client:
    """Yanis's browser; he reads English."""
    client.force_login(yanis)
    return client


@pytest.fixture
def alert(watch: Watch) -> Alert:
    """An alert that goes on."""
    return Alert.objects.create(
        organisation=watch.organisation, brand=watch.brand, watch=watch, key="k", level="orange",
        highest_level="orange", began_at=NOON - timedelta(minutes=20), raised_at=NOON, reasons=[COUNTED],
    )  # fmt: skip


def said(page: Client, address: str) -> str:
    return page.get(address).content.decode().replace("\u00a0", " ")


def test_a_title_says_what_happens_and_the_watch_stands_beside_it(page: Client, alert: Alert) -> None:
    shown = said(page, f"/alerts/{alert.pk}/")
    assert "<h1>Negative mentions: 14 in 15 min, 2 usually</h1>" in shown
    assert "Negative mentions: 14 in 15 min, 2 usually</a>" in said(page, "/alerts/")
    assert "Negative mentions: 14 in 15 min" in said(page, "/palette/?q=berthier")


def test_a_live_alert_without_posts_leads_to_the_mentions_of_its_time(page: Client, alert: Alert) -> None:
    shown = said(page, f"/alerts/{alert.pk}/")
    assert "No post stands out" in shown
    assert "no longer kept" not in shown
    assert f"watch={alert.watch_id}&amp;since=" in shown


def test_posts_that_were_deleted_with_age_are_said_to_be(page: Client, alert: Alert, settings: Any) -> None:
    alert.raised_at = NOON - timedelta(days=settings.RETENTION_DAYS + 1)
    alert.began_at = alert.raised_at
    alert.save()
    assert "The posts are no longer kept" in said(page, f"/alerts/{alert.pk}/")


def test_the_posts_behind_an_alert_follow_it_as_it_grows(watch: Watch, alert: Alert) -> None:
    first = store_mention(watch, "Du métal dans ma galette", NOON - timedelta(minutes=9), sentiment=-1)
    second = store_mention(watch, "Toujours aucun rappel", NOON - timedelta(minutes=2), sentiment=-1)
    alert.evidence = {"posts": [first]}
    assert [told.mention.post.n for told in evidence.posts_behind(alert)] == [first]
    alert.evidence = {"posts": [second]}
    assert [told.mention.post.n for told in evidence.posts_behind(alert)] == [second]


def test_without_an_alert_the_page_says_whether_mail_leaves(
    page: Client, yanis: User, watch: Watch, source: Source, settings: Any
) -> None:
    assert f"at {yanis.email}" in said(page, "/alerts/")
    Membership.objects.update(alert_mail=False)
    assert "You do not get alerts by e-mail." in said(page, "/alerts/")
    settings.EMAIL_URL = ""
    assert "TOCSIN_EMAIL_URL" in said(page, "/alerts/")


def test_without_anything_watched_the_page_says_what_lacks(page: Client) -> None:
    assert "Nothing is watched yet" in said(page, "/alerts/")
