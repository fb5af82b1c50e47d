"""Approvers are told what waits for them, authors what became of it, and nobody what they did themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django_scopes import scope
from pytest_django import Settings

from tests.conftest import member
from tocsin.accounts.models import Organisation, User
from tocsin.gate.models import Outgoing
from tocsin.plan import actions
from tocsin.plan.models import Version


@pytest.fixture(autouse=True)
def _with_mail(settings: Settings, organisation: Organisation) -> Iterator[None]:
    settings.EMAIL_URL, settings.URL = "smtp://localhost:25", "https://tocsin.test"
    with scope(organisation=organisation):
        yield


@pytest.fixture
def approver(organisation: Organisation) -> User:
    """Samia Roux, approver."""
    return member(organisation, "Samia Roux", "samia@maison-berthier.test", "approver").user


def told(template: str) -> dict[str, Outgoing]:
    """Return who was told, with the message."""
    return {sent.addressee: sent for sent in Outgoing.objects.filter(template=template)}


def test_everyone_who_may_approve_is_told_but_not_who_proposed(
    draft: Version, approver: User, claire: User, paul: User
) -> None:
    actions.propose(draft, claire, "Deux suppléants de plus")
    sent = told("plan.proposed")
    assert set(sent) == {approver.email}
    assert "Deux suppléants de plus" in sent[approver.email].body
    assert f"https://tocsin.test/plan/maison-berthier/?version={draft.pk}" in sent[approver.email].body


def test_the_author_is_told_that_it_is_in_force_and_the_approver_is_not(
    draft: Version, approver: User, claire: User
) -> None:
    actions.propose(draft, claire, "")
    draft.refresh_from_db()
    actions.approve(draft, approver, revision=draft.revision)
    assert set(told("plan.approved")) == {claire.email}


def test_the_author_is_told_what_is_to_be_mended_each_time(
    draft: Version, approver: User, claire: User, yanis: User
) -> None:
    for why in ("Il manque l’agence", "Il manque encore l’agence"):
        actions.change(draft, draft.document, yanis, revision=Version.objects.get(pk=draft.pk).revision)
        actions.propose(draft, claire, "")
        actions.send_back(draft, approver, why)
    sent = Outgoing.objects.filter(template="plan.sent_back")
    assert {row.addressee for row in sent} == {claire.email, yanis.email}
    assert sent.count() == 4
    assert any("encore l’agence" in row.body for row in sent)


def test_who_left_is_told_nothing(draft: Version, approver: User, claire: User, yanis: User) -> None:
    actions.propose(draft, yanis, "")
    User.objects.filter(pk=yanis.pk).update(is_active=False)
    actions.send_back(draft, approver, "À revoir")
    assert yanis.email not in told("plan.sent_back")


def test_without_a_mail_server_nothing_is_prepared_and_the_decision_stands(
    draft: Version, approver: User, claire: User, settings: Settings
) -> None:
    settings.EMAIL_URL = ""
    actions.propose(draft, claire, "")
    assert not Outgoing.objects.exists()
    draft.refresh_from_db()
    assert draft.state == "proposed"
