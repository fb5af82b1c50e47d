"""The demonstration: quiet days first, and a crisis once somebody looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django_scopes import scope, scopes_disabled

from tests.listen.bus import Reading
from tocsin.accounts.models import Membership, Organisation
from tocsin.listen import actions, demo
from tocsin.listen.demo import LIVE, LONGEST_SLICE, REST, Demo, declare, tell_history
from tocsin.listen.models import Source, SourceKind, SourceState
from tocsin.simulate import COMPANY, SOURCES
from tocsin.watch.models import Account, Watch

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def company(published: Reading, monkeypatch: pytest.MonkeyPatch) -> Organisation:
    """The company with one day of history told."""
    monkeypatch.setattr(demo, "DAYS", 1)
    organisation = declare(NOW + REST, "levain-de-seigle")
    tell_history(organisation)
    return organisation


def test_the_company_is_declared_whole_and_once(company: Organisation) -> None:
    assert declare(NOW, "autre") == company
    with scope(organisation=company):
        assert Source.objects.count() == len(SOURCES)
        assert Watch.objects.count() == len(COMPANY.watches)
        assert Account.objects.count() == len(COMPANY.accounts)
        assert all(source.brand is not None for source in Source.objects.filter(owned=True))
    members = Membership.objects.filter(organisation=company)
    assert {member.role for member in members} >= {"administrator", "lead", "responder"}
    assert all(member.user.check_password("levain-de-seigle") for member in members[:1])


def test_the_history_is_told_once(company: Organisation, published: Reading) -> None:
    told = len(published.posts)
    assert told > 100
    assert all(post.published_at is not None and post.published_at < NOW for post in published.posts)
    assert tell_history(company) == 0
    assert len(published.posts) == told


def test_the_quiet_talk_goes_on_where_the_history_stopped(company: Organisation, published: Reading) -> None:
    told, public = len(published.posts), Demo()
    spoken = sum(public.tick(NOW + timedelta(minutes=minute)) for minute in range(0, 62, 2))
    assert spoken == len(published.posts) - told
    assert spoken > 0
    assert public.tick(NOW + timedelta(minutes=60)) == 0
    assert len({post.id for post in published.posts}) == len(published.posts)
    with scopes_disabled():
        assert {source.state for source in Source.objects.filter(kind=SourceKind.DEMO)} == {
            SourceState.HEALTHY
        }


def test_the_crisis_begins_when_somebody_looks(
    company: Organisation, published: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = Demo()
    public.tick(NOW)
    monkeypatch.setattr(actions.timezone, "now", lambda: NOW)
    actions.page_opened(company)
    quiet = len(published.posts)
    for minute in range(1, 5):
        public.tick(NOW + timedelta(minutes=minute))
    crisis = published.texts[quiet:]
    assert len(crisis) > 40
    assert any("galette" in text.lower() for text in crisis)


def test_a_demonstration_that_slept_catches_up_by_slices(company: Organisation, published: Reading) -> None:
    public = Demo()
    public.tick(NOW + timedelta(days=3))
    latest = max(post.published_at for post in published.posts if post.published_at is not None)
    assert latest < NOW + LONGEST_SLICE


def test_after_a_sleep_an_hour_of_posts_does_not_come_as_a_crowd(
    company: Organisation, published: Reading
) -> None:
    waking = NOW + timedelta(hours=3)
    before = len(published.posts)
    Demo().tick(waking)
    ages = [waking - post.published_at for post in published.posts[before:] if post.published_at is not None]
    assert any(age > LIVE for age in ages)
    assert not any(timedelta(minutes=1) < age < LIVE for age in ages)


def test_without_a_demonstration_nothing_is_said(organisation: Organisation, published: Reading) -> None:
    assert Demo().tick(NOW) == 0
    assert published.messages == []
