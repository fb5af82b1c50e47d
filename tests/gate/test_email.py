"""What becomes of a mail, by what a real server answers and when."""

from datetime import timedelta

import pytest
from django_scopes import scopes_disabled

from tests.gate.conftest import now, warn
from tests.gate.mailserver import MailServer
from tocsin.accounts.models import Organisation
from tocsin.clock import lease
from tocsin.clock.loop import Clock
from tocsin.clock.models import Deadline
from tocsin.clock.simulated import SimulatedTime
from tocsin.errors import ConfigurationError
from tocsin.gate import actions
from tocsin.gate.channels import CHANNELS
from tocsin.gate.channels.base import Handover
from tocsin.gate.channels.email import server_of
from tocsin.gate.models import Outgoing, OutgoingState
from tocsin.gate.rows import one_line
from tocsin.journal.selectors import entries

pytestmark = pytest.mark.django_db


def test_a_notice_arrives_in_plain_words_and_in_html(
    time: SimulatedTime, mail: MailServer, organisation: Organisation
) -> None:
    outgoing = warn(organisation)
    Clock().run_due()
    (message,) = mail.taken
    assert message["To"] == "claire@maison-berthier.test"
    assert message["From"] == "Tocsin <tocsin@maison-berthier.test>"
    assert message["Message-ID"] == outgoing.message_id
    assert message["Subject"] == outgoing.subject
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    plain, html = (part.get_content() for part in message.iter_parts())
    assert "14 négatives en 15 min" in plain
    assert "14 négatives en 15 min" in html
    sent = now(outgoing)
    assert (sent.state, sent.receipt, sent.problem) == (OutgoingState.SENT, "250 taken", "")


def test_the_same_key_makes_one_mail(
    time: SimulatedTime, mail: MailServer, organisation: Organisation
) -> None:
    assert warn(organisation).pk == warn(organisation).pk
    Clock().run_due()
    warn(organisation)
    Clock().run_due()
    assert len(mail.taken) == 1


@pytest.mark.parametrize("step", ["on_rcpt", "on_data"])
def test_a_refusal_for_now_is_tried_again_later(
    time: SimulatedTime, mail: MailServer, organisation: Organisation, step: str
) -> None:
    setattr(mail, step, ["451 come back later", "421 still busy"])
    outgoing = warn(organisation)
    Clock().run_due()
    waiting = now(outgoing)
    assert (waiting.state, mail.taken) == (OutgoingState.WAITING, [])
    assert "451 come back later" in waiting.problem
    assert Clock().run_due() == 0
    time.advance(seconds=2)
    Clock().run_due()
    time.advance(seconds=4)
    Clock().run_due()
    assert now(outgoing).state == OutgoingState.SENT
    assert len(mail.taken) == 1


@pytest.mark.parametrize("step", ["on_rcpt", "on_data"])
def test_a_refusal_for_good_fails_at_once(
    time: SimulatedTime, mail: MailServer, organisation: Organisation, step: str
) -> None:
    setattr(mail, step, ["550 no such person"])
    outgoing = warn(organisation)
    for _ in range(3):
        Clock().run_due()
        time.advance(hours=1)
    failed = now(outgoing)
    assert (failed.state, mail.tries, mail.taken) == (OutgoingState.FAILED, 1, [])
    assert "550 no such person" in failed.problem


@pytest.mark.parametrize(
    "addressee",
    [
        "élodie@client.test",
        "lucie",
        "@client.test",
        "lucie@",
        "a b@client.test",
        "x@y@z",
        "lucie@client.test\n",
        "<>",
    ],
)
def test_an_address_that_is_none_is_given_up_in_words_and_told_in_the_journal(
    time: SimulatedTime, mail: MailServer, organisation: Organisation, addressee: str
) -> None:
    outgoing = warn(organisation, addressee=addressee)
    Clock().run_due()
    failed = now(outgoing)
    assert (failed.state, mail.taken) == (OutgoingState.FAILED, [])
    assert "is not one" in failed.problem
    (entry,) = entries(organisation, target=f"gate.outgoing:{outgoing.pk}")
    assert entry.verb == "gate.failed"


def test_a_subject_of_several_lines_becomes_one(
    time: SimulatedTime, mail: MailServer, organisation: Organisation
) -> None:
    subject = "Votre brioche\r\nBcc: tout-le-monde@client.test"
    reply = actions.words(
        organisation, addressee="lucie@client.test", subject=subject, body="Bonjour", key="r"
    )
    assert one_line("Source muette\u00a0: presse") == "Source muette\u00a0: presse"
    assert reply.subject == "Votre brioche Bcc: tout-le-monde@client.test"


