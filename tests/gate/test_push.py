"""Push reaches a browser: only it can read what it is sent, and its service knows who calls."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.translation import override

from tests.clock.conftest import NOON
from tests.gate.browser import Browser, claims_of
from tests.gate.conftest import now, warn
from tests.gate.receivers import Receiver
from tocsin.accounts.models import Membership, Organisation, User
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime
from tocsin.errors import ConfigurationError
from tocsin.gate import push, push_keys
from tocsin.gate.addresses import AddressForbidden
from tocsin.gate.channels.push_encryption import encrypt
from tocsin.gate.models import Outgoing, OutgoingState, PushSubscription
from tocsin.gate.push_keys import decoded, encoded
from tocsin.journal.selectors import entries
from tocsin.journal.verbs import display

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: object) -> Iterator[Receiver]:
    """A push service on loopback, which the settings allow to be called."""
    settings.FETCH_PRIVATE = True  # type: ignore[attr-defined]  # pytest-django's wrapper
    settings.URL = "https://tocsin.berthier.test"  # type: ignore[attr-defined]  # pytest-django's wrapper
    with Receiver(status=201) as receiver:
        yield receiver


@pytest.fixture
def browser(service: Receiver) -> Browser:
    """Claire's browser."""
    return Browser(f"{service.url}/push/claire-1")


def ring(organisation: Organisation, subscription: PushSubscription, key: str = "alert-1") -> Outgoing:
    """Set the notice of a red alert on its way to a browser, and let the clock send what is due."""
    addressee = f"push:{subscription.pk}"
    outgoing = warn(organisation, key, channel="push", addressee=addressee, level="red")
    Clock().run_due()
    return now(outgoing)


def test_the_example_of_the_rfc_comes_out_byte_for_byte() -> None:
    sender = ec.derive_private_key(
        int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    receiver = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    expected = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    found = encrypt(
        b"When I grow up, I want to be a watermelon",
        receiver=decoded(receiver),
        auth=decoded("BTBZMqHH6r4Tts7J_aSIgg"),
        salt=decoded("DGv6ra1nlYgDCS1FRnbzlw"),
        sender=sender,
    )
    assert encoded(found) == expected


def test_a_browser_reads_what_it_is_sent_and_its_service_who_sends(
    time: SimulatedTime, service: Receiver, browser: Browser, claire: User, organisation: Organisation
) -> None:
    subscription = browser.subscribe(claire)
    sent = ring(organisation, subscription)
    (received,) = service.taken
    assert browser.message(received) == {
        "title": sent.subject,
        "body": sent.body,
        "link": "https://tocsin.example.org/alerts/12/",
        "tag": "alert-1",
        "level": "red",
    }
    assert received.headers["content-encoding"] == "aes128gcm"
    assert (received.headers["urgency"], "topic" in received.headers) == ("high", False)
    claims = claims_of(received, push.application_key())
    assert claims["aud"] == service.url
    assert NOON.timestamp() < claims["exp"] <= (NOON + timedelta(hours=24)).timestamp()
    assert claims["sub"] == "https://tocsin.berthier.test"
    assert (sent.state, sent.receipt) == (OutgoingState.SENT, "201")
    subscription.refresh_from_db()
    assert subscription.last_sent_at == NOON
    assert sent.body.encode() not in received.body


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_gone_is_called_no_more(
    time: SimulatedTime,
    service: Receiver,
    browser: Browser,
    claire: User,
    status: int,
) -> None:
    organisation = claire.memberships.get().organisation
    service.orders = [status]
    subscription = browser.subscribe(claire)
    assert ring(organisation, subscription).state == OutgoingState.FAILED
    assert push.subscriptions_of(claire) == []
    assert ring(organisation, subscription, key="alert-2").state == OutgoingState.FAILED
    assert len(service.taken) == 1
    assert browser.subscribe(claire) == subscription
    assert ring(organisation, subscription, key="alert-3").state == OutgoingState.SENT


def test_a_busy_service_is_left_alone_for_as_long_as_it_asks(
    time: SimulatedTime, service: Receiver, browser: Browser, claire: User, organisation: Organisation
) -> None:
    service.orders = [(429, {"Retry-After": "600"}), 503]
    waiting = ring(organisation, browser.subscribe(claire))
    assert (waiting.state, len(service.taken)) == (OutgoingState.WAITING, 1)
    assert "429" in waiting.problem
    time.advance(seconds=599)
    assert Clock().run_due() == 0
    time.advance(seconds=1)
    Clock().run_due()
    time.advance(seconds=4)
    Clock().run_due()
    assert (now(waiting).state, len(service.taken)) == (OutgoingState.SENT, 3)


@pytest.mark.parametrize("status", [400, 401, 403, 413, 302])
def test_a_refusal_for_good_fails_at_once(
    time: SimulatedTime,
    service: Receiver,
    browser: Browser,
    claire: User,
    status: int,
) -> None:
    service.orders = [status]
    failed = ring(claire.memberships.get().organisation, browser.subscribe(claire))
    assert (failed.state, len(service.taken)) == (OutgoingState.FAILED, 1)
    assert str(status) in failed.problem
    assert push.subscriptions_of(claire)


def test_the_journal_says_a_browser_and_no_number(
    time: SimulatedTime, service: Receiver, browser: Browser, claire: User, organisation: Organisation
) -> None:
    service.orders = [413]
    failed = ring(organisation, browser.subscribe(claire))
    (entry,) = entries(organisation, target=f"gate.outgoing:{failed.pk}")
    with override("en"):
        assert display(entry).startswith("A message to a browser or phone did not leave: ")


def test_silence_after_the_last_byte_leaves_it_unknown(
    time: SimulatedTime, service: Receiver, browser: Browser, claire: User, organisation: Organisation
) -> None:
    service.orders = ["drop"]
    assert ring(organisation, browser.subscribe(claire)).state == OutgoingState.UNKNOWN
    time.advance(hours=2)
    Clock().run_due()
    assert len(service.taken) == 1


def test_a_service_that_cannot_be_reached_is_tried_again(
    time: SimulatedTime, browser: Browser, claire: User, organisation: Organisation
) -> None:
    with Receiver() as gone:
        away = Browser(f"{gone.url}/push/1")
    waiting = ring(organisation, away.subscribe(claire))
    assert waiting.state == OutgoingState.WAITING
    assert "does not answer" in waiting.problem


@pytest.mark.parametrize(
    "addressee", ["push:", "push:999999", "push:1 OR 1=1", "push:\u0663", "claire@b.test", "push:" + "9" * 30]
)
def test_an_addressee_that_is_no_browser_fails(
    time: SimulatedTime, service: Receiver, organisation: Organisation, addressee: str
) -> None:
    outgoing = warn(organisation, channel="push", addressee=addressee)
    Clock().run_due()
    assert (now(outgoing).state, service.taken) == (OutgoingState.FAILED, [])


def test_who_left_the_organisation_gets_nothing_of_it_any_more(
    time: SimulatedTime, service: Receiver, browser: Browser, claire: User, organisation: Organisation
) -> None:
    subscription = browser.subscribe(claire)
    Membership.objects.filter(user=claire).delete()
    assert (ring(organisation, subscription).state, service.taken) == (OutgoingState.FAILED, [])


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.net/1",
        "https://127.0.0.1/1",
        "https://10.0.0.8/1",
        "https://[::1]/1",
        "https://[::ffff:10.0.0.8]/1",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/1",
        "https://user:password@push.example.net/1",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "",
    ],
)
def test_an_address_inside_or_in_the_clear_is_refused(claire: User, endpoint: str) -> None:
    with pytest.raises(AddressForbidden):
        Browser(endpoint).subscribe(claire)
    assert not PushSubscription.objects.exists()


