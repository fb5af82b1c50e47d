"""Nobody makes an account alone, and a forgotten password is mended through the gate."""

import re
from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client
from django_scopes import scopes_disabled

from tests.conftest import PASSWORD
from tocsin.accounts.models import User
from tocsin.gate.models import Outgoing
from tocsin.listen.demo import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_server(settings: Any) -> None:
    """A mail server that the gate is never asked to talk to here."""
    settings.EMAIL_URL = "smtp://127.0.0.1:9"


def outgoing() -> list[Outgoing]:
    with scopes_disabled():
        return list(Outgoing.objects.all())


def test_a_member_signs_in_by_address_and_password(client: Client, claire: User) -> None:
    response = client.post("/accounts/login/", {"login": claire.email.upper(), "password": PASSWORD})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(claire.pk)


def test_a_wrong_password_lets_nobody_in(client: Client, claire: User) -> None:
    client.post("/accounts/login/", {"login": claire.email, "password": "baguette"})
    assert "_auth_user_id" not in client.session


def test_a_stranger_cannot_make_an_account(client: Client) -> None:
    client.post(
        "/accounts/signup/",
        {"email": "mallory@elsewhere.test", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert not User.objects.exists()


def test_a_forgotten_password_is_mended_by_a_link_that_leaves_through_the_gate(
    client: Client, claire: User
) -> None:
    client.post("/accounts/password/reset/", {"email": claire.email})
    (notice,) = outgoing()
    assert (notice.template, notice.addressee) == ("accounts.password_reset", claire.email)
    assert django_mail.outbox == []
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", notice.body)
    assert link is not None
    form = client.get(link[1], follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "Pain-d-epices-27", "password2": "Pain-d-epices-27"})
    claire.refresh_from_db()
    assert claire.check_password("Pain-d-epices-27")


def test_an_address_that_nobody_has_gets_no_mail_and_the_same_answer(client: Client, claire: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": claire.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@elsewhere.test"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert [row.addressee for row in outgoing()] == [claire.email]
    assert django_mail.outbox == []


def test_a_demonstration_says_how_to_sign_in_and_nothing_else_does(client: Client, settings: Any) -> None:
    settings.DEMO = "four-a-bois-2026"
    said = client.get("/accounts/login/").content.decode()
    shown = sign_in()
    assert shown is not None
    assert shown.email in said
    assert "four-a-bois-2026" in said
    settings.DEMO = ""
    assert shown.email not in client.get("/accounts/login/").content.decode()