def test_a_defect_on_the_way_out_does_not_leave_the_message_waiting_for_ever(
    time: SimulatedTime, mail: MailServer, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unforeseen(_outgoing: Outgoing) -> Handover:
        raise KeyError("unforeseen")

    outgoing = warn(organisation)
    monkeypatch.setattr(CHANNELS["email"], "open", unforeseen)
    for _ in range(15):
        Clock().run_due()
        time.advance(hours=1)
    assert now(outgoing).state == OutgoingState.FAILED
    assert "KeyError" in now(outgoing).problem


def test_a_server_that_goes_silent_after_taking_leaves_it_unknown(
    time: SimulatedTime, mail: MailServer, organisation: Organisation
) -> None:
    mail.on_data = ["drop"]
    outgoing = warn(organisation)
    for _ in range(5):
        Clock().run_due()
        time.advance(hours=2)
    assert now(outgoing).state == OutgoingState.UNKNOWN
    assert mail.ids == {outgoing.message_id: 1}


def test_a_server_that_is_away_is_tried_again_and_at_last_given_up(
    time: SimulatedTime, organisation: Organisation, settings: object
) -> None:
    with MailServer() as gone:
        settings.EMAIL_URL = gone.url  # type: ignore[attr-defined]  # pytest-django's wrapper
    outgoing = warn(organisation)
    Clock().run_due()
    assert now(outgoing).state == OutgoingState.WAITING
    assert "does not answer" in now(outgoing).problem
    for _ in range(15):
        time.advance(hours=1)
        Clock().run_due()
    assert now(outgoing).state == OutgoingState.FAILED


def test_mail_that_is_not_set_up_waits(
    time: SimulatedTime, organisation: Organisation, settings: object
) -> None:
    settings.EMAIL_URL = ""  # type: ignore[attr-defined]  # pytest-django's wrapper
    outgoing = warn(organisation)
    Clock().run_due()
    assert "TOCSIN_EMAIL_URL" in now(outgoing).problem


def test_a_mail_interrupted_before_it_left_is_sent_after_all(
    time: SimulatedTime, mail: MailServer, organisation: Organisation
) -> None:
    outgoing = warn(organisation)
    assert lease.claim("urgent", "a clock killed while it connected") is not None
    time.advance(seconds=lease.LEASE.total_seconds() + 1)
    Clock().run_due()
    assert now(outgoing).state == OutgoingState.SENT
    assert len(mail.taken) == 1


def test_a_mail_interrupted_while_it_left_is_unknown_and_never_sent_again(
    time: SimulatedTime, mail: MailServer, organisation: Organisation
) -> None:
    outgoing = warn(organisation)
    assert lease.claim("urgent", "a clock killed while it handed over") is not None
    with scopes_disabled():
        Outgoing.objects.filter(pk=outgoing.pk).update(state=OutgoingState.SENDING)
    for _ in range(5):
        time.advance(hours=2)
        Clock().run_due()
    unknown = now(outgoing)
    assert (unknown.state, mail.taken) == (OutgoingState.UNKNOWN, [])
    assert "may have left, or not" in unknown.problem


def test_an_address_that_is_none_fails(
    time: SimulatedTime, mail: MailServer, organisation: Organisation
) -> None:
    outgoing = warn(organisation, addressee="claire at home")
    Clock().run_due()
    assert now(outgoing).state == OutgoingState.FAILED


def test_a_line_that_begins_with_a_full_stop_arrives_whole(
    time: SimulatedTime, mail: MailServer, organisation: Organisation
) -> None:
    warn(organisation, context={"reasons": ["one"], "name": "x", "level": "red\n.\n..fin", "began": "14:05"})
    Clock().run_due()
    plain = next(mail.taken[0].iter_parts()).get_content().replace("\r\n", "\n")
    assert "\n.\n..fin" in plain


def test_a_wait_is_as_long_as_the_retry_says(
    time: SimulatedTime, mail: MailServer, organisation: Organisation
) -> None:
    mail.on_rcpt = ["451 later"]
    warn(organisation)
    began = time()
    Clock().run_due()
    with scopes_disabled():
        assert Deadline.objects.get().due_at - began == timedelta(seconds=2)


@pytest.mark.parametrize(
    ("url", "port", "encrypted", "start_tls"),
    [
        ("smtp://mail.test", 25, False, False),
        ("smtp://mail.test?tls=start", 587, False, True),
        ("smtps://cl%40ire:p%3Ass@mail.test", 465, True, False),
        ("smtp://mail.test:2525", 2525, False, False),
    ],
)
def test_the_address_of_a_mail_server_is_read(url: str, port: int, encrypted: bool, start_tls: bool) -> None:
    server = server_of(url)
    assert (server.host, server.port) == ("mail.test", port)
    assert (server.encrypted, server.start_tls) == (encrypted, start_tls)


def test_names_and_passwords_may_hold_signs() -> None:
    server = server_of("smtps://cl%40ire:p%3Ass@mail.test")
    assert (server.user, server.password) == ("cl@ire", "p:ss")


@pytest.mark.parametrize("url", ["mail.test", "http://mail.test", "smtp://", "smtp://mail.test:lots"])
def test_what_is_no_mail_server_is_refused_in_words(url: str) -> None:
    with pytest.raises(ConfigurationError, match="TOCSIN_EMAIL_URL"):
        server_of(url)