def test_a_name_that_leads_inside_is_refused_when_it_is_called(
    time: SimulatedTime, claire: User, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "socket.getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", ("10.0.0.8", 443))]
    )  # a name server of a stranger's
    failed = ring(organisation, Browser("https://push.example.net/1").subscribe(claire))
    assert failed.state == OutgoingState.FAILED
    assert "private network" in failed.problem


@pytest.mark.parametrize("key", ["", "é", "\0", "A" * 87, "AAAA", encoded(b"\4" + b"\0" * 64), "x" * 5000])
def test_keys_that_are_none_are_refused(claire: User, key: str) -> None:
    good = Browser("https://push.example.net/1")
    for p256dh, auth in [(key, encoded(good.auth)), (encoded(good.public), key)]:
        with pytest.raises(push.SubscriptionRefused):
            push.subscribe(claire, endpoint=good.endpoint, p256dh=p256dh, auth=auth, label="")
    assert not PushSubscription.objects.exists()


def test_a_browser_belongs_to_who_subscribed_last(claire: User, yanis: User) -> None:
    browser = Browser("https://push.example.net/1")
    first = browser.subscribe(claire, label="  Firefox \n du bureau ")
    assert first.label == "Firefox du bureau"
    browser.subscribe(yanis)
    assert push.subscriptions_of(claire) == []
    assert [found.pk for found in push.subscriptions_of(yanis)] == [first.pk]
    push.unsubscribe(claire, browser.endpoint)
    assert push.subscriptions_of(yanis)
    push.unsubscribe(yanis, browser.endpoint)
    assert push.subscriptions_of(yanis) == []


def test_a_person_keeps_her_newest_browsers(time: SimulatedTime, claire: User) -> None:
    for number in range(push.MOST + 3):
        Browser(f"https://push.example.net/{number}").subscribe(claire)
        time.advance(minutes=1)
    kept = [found.endpoint.rpartition("/")[2] for found in push.subscriptions_of(claire)]
    assert kept == [str(number) for number in range(3, push.MOST + 3)]


def test_the_key_is_made_once_and_read_by_nobody_else(tmp_path: Path, settings: object) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]  # pytest-django's wrapper
    key = push.application_key()
    assert push.application_key() == key
    assert len(decoded(key)) == 65
    (made,) = (tmp_path / "keys").iterdir()
    assert made.stat().st_mode & 0o777 == 0o600


def test_a_key_file_that_holds_none_is_told_in_words(tmp_path: Path, settings: object) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]  # pytest-django's wrapper
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "push").write_text("nothing")
    with pytest.raises(ConfigurationError, match="no key for push"):
        push_keys.private_key()
