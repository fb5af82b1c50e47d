"""The freeze, quiet hours, and exercises."""

from datetime import UTC, datetime
from datetime import time as time_of_day

import pytest

from tests.gate.conftest import now, warn
from tests.gate.mailserver import MailServer
from tocsin.accounts.models import Organisation, User
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime, simulated
from tocsin.gate import actions, selectors
from tocsin.gate.digest import digest_of
from tocsin.gate.models import OutgoingState


def test_an_exercise_sends_nothing(time: SimulatedTime, mail: MailServer, organisation: Organisation) -> None:
    organisation.is_exercise = True
    organisation.save()
    outgoing = warn(organisation)
    Clock().run_due()
    assert (now(outgoing).state, mail.tries) == (OutgoingState.FAILED, 0)
    assert "exercise" in now(outgoing).problem


def test_a_freeze_holds_words_until_thawed_and_lets_notices_pass(
    time: SimulatedTime, mail: MailServer, organisation: Organisation, claire: User
) -> None:
    actions.freeze(organisation, claire, "the facts are not known yet")
    assert selectors.rules(organisation).frozen_by == claire
    reply = actions.words(organisation, addressee="lucie@client.test", subject="s", body="b", key="reply")
    actions.press(reply, claire, digest_of(reply))
    warn(organisation)
    for _ in range(3):
        Clock().run_due()
        time.advance(minutes=10)
    assert [message["To"] for message in mail.taken] == ["claire@maison-berthier.test"]
    actions.thaw(organisation, claire)
    Clock().run_due()
    assert now(reply).state == OutgoingState.SENT


def test_quiet_hours_hold_notices_until_morning_except_red_ones(
    mail: MailServer, organisation: Organisation, ines: User
) -> None:
    actions.set_quiet_hours(organisation, ines, time_of_day(22), time_of_day(7))
    with simulated(datetime(2026, 11, 22, 22, 30, tzinfo=UTC)) as time:  # 23 h 30 in Paris
        held = warn(organisation, key="orange")
        urgent = warn(organisation, key="red", level="red")
        Clock().run_due()
        assert (now(held).state, now(urgent).state) == (OutgoingState.WAITING, OutgoingState.SENT)
        time.advance(hours=7, minutes=29)
        assert Clock().run_due() == 0
        time.advance(minutes=1)
        Clock().run_due()
    assert now(held).state == OutgoingState.SENT


def test_a_link_that_somebody_waits_for_passes_quiet_hours(
    mail: MailServer, organisation: Organisation, ines: User
) -> None:
    actions.set_quiet_hours(organisation, ines, time_of_day(22), time_of_day(7))
    with simulated(datetime(2026, 11, 22, 22, 30, tzinfo=UTC)):
        outgoing = warn(
            organisation, template="accounts.password_reset", context={"link": "https://x.test"}, level=""
        )
        Clock().run_due()
    assert now(outgoing).state == OutgoingState.SENT


@pytest.mark.parametrize(
    ("quiet", "hour", "held"),
    [
        ((22, 7), 21, False),
        ((22, 7), 23, True),
        ((22, 7), 6, True),
        ((22, 7), 7, False),
        ((12, 14), 13, True),
        ((12, 14), 14, False),
    ],
)
@pytest.mark.usefixtures("mail")
def test_quiet_hours_may_span_midnight(
    organisation: Organisation, ines: User, quiet: tuple[int, int], hour: int, held: bool
) -> None:
    organisation.time_zone = "UTC"
    organisation.save()
    actions.set_quiet_hours(organisation, ines, time_of_day(quiet[0]), time_of_day(quiet[1]))
    with simulated(datetime(2026, 11, 22, hour, 0, tzinfo=UTC)):
        outgoing = warn(organisation)
        Clock().run_due()
    assert (now(outgoing).state == OutgoingState.WAITING) == held


def test_no_quiet_hours_hold_nothing(
    time: SimulatedTime, mail: MailServer, organisation: Organisation, ines: User
) -> None:
    actions.set_quiet_hours(organisation, ines, None, None)
    outgoing = warn(organisation)
    Clock().run_due()
    assert now(outgoing).state == OutgoingState.SENT


def test_what_is_in_trouble_is_listed(
    time: SimulatedTime, mail: MailServer, organisation: Organisation, other_organisation: Organisation
) -> None:
    mail.on_rcpt = ["550 no such person"]
    failed = warn(organisation, key="one")
    Clock().run_due()
    warn(organisation, key="two")
    Clock().run_due()
    assert list(selectors.troubled(organisation)) == [failed]
    assert selectors.outgoing(organisation).count() == 2
    assert not selectors.outgoing(other_organisation).exists()
