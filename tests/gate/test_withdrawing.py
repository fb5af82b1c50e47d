"""What still waits can be taken back; what left stays as it is."""

import pytest
from django.db import connection

from tests.clock.conftest import deadline
from tests.gate.conftest import now, warn
from tests.gate.mailserver import MailServer
from tocsin.accounts.models import Organisation, User
from tocsin.clock.loop import Clock
from tocsin.clock.models import DeadlineState
from tocsin.clock.simulated import SimulatedTime
from tocsin.gate import actions, selectors
from tocsin.gate.digest import digest_of
from tocsin.gate.models import OutgoingState


def test_what_waits_is_taken_back_and_wakes_nobody_later(
    time: SimulatedTime, mail: MailServer, organisation: Organisation, other_organisation: Organisation
) -> None:
    gone = warn(organisation, key="callout.12:claire")
    Clock().run_due()
    mail.on_rcpt = ["451 come back later"]
    held = warn(organisation, key="callout.12:yanis")
    Clock().run_due()
    others = [warn(organisation, key="callout.123:paul"), warn(other_organisation, key="callout.12:x")]
    assert actions.withdraw(organisation, "callout.12:", "the call-out is over") == 1
    time.advance(hours=1)
    Clock().run_due()
    assert now(held).state == OutgoingState.WITHDRAWN
    assert now(held).problem == "the call-out is over"
    assert deadline(f"gate.send:{held.pk}:0:").state == DeadlineState.CANCELLED
    assert [now(one).state for one in [gone, *others]] == [OutgoingState.SENT] * 3
    assert not selectors.troubled(organisation).exists()
    assert set(selectors.outgoing_of(organisation, "callout.12:")) == {gone, held}


@pytest.mark.parametrize("prefix", ["callout.12:", "c", "callout.12:claire", "é:", "a%_\\", "\U0010fffe"])
def test_messages_are_found_by_the_beginning_of_their_key(
    time: SimulatedTime, mail: MailServer, organisation: Organisation, prefix: str
) -> None:
    keys = ["callout.12:claire", "callout.12:", "callout.123:paul", "Callout.12:x", "é:1", "a%_\\b", "abcb"]
    for key in [*keys, "\U0010fffe\U0010ffff"]:
        warn(organisation, key=key)
    found = {row.key for row in selectors.outgoing_of(organisation, prefix)}
    assert found == {key for key in [*keys, "\U0010fffe\U0010ffff"] if key.startswith(prefix)}


def test_no_message_but_those_is_read_to_find_them(organisation: Organisation) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by its own figures")
    plan = selectors.outgoing_of(organisation, "callout.12:").order_by("key").explain()
    assert "organisation_id=? AND key>? AND key<?" in plan


def test_words_are_not_taken_back_with_notices(
    time: SimulatedTime, mail: MailServer, organisation: Organisation, claire: User
) -> None:
    reply = actions.words(
        organisation, addressee="lucie@client.test", subject="s", body="b", key="callout.12:reply"
    )
    actions.press(reply, claire, digest_of(reply))
    assert actions.withdraw(organisation, "callout.12:", "the call-out is over") == 0
    Clock().run_due()
    assert now(reply).state == OutgoingState.SENT


def test_words_edited_after_a_refusal_wait_for_a_new_press(
    time: SimulatedTime, mail: MailServer, organisation: Organisation, claire: User
) -> None:
    mail.on_rcpt = ["451 come back later"]
    reply = actions.words(organisation, addressee="lucie@client.test", subject="s", body="b", key="reply")
    actions.press(reply, claire, digest_of(reply))
    Clock().run_due()
    actions.edit(reply, claire, subject="s", body="c", addressee="lucie@client.test")
    time.advance(hours=1)
    Clock().run_due()
    assert now(reply).state == OutgoingState.WAITING
    actions.press(reply, claire, digest_of(now(reply)))
    Clock().run_due()
    assert now(reply).state == OutgoingState.SENT
