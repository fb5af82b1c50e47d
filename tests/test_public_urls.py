"""The public host serves what a sent link leads to, and no way into the house."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tocsin.gate import links
from tocsin.public_urls import REACHED

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tocsin.public_urls")]


def patterns(resolver: URLResolver) -> list[URLPattern]:
    found: list[URLPattern] = []
    for each in resolver.url_patterns:
        found += patterns(each) if isinstance(each, URLResolver) else [each]
    return found


def test_every_address_of_a_sent_link_is_served() -> None:
    wanted = sorted(name for names in REACHED.values() for name in names)
    assert sorted(str(one.name) for one in patterns(get_resolver("tocsin.public_urls"))) == wanted


@pytest.mark.parametrize(
    "path", ["/", "/accounts/login/", "/plan/", "/alerts/", "/rooms/", "/api/v1/docs", "/setup/x/", "/live/"]
)
def test_nothing_else_is(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "accounts/login" not in answer.content.decode()


def test_a_forged_link_is_told_so(client: Client) -> None:
    forged = links.sign("something else", {"c": 1}, lifetime=timedelta(hours=1))
    assert client.get(f"/c/{forged}/").status_code == 404
