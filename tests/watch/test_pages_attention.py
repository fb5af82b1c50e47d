"""The overview says what needs eyes now; an alert's page tells each narrative once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.test import Client

from tests.watch.stored import store_mention
from tocsin.accounts.models import User
from tocsin.alerts import actions, evidence
from tocsin.alerts.models import Alert
from tocsin.listen.models import Source
from tocsin.store.base import MENTION_COLUMNS
from tocsin.watch.models import Brand, Watch
from tocsin.watch.period import Period
from tocsin.watch.selectors import attention
from tocsin.watch.selectors.attention import LastHour
from tocsin.watch.selectors.overlap import Twice, counted_twice

NOW = datetime.now(UTC)
RUMOUR = 4_242


@pytest.fixture
def page(client: Client, claire: User) -> Client:
    """Claire's browser, signed in."""
    client.force_login(claire)
    return client


@pytest.fixture
def alert(watch: Watch, brand: Brand) -> Alert:
    """A red alert of ten minutes ago, whose reasons come in no useful order."""
    moment = NOW - timedelta(minutes=10)
    return Alert.objects.create(
        organisation=watch.organisation, brand=brand, watch=watch, key="watch:metal", level="red",
        highest_level="red", began_at=moment, raised_at=moment,
        reasons=[
            {"code": "authors", "figures": {"count": 9, "posts": 12}},
            {"code": "negative_share", "figures": {"share": 86}},
            {"code": "count_above_usual",
             "figures": {"measure": "negative", "observed": 14, "minutes": 15, "usual": 2, "minute": 0}},
        ],
    )  # fmt: skip


def said(page: Client, address: str) -> str:
    return page.get(address).content.decode().replace("\u00a0", " ")


def test_the_overview_gives_an_open_alert_with_its_first_reason(page: Client, alert: Alert) -> None:
    shown = said(page, "/").partition("À regarder maintenant")[2]
    assert "Mentions négatives : 14 en 15 min" in shown
    assert f'href="/alerts/{alert.pk}/"' in shown
    assert "attend quelqu’un" in shown


def test_the_overview_says_when_no_alert_is_open(page: Client, watch: Watch, source: Source) -> None:
    assert "Aucune alerte n’est ouverte" in said(page, "/")


def test_a_narrative_that_nobody_told_an_hour_ago_is_shown_as_new(page: Client, watch: Watch) -> None:
    for number in range(5):
        store_mention(
            watch, f"Un éclat de métal dans ma galette {number}", NOW - timedelta(minutes=5 + number),
            narrative=RUMOUR, author_name=f"A{number}",
        )  # fmt: skip
    shown = said(page, "/").partition("Récits qui grossissent")[2]
    assert "Un éclat de métal dans ma galette" in shown
    assert "nouveau : aucune l’heure précédente" in shown
    assert "5 auteurs" in shown


def test_a_narrative_that_slows_down_is_not_said_to_grow(watch: Watch, brand: Brand) -> None:
    for number in range(12):
        minutes = 5 + number if number < 5 else 60 + number
        store_mention(
            watch, f"Un éclat de métal {number}", NOW - timedelta(minutes=minutes), narrative=RUMOUR
        )
    assert attention.growing(watch.organisation, {brand: [watch.pk]}, NOW) == {brand.pk: []}


def test_what_is_usual_is_at_least_one_when_it_is_compared() -> None:
    assert LastHour(20, 0.1).times == 20
    assert LastHour(20, None).times is None
    assert LastHour(2, 0.1).times is None


def test_the_reasons_say_first_how_much_then_the_tone_then_who(alert: Alert) -> None:
    first, second, third = evidence.sentences(alert)
    assert first.startswith("14 ")
    assert "86" in second
    assert "9" in third


def test_copies_of_a_narrative_are_shown_once_with_their_number(alert: Alert, watch: Watch) -> None:
    for number in range(6):
        store_mention(
            watch, f"Attention parents, métal {number}", NOW - timedelta(minutes=8), sentiment=-1,
            narrative=RUMOUR, likes=number,
        )  # fmt: skip
    store_mention(watch, "Ma galette était froide", NOW - timedelta(minutes=7), sentiment=-1)
    first, second = evidence.posts_behind(alert)
    assert (first.copies, second.copies) == (5, 0)
    assert first.mention.post.likes == 5


def test_an_alert_tells_who_did_what(page: Client, alert: Alert, claire: User) -> None:
    actions.acknowledge(alert, claire)
    shown = said(page, f"/alerts/{alert.pk}/").partition("Qui a fait quoi")[2]
    assert "Claire Vasseur" in shown


def test_a_post_that_two_watches_keep_is_said_to_count_twice(
    page: Client, watch: Watch, brand: Brand
) -> None:
    second = Watch.objects.create(
        organisation=watch.organisation, brand=brand, name="Galettes", kind="brand", query="galette"
    )
    day = Period("24h", NOW - timedelta(hours=24), NOW, ZoneInfo("UTC"))
    store_mention(watch, "La galette de Maison Berthier", NOW - timedelta(hours=1))
    store_mention(watch, "La baguette de Maison Berthier", NOW - timedelta(hours=2))
    assert counted_twice([watch.pk, second.pk], day) == Twice(0, exact=True)
    others = ", ".join(name for name in MENTION_COLUMNS if name != "watch")
    with connections["river"].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO mention (watch, {others}) SELECT {second.pk}, {others} FROM mention "
            "ORDER BY n DESC LIMIT 1"
        )
    assert counted_twice([watch.pk, second.pk], day) == Twice(1, exact=True)
    assert "1 publication convient à plusieurs" in said(page, f"/brands/{brand.slug}/")
