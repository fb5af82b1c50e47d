"""No word leaves without a person's press on exactly that text, to that addressee, by that channel."""

import pytest
from django.utils.translation import override
from django_scopes import scopes_disabled

from tests.gate.conftest import now
from tests.gate.mailserver import MailServer
from tocsin.accounts.models import Membership, Organisation, User
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime
from tocsin.gate import actions
from tocsin.gate.digest import digest_of
from tocsin.gate.models import Outgoing, OutgoingState
from tocsin.journal.selectors import entries
from tocsin.journal.verbs import display

BODY = "Bonjour Lucie, votre brioche vous sera remboursée aujourd’hui."


@pytest.fixture
def reply(organisation: Organisation) -> Outgoing:
    """A reply to a customer that somebody wrote and nobody pressed."""
    return actions.words(
        organisation, addressee="lucie@client.test", subject="Votre brioche", body=BODY, key="reply-1"
    )


def told(organisation: Organisation, outgoing: Outgoing) -> list[tuple[str, str]]:
    """Return what the journal tells of a message: verbs with who did it, oldest first."""
    found = entries(organisation, target=f"gate.outgoing:{outgoing.pk}")
    return sorted(((entry.verb, entry.actor) for entry in found), key=lambda pair: pair[0])


def test_words_nobody_pressed_stay(time: SimulatedTime, mail: MailServer, reply: Outgoing) -> None:
    Clock().run_due()
    assert (now(reply).state, mail.taken) == (OutgoingState.WAITING, [])


def test_pressed_words_leave_and_the_journal_says_who(
    time: SimulatedTime, mail: MailServer, reply: Outgoing, claire: User, organisation: Organisation
) -> None:
    actions.press(reply, claire, digest_of(reply))
    Clock().run_due()
    (message,) = mail.taken
    assert message.get_content().strip() == BODY
    assert message["Auto-Submitted"] == "no"
    assert told(organisation, reply) == [("gate.pressed", f"accounts.user:{claire.pk}"), ("gate.sent", "")]


def test_pressing_on_another_text_is_refused(reply: Outgoing, claire: User) -> None:
    shown = digest_of(reply)
    actions.edit(reply, claire, subject="Votre brioche", body=BODY + " Pas.", addressee="lucie@client.test")
    with pytest.raises(actions.TextChanged):
        actions.press(reply, claire, shown)


@pytest.mark.parametrize(
    "change",
    [{"body": "Non."}, {"subject": "Autre"}, {"addressee": "presse@journal.test"}],
)
def test_a_later_edit_voids_the_press(
    time: SimulatedTime, mail: MailServer, reply: Outgoing, claire: User, change: dict[str, str]
) -> None:
    actions.press(reply, claire, digest_of(reply))
    same = {"subject": reply.subject, "body": reply.body, "addressee": reply.addressee}
    edited = actions.edit(reply, claire, **(same | change))
    Clock().run_due()
    assert (now(reply).state, mail.taken) == (OutgoingState.WAITING, [])
    actions.press(edited, claire, digest_of(edited))
    Clock().run_due()
    assert len(mail.taken) == 1


def test_words_changed_behind_the_gates_back_do_not_leave(
    time: SimulatedTime, mail: MailServer, reply: Outgoing, claire: User
) -> None:
    actions.press(reply, claire, digest_of(reply))
    with scopes_disabled():
        Outgoing.objects.filter(pk=reply.pk).update(addressee="presse@journal.test")
    Clock().run_due()
    assert (now(reply).state, mail.taken) == (OutgoingState.FAILED, [])


def test_an_edit_is_told_with_who_and_that_it_voided_a_press(
    reply: Outgoing, claire: User, yanis: User, organisation: Organisation
) -> None:
    actions.press(reply, claire, digest_of(reply))
    actions.edit(reply, yanis, subject="Votre brioche", body="Non.", addressee="lucie@client.test")
    edited = next(entry for entry in entries(organisation) if entry.verb == "gate.edited")
    assert edited.actor == f"accounts.user:{yanis.pk}"
    with override("en"):
        assert "must be pressed again" in display(edited)


def test_an_observer_cannot_edit(reply: Outgoing, paul: User) -> None:
    with pytest.raises(actions.NotYours):
        actions.edit(reply, paul, subject="x", body="y", addressee="lucie@client.test")


def test_an_observer_cannot_press(reply: Outgoing, paul: User) -> None:
    with pytest.raises(actions.NotYours):
        actions.press(reply, paul, digest_of(reply))


def test_a_press_dies_with_the_right_to_press(
    time: SimulatedTime, mail: MailServer, reply: Outgoing, yanis: User
) -> None:
    actions.press(reply, yanis, digest_of(reply))
    Membership.objects.filter(user=yanis).delete()
    Clock().run_due()
    assert (now(reply).state, mail.taken) == (OutgoingState.FAILED, [])


def test_words_that_left_are_neither_edited_nor_pressed_again(
    time: SimulatedTime, mail: MailServer, reply: Outgoing, claire: User
) -> None:
    actions.press(reply, claire, digest_of(reply))
    Clock().run_due()
    with pytest.raises(actions.AlreadySettled):
        actions.edit(reply, claire, subject="x", body="y", addressee="lucie@client.test")
    with pytest.raises(actions.AlreadySettled):
        actions.press(reply, claire, digest_of(reply))


@pytest.mark.parametrize(("arrived", "mails"), [(True, 1), (False, 2)])
def test_a_person_says_what_became_of_an_unknown(
    mail: MailServer, reply: Outgoing, claire: User, arrived: bool, mails: int
) -> None:
    mail.on_data = ["drop"]
    actions.press(reply, claire, digest_of(reply))
    Clock().run_due()
    assert now(reply).state == OutgoingState.UNKNOWN
    actions.settle_unknown(reply, claire, arrived=arrived)
    Clock().run_due()
    assert (now(reply).state, len(mail.taken)) == (OutgoingState.SENT, mails)
    with pytest.raises(actions.AlreadySettled):
        actions.settle_unknown(reply, claire, arrived=False)
