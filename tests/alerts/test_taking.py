"""What the river raises becomes alerts, vigilance, journal entries and notices, once."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django_scopes import scopes_disabled

from tests.alerts.conftest import MINUTE, REASONS, Raise, alerts_of, at
from tests.clock.conftest import NOON
from tests.watch.stored import store_mention
from tocsin.accounts.models import Membership, User
from tocsin.alerts import actions, selectors
from tocsin.alerts.models import AlertState, CloseReason, Position, Taken
from tocsin.alerts.words import reasons
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime
from tocsin.clock.time import house_now
from tocsin.gate.models import Outgoing, PushSubscription
from tocsin.journal.selectors import entries
from tocsin.watch.models import Brand, Watch


@pytest.fixture
def without_mail(paul: User, ines: User) -> User:
    """Paul wants no mail; Inès left."""
    Membership.objects.filter(user=paul).update(alert_mail=False)
    User.objects.filter(pk=ines.pk).update(is_active=False)
    return paul


def verbs(brand: Brand) -> list[str]:
    return [entry.verb for entry in entries(brand.organisation)]


def notices() -> list[str]:
    with scopes_disabled():
        return sorted(Outgoing.objects.values_list("template", flat=True))


def test_a_beginning_becomes_an_alert_with_its_reasons_and_evidence(raised: Raise, watch: Watch) -> None:
    key = raised(watch)
    assert actions.take_raised() == 1
    (alert,) = alerts_of(watch)
    assert (alert.key, alert.level, alert.state) == (key, "orange", AlertState.OPEN)
    assert (alert.began_at, alert.raised_at) == (at(MINUTE - 5), NOON)
    assert alert.reasons == REASONS
    assert alert.evidence == {"posts": [1, 2], "signal": {"observed": 14}}
    assert selectors.vigilance(watch.brand).level == "orange"
    assert verbs(watch.brand) == ["alerts.raised", "alerts.vigilance_changed"]


def test_nothing_is_taken_twice(raised: Raise, watch: Watch, claire: User) -> None:
    raised(watch)
    assert [actions.take_raised(), actions.take_raised()] == [1, 0]
    Position.objects.update(sequence=0)
    assert actions.take_raised() == 0
    assert len(alerts_of(watch)) == 1
    assert notices() == ["alerts.raised"]


def test_an_escalation_raises_the_same_alert_and_tells_again(
    raised: Raise, watch: Watch, claire: User
) -> None:
    raised(watch, level="yellow")
    raised(watch, "escalate", "red", minute=MINUTE + 3)
    assert actions.take_raised() == 2
    (alert,) = alerts_of(watch)
    assert (alert.level, alert.highest_level) == ("red", "red")
    assert selectors.vigilance(watch.brand).level == "red"
    assert notices() == ["alerts.escalated", "alerts.raised"]


def test_an_end_calms_vigilance_and_a_day_later_the_alert_is_closed(
    raised: Raise, watch: Watch, time: SimulatedTime
) -> None:
    raised(watch)
    raised(watch, "end", "green", minute=MINUTE + 40)
    actions.take_raised()
    (alert,) = alerts_of(watch)
    assert (alert.ended_at, alert.state) == (at(MINUTE + 41), AlertState.OPEN)
    assert selectors.vigilance(watch.brand).level == "green"
    time.advance(hours=25)
    Clock().run_due()
    (alert,) = alerts_of(watch)
    assert (alert.state, alert.close_reason, alert.closed_by) == (AlertState.CLOSED, CloseReason.OVER, None)


def test_a_new_beginning_after_an_end_is_a_new_alert(raised: Raise, watch: Watch) -> None:
    raised(watch)
    raised(watch, "end", "green", minute=MINUTE + 40)
    raised(watch, since=MINUTE + 200, minute=MINUTE + 200)
    actions.take_raised()
    first, second = alerts_of(watch)
    assert first.ended_at is not None
    assert second.ended_at is None


def test_what_grows_after_being_closed_is_a_new_alert(raised: Raise, watch: Watch, claire: User) -> None:
    raised(watch)
    actions.take_raised()
    actions.close(alerts_of(watch)[0], claire, CloseReason.FALSE_ALARM)
    raised(watch, "escalate", "red", minute=MINUTE + 9)
    actions.take_raised()
    closed, grown = alerts_of(watch)
    assert (closed.state, grown.state, grown.level) == (AlertState.CLOSED, AlertState.OPEN, "red")
    raised(watch, "end", "green", minute=MINUTE + 90)
    actions.take_raised()
    assert alerts_of(watch)[1].ended_at is not None


def test_a_snoozed_alert_that_grows_is_back(raised: Raise, watch: Watch, claire: User) -> None:
    raised(watch)
    actions.take_raised()
    actions.snooze(alerts_of(watch)[0], claire, NOON + timedelta(hours=6))
    raised(watch, "escalate", "red", minute=MINUTE + 9)
    actions.take_raised()
    assert alerts_of(watch)[0].state == AlertState.OPEN


def test_a_competitors_trouble_is_told_but_is_not_the_brands(
    raised: Raise, competitor: Watch, claire: User
) -> None:
    raised(competitor, level="red")
    actions.take_raised()
    assert len(alerts_of(competitor)) == 1
    assert notices() == ["alerts.raised"]
    assert selectors.vigilance(competitor.brand).level == "green"


def test_the_past_notifies_nobody_and_leaves_vigilance(raised: Raise, watch: Watch, claire: User) -> None:
    long_ago = MINUTE - 525_600
    raised(watch, level="red", minute=long_ago, since=long_ago, historic=True)
    raised(watch, "end", "green", minute=long_ago + 60, since=long_ago, historic=True)
    actions.take_raised()
    (alert,) = alerts_of(watch)
    assert (alert.historic, alert.raised_at, alert.ended_at) == (True, at(long_ago + 1), at(long_ago + 61))
    assert notices() == []
    assert selectors.vigilance(watch.brand).level == "green"
    assert not selectors.unsettled(watch.organisation).exists()


def test_the_past_does_not_end_what_goes_on(raised: Raise, watch: Watch) -> None:
    raised(watch)
    raised(watch, "end", "green", minute=MINUTE - 900, since=MINUTE - 999, historic=True)
    actions.take_raised()
    assert alerts_of(watch)[0].ended_at is None


def test_only_members_who_want_mail_are_told_each_in_her_language(
    raised: Raise, watch: Watch, claire: User, yanis: User, without_mail: User
) -> None:
    raised(watch)
    actions.take_raised()
    with scopes_disabled():
        told = {row.addressee: row for row in Outgoing.objects.all()}
    assert set(told) == {claire.email, yanis.email}
    assert told[claire.email].subject == "Alerte orange · Maison Berthier · Observed 14, usual 2"
    assert told[yanis.email].subject == "Orange alert · Maison Berthier · Observed 14, usual 2"
    assert "22/11 à 12\u00a0h\u00a055" in told[claire.email].body  # in Paris


def test_a_red_alert_is_on_the_devices_too(
    raised: Raise, watch: Watch, yanis: User, without_mail: User
) -> None:
    phone = PushSubscription.objects.create(
        user=without_mail, endpoint="https://push.example/1", p256dh="p", auth="a", created_at=house_now()
    )
    raised(watch)
    actions.take_raised()
    raised(watch, "escalate", "red", minute=MINUTE + 3)
    actions.take_raised()
    with scopes_disabled():
        (notice,) = Outgoing.objects.filter(channel="push")
    assert (notice.addressee, notice.level) == (f"push:{phone.pk}", "red")
    assert notice.link.endswith(f"/alerts/{alerts_of(watch)[0].pk}/") or not settings.URL


def test_the_notice_says_how_often_such_alerts_were_false(raised: Raise, watch: Watch, yanis: User) -> None:
    raised(watch, since=MINUTE - 900, minute=MINUTE - 900)
    actions.take_raised()
    actions.close(alerts_of(watch)[0], yanis, CloseReason.FALSE_ALARM)
    raised(watch)
    actions.take_raised()
    with scopes_disabled():
        last = Outgoing.objects.order_by("-pk").first()
    assert last is not None
    assert "The only alert of this watch judged so far was false." in last.body


def test_without_a_mail_server_no_notice_is_prepared(
    raised: Raise, watch: Watch, claire: User, settings: Any
) -> None:
    settings.EMAIL_URL = ""
    raised(watch)
    actions.take_raised()
    assert (len(alerts_of(watch)), notices()) == (1, [])


def test_a_deleted_watch_leaves_nothing_to_take(raised: Raise, watch: Watch) -> None:
    raised(watch)
    watch.delete()
    assert actions.take_raised() == 1
    assert actions.take_raised() == 0


def test_a_crash_between_two_slices_loses_and_doubles_nothing(raised: Raise, watch: Watch) -> None:
    for number in range(50):
        raised(watch, since=MINUTE + number, minute=MINUTE + number, historic=True)
        raised(watch, "end", "green", since=MINUTE + number, minute=MINUTE + number, historic=True)
    Position.objects.create(pk="raised", sequence=0)
    assert actions.take_raised() == 100
    assert Taken.objects.count() == 100
    assert len(alerts_of(watch)) == 50


def test_a_river_without_a_database_yet_is_no_error(watch: Watch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE raised RENAME TO raised_elsewhere")
    try:
        assert actions.take_raised() == 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE raised_elsewhere RENAME TO raised")


def test_the_words_that_rose_are_told_as_people_write_them(
    raised: Raise, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minutes, text in enumerate(("Du métal dans ma brioche", "Brioche achetée hier, du Métal", "metal")):
        store_mention(watch, text, NOON - timedelta(minutes=minutes + 1))
    rose = [{"code": "words", "figures": {"words": ["metal", "achetee", "graviers"]}}]
    monkeypatch.setattr("tests.alerts.conftest.REASONS", rose)
    raised(watch)
    actions.take_raised()
    (alert,) = alerts_of(watch)
    assert alert.reasons == [{"code": "words", "figures": {"words": ["métal", "achetée", "graviers"]}}]
    raised(watch, "escalate", "red", minute=MINUTE + 1)
    actions.take_raised()
    (alert,) = alerts_of(watch)
    assert "« métal », « achetée »".replace("\u00a0", " ") in reasons(alert, "fr")[0].replace("\u00a0", " ")
