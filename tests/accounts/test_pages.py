"""What the pages of settings and of signing in say."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled

from tests.conftest import PASSWORD
from tocsin.accounts.models import User
from tocsin.journal import actions as journal
from tocsin.watch import actions
from tocsin.watch.models import Watch


@pytest.fixture
def written(watch: Watch, claire: User, ines: User) -> Watch:
    """A journal with entries of two people, about watches and about people."""
    actions.pause_watch(watch, actor=claire)
    actions.resume_watch(watch, actor=ines)
    with scopes_disabled():
        journal.record(
            "accounts.member_added",
            actor=ines,
            organisation=watch.organisation,
            data={"name": "Paul Derain", "role": "observer"},
        )
    return watch


def verbs(client: Client, **asked: str) -> list[str]:
    return [entry.verb for entry in client.get("/settings/journal/", asked).context["page"]]


def test_the_journal_shows_the_newest_first(client: Client, ines: User, written: Watch) -> None:
    client.force_login(ines)
    assert verbs(client) == ["accounts.member_added", "watch.watch_resumed", "watch.watch_paused"]


def test_the_journal_is_filtered_by_what_and_by_whom(
    client: Client, claire: User, ines: User, written: Watch
) -> None:
    client.force_login(ines)
    assert verbs(client, app="watch") == ["watch.watch_resumed", "watch.watch_paused"]
    assert verbs(client, who=str(claire.pk)) == ["watch.watch_paused"]
    assert verbs(client, app="accounts", who=str(claire.pk)) == []
    assert verbs(client, who="tocsin") == []


def test_the_journal_is_filtered_by_days_included(client: Client, ines: User, written: Watch) -> None:
    client.force_login(ines)
    today = timezone.now().date()
    before, after = (today - timedelta(days=2)).isoformat(), (today + timedelta(days=2)).isoformat()
    assert len(verbs(client, since=before, until=after)) == 3
    assert verbs(client, until=before) == []
    assert verbs(client, since=after) == []


def test_a_filter_that_is_no_day_filters_nothing(client: Client, ines: User, written: Watch) -> None:
    client.force_login(ines)
    assert len(verbs(client, since="yesterday")) == 3


def test_the_sign_in_form_says_each_thing_once(client: Client, claire: User) -> None:
    said = client.get("/accounts/login/").content.decode()
    assert said.count('name="login"') == said.count('name="password"') == 1
    assert said.count('href="/accounts/password/reset/"') == 1
    assert "placeholder" not in said


def test_a_wrong_password_is_said_beside_the_form(client: Client, claire: User) -> None:
    answer = client.post("/accounts/login/", {"login": claire.email, "password": "baguette"})
    said = answer.content.decode()
    assert answer.status_code == 200
    assert 'role="alert"' in said
    assert "baguette" not in said


def test_signing_in_leads_where_one_wanted_to_go(client: Client, claire: User) -> None:
    assert client.get("/alerts/").headers["Location"] == "/accounts/login/?next=/alerts/"
    answer = client.post(
        "/accounts/login/?next=/alerts/", {"login": claire.email, "password": PASSWORD, "next": "/alerts/"}
    )
    assert answer.headers["Location"] == "/alerts/"


def test_signing_in_never_leads_elsewhere(client: Client, claire: User) -> None:
    wanted = {"login": claire.email, "password": PASSWORD, "next": "https://elsewhere.test/"}
    assert client.post("/accounts/login/", wanted).headers["Location"] == "/"
