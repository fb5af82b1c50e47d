"""Devices that let themselves be called: how a browser says so, and what is refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from tocsin.accounts.models import User
from tocsin.gate import push

pytestmark = pytest.mark.django_db

SERVICE = "https://push.courrier-loire.test/send/abc"


def written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def given(endpoint: str = SERVICE, **others: str) -> dict[str, str]:
    """Return what a browser's subscription says."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"endpoint": endpoint, "p256dh": written(point), "auth": written(b"0123456789abcdef"), **others}


@pytest.fixture
def phone(client: Client, claire: User) -> Client:
    """Claire's phone, signed in."""
    client.force_login(claire)
    client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36"
    return client


def subscribe(browser: Client, **values: str) -> Any:
    return browser.post("/settings/messages/push/subscribe/", given(**values))


def test_a_browser_learns_the_key_and_subscribes(phone: Client, claire: User) -> None:
    told = phone.get("/settings/messages/push/").json()
    assert told["key"] == push.application_key()
    assert subscribe(phone).status_code == 201
    [kept] = push.subscriptions_of(claire)
    assert (kept.label, kept.endpoint) == ("Chrome, Android", SERVICE)


def test_it_needs_the_token_of_the_page(claire: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(claire)
    assert subscribe(strict).status_code == 403
    token = strict.get("/settings/messages/push/").json()["token"]
    answer = strict.post("/settings/messages/push/subscribe/", given(), headers={"X-CSRFToken": token})
    assert answer.status_code == 201


def test_strangers_subscribe_nothing(client: Client, db: None) -> None:
    assert subscribe(client).status_code == 302
    assert client.get("/settings/messages/push/").status_code == 302


@pytest.mark.parametrize(
    "values",
    [
        {"endpoint": ""},
        {"endpoint": "http://push.courrier-loire.test/send"},
        {"endpoint": "https://127.0.0.1/send"},
        {"endpoint": "https://169.254.169.254/latest/meta-data/"},
        {"endpoint": "https://[::1]/send"},
        {"endpoint": "https://localhost/send"},
        {"endpoint": "file:///etc/passwd"},
        {"endpoint": "javascript:alert(1)"},
        {"endpoint": "https://claire:secret@push.courrier-loire.test/"},
        {"endpoint": "https://push.courrier-loire.test/" + "x" * 5000},
        {"p256dh": ""},
        {"p256dh": written(b"\x04" + b"\x00" * 64)},
        {"p256dh": "é" * 87},
        {"auth": written(b"short")},
        {"auth": "<script>"},
    ],
)  # fmt: skip
def test_what_is_no_subscription_is_refused_in_words(
    phone: Client, claire: User, values: dict[str, str]
) -> None:
    answer = phone.post("/settings/messages/push/subscribe/", given() | values)
    assert answer.status_code == 400
    assert answer.json()["why"]
    assert push.subscriptions_of(claire) == []


def test_a_browser_that_renewed_its_subscription_is_called_once(phone: Client, claire: User) -> None:
    subscribe(phone)
    subscribe(phone, endpoint=f"{SERVICE}/2", before=SERVICE)
    assert [kept.endpoint for kept in push.subscriptions_of(claire)] == [f"{SERVICE}/2"]


def test_nobody_ends_what_another_subscribed(phone: Client, claire: User, yanis: User) -> None:
    subscribe(phone)
    [kept] = push.subscriptions_of(claire)
    other = Client()
    other.force_login(yanis)
    other.post("/settings/messages/push/unsubscribe/", {"endpoint": SERVICE})
    other.post(f"/settings/messages/push/{kept.pk}/remove/")
    subscribe(other, endpoint=f"{SERVICE}/other", before=SERVICE)
    assert [one.pk for one in push.subscriptions_of(claire)] == [kept.pk]


def test_the_profile_lists_devices_and_removes_one(phone: Client, claire: User) -> None:
    subscribe(phone)
    [kept] = push.subscriptions_of(claire)
    assert '<th scope="row">Chrome, Android' in phone.get("/settings/profile/").content.decode()
    phone.post(f"/settings/messages/push/{kept.pk}/remove/")
    assert push.subscriptions_of(claire) == []
    assert phone.post("/settings/messages/push/999999/remove/").status_code == 302


def test_signing_out_ends_the_calls_of_this_device_alone(phone: Client, claire: User) -> None:
    subscribe(phone)
    other = Client()
    other.force_login(claire)
    subscribe(other, endpoint=f"{SERVICE}/desk")
    phone.post("/accounts/logout/")
    assert [kept.endpoint for kept in push.subscriptions_of(claire)] == [f"{SERVICE}/desk"]


def test_only_the_part_that_lists_devices_is_asked_for_again(phone: Client) -> None:
    subscribe(phone)
    headers = {"HX-Request": "true", "HX-Target": "div#called-devices"}
    part = phone.get("/settings/profile/", headers=headers).content.decode()
    assert part.startswith('<div id="called-devices"')
    assert "Chrome, Android" in part
