"""People acknowledge, put aside, close and reopen alerts; sources raise alerts of their own."""

from datetime import timedelta

import pytest
from django_scopes import scopes_disabled

from tests.alerts.conftest import Raise, alerts_of
from tests.clock.conftest import NOON
from tocsin.accounts.models import User
from tocsin.alerts import actions, selectors
from tocsin.alerts.models import Alert, AlertState, CloseReason
from tocsin.alerts.words import false_alarm_words, reasons
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime
from tocsin.gate.models import Outgoing
from tocsin.journal.selectors import entries
from tocsin.listen.models import Source
from tocsin.watch.models import Watch


@pytest.fixture
def alert(raised: Raise, watch: Watch) -> Alert:
    """An orange alert of the brand's own watch."""
    raised(watch)
    actions.take_raised()
    return alerts_of(watch)[0]


def test_the_first_who_acknowledges_stays_named(alert: Alert, claire: User, yanis: User) -> None:
    actions.acknowledge(alert, yanis)
    after = actions.acknowledge(alert, claire)
    assert (after.state, after.acknowledged_by) == (AlertState.ACKNOWLEDGED, yanis)
    verbs = [entry.verb for entry in entries(alert.organisation, target=f"alerts.alert:{alert.pk}")]
    assert verbs == ["alerts.raised", "alerts.acknowledged"]


def test_closing_calms_vigilance_and_reopening_brings_it_back(alert: Alert, claire: User) -> None:
    closed = actions.close(alert, claire, CloseReason.HANDLED, "The supplier was called.")
    assert (closed.closed_by, closed.closed_at, closed.note) == (claire, NOON, "The supplier was called.")
    assert selectors.vigilance(alert.brand).level == "green"
    reopened = actions.reopen(alert, claire)
    assert (reopened.state, reopened.closed_at, reopened.close_reason) == (AlertState.OPEN, None, "")
    assert selectors.vigilance(alert.brand).level == "orange"


def test_undoing_a_close_returns_to_acknowledged(alert: Alert, claire: User, yanis: User) -> None:
    actions.acknowledge(alert, yanis)
    actions.close(alert, claire, CloseReason.HANDLED)
    assert actions.reopen(alert, claire).state == AlertState.ACKNOWLEDGED
    after = actions.reopen(alert, yanis)
    assert (after.state, after.acknowledged_by) == (AlertState.OPEN, None)


def test_a_closed_alert_takes_nothing_more(alert: Alert, claire: User) -> None:
    actions.close(alert, claire, CloseReason.HANDLED)
    for act in (
        lambda: actions.acknowledge(alert, claire),
        lambda: actions.snooze(alert, claire, NOON),
        lambda: actions.close(alert, claire, CloseReason.OVER),
    ):
        with pytest.raises(actions.AlertClosed):
            act()


def test_a_reason_that_is_none_is_refused(alert: Alert, claire: User) -> None:
    with pytest.raises(ValueError, match="bored"):
        actions.close(alert, claire, "bored")


def test_a_snoozed_alert_keeps_vigilance_and_comes_back_in_time(
    alert: Alert, claire: User, time: SimulatedTime
) -> None:
    actions.snooze(alert, claire, NOON + timedelta(hours=1))
    assert selectors.vigilance(alert.brand).level == "orange"
    time.advance(hours=1)
    Clock().run_due()
    with scopes_disabled():
        assert Alert.objects.get().state == AlertState.OPEN
        assert Outgoing.objects.filter(template="alerts.woken", addressee=claire.email).count() == 1


def test_snoozing_again_moves_the_return(alert: Alert, claire: User, time: SimulatedTime) -> None:
    actions.snooze(alert, claire, NOON + timedelta(hours=1))
    actions.snooze(alert, claire, NOON + timedelta(hours=3))
    time.advance(hours=1)
    Clock().run_due()
    assert alerts_of(alert.watch)[0].state == AlertState.SNOOZED
    time.advance(hours=2)
    Clock().run_due()
    assert alerts_of(alert.watch)[0].state == AlertState.OPEN


def test_false_alarms_are_counted_of_those_that_people_judged(
    raised: Raise, watch: Watch, claire: User
) -> None:
    ways = [CloseReason.FALSE_ALARM, CloseReason.HANDLED, CloseReason.FALSE_ALARM]
    for number, reason in enumerate(ways):
        raised(watch, since=number, minute=number)
        actions.take_raised()
        actions.close(alerts_of(watch)[-1], claire, reason)
    raised(watch)
    actions.take_raised()
    assert selectors.false_alarms(watch) == selectors.FalseAlarms(2, 3)
    judged, *_rest = alerts_of(watch)
    assert selectors.false_alarms(watch, but=judged) == selectors.FalseAlarms(1, 2)
    words = false_alarm_words(alerts_of(watch)[-1], "en")
    assert words == "2 of the 3 alerts of this watch judged so far were false"


def test_a_watch_nobody_judged_says_nothing_about_false_alarms(alert: Alert) -> None:
    assert false_alarm_words(alert) == ""


def test_a_dead_source_raises_one_alert_of_its_own(source: Source, claire: User) -> None:
    source.problem = "404 since this morning"
    assert actions.source_died(source) == actions.source_died(source)
    (alert,) = selectors.dead_sources(source.organisation)
    assert alert.level == "yellow"
    assert reasons(alert, "en") == [
        "the source Le Courrier de la Loire brings nothing any more: 404 since this morning"
    ]
    assert selectors.vigilance(source.brand).level == "green"
    with scopes_disabled():
        (notice,) = Outgoing.objects.all()
    assert notice.subject == "Source muette\u00a0: Le Courrier de la Loire"


def test_a_source_that_recovers_ends_its_alert_and_may_die_again(source: Source, time: SimulatedTime) -> None:
    first = actions.source_died(source)
    actions.source_recovered(source)
    assert not selectors.dead_sources(source.organisation).exists()
    with scopes_disabled():
        assert Alert.objects.get().close_reason == CloseReason.OVER
    actions.source_recovered(source)
    time.advance(minutes=1)
    assert actions.source_died(source) != first
