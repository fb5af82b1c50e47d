"""A browser without a screen: somebody signed in, and what pages say to them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tocsin.accounts.models import User


def browser(user: User) -> Client:
    """Return somebody's browser, signed in."""
    client = Client()
    client.force_login(user)
    return client


def said(client: Client, address: str) -> str:
    """Return what a page says, with plain spaces."""
    return _words(client.get(address, follow=True))


def post(client: Client, address: str, **fields: Any) -> str:
    """Return what the page says on which a form leaves its sender, with plain spaces."""
    return _words(client.post(address, fields, follow=True))


def _words(answer: Any) -> str:
    assert answer.status_code == 200
    said: str = answer.content.decode()
    return said.replace("\u00a0", " ")
