"""`tocsin journal verify` and `tocsin setup-link`, as someone at a terminal sees them."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django_scopes import scopes_disabled

from tocsin.accounts import setup_token
from tocsin.accounts.models import Organisation, User
from tocsin.cli import journal_command, setup_link_command
from tocsin.errors import UnusableInput
from tocsin.journal import actions
from tocsin.journal.models import Entry


@pytest.fixture(autouse=True)
def within_this_process(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Django is set up by pytest; the keys are this test's own."""
    for module in (journal_command, setup_link_command):
        monkeypatch.setattr(module, "set_up_django", lambda: None)
    settings.DATA, settings.JOURNAL_KEY = tmp_path, ""


def verify(*options: str) -> tuple[str, BaseException | None]:
    result = CliRunner().invoke(journal_command.command, ["verify", *options])
    return result.output, result.exception


def test_a_journal_as_it_was_written_is_printed_with_its_head(organisation: Organisation) -> None:
    entry = actions.record("alerts.raised", actor=None, organisation=organisation)
    output, problem = verify("--organisation", "maison-berthier", "--anchor", entry.hash)
    assert problem is None
    assert output == f"maison-berthier: 1 entries, head {entry.hash}\n"


def test_an_anchor_may_belong_to_any_organisation(
    organisation: Organisation, other_organisation: Organisation
) -> None:
    actions.record("alerts.raised", actor=None, organisation=organisation)
    entry = actions.record("alerts.raised", actor=None, organisation=other_organisation)
    assert verify("--anchor", entry.hash.upper())[1] is None
    output, problem = verify("--anchor", "ab" * 32)
    assert isinstance(problem, journal_command.JournalBroken)
    assert "a chain was rewritten" in output


def test_a_touched_journal_is_said_row_by_row(
    organisation: Organisation, other_organisation: Organisation
) -> None:
    for each in (organisation, other_organisation):
        actions.record("alerts.raised", actor=None, organisation=each)
    with scopes_disabled():
        Entry.objects.filter(organisation=other_organisation).update(target="alerts.alert:9")
    output, problem = verify()
    assert isinstance(problem, journal_command.JournalBroken)
    assert "epicerie-lacaze: entry 1 (alerts.raised) was altered" in output
    assert verify("--organisation", "maison-berthier")[1] is None


@pytest.mark.django_db
def test_an_organisation_that_is_not_there_is_said() -> None:
    assert isinstance(verify("--organisation", "nobody")[1], UnusableInput)


@pytest.mark.django_db
def test_the_link_opens_the_set_up_page_until_somebody_has_an_account() -> None:
    result = CliRunner().invoke(setup_link_command.command)
    token = result.output.strip().rstrip("/").rsplit("/", 1)[-1]
    assert setup_token.is_valid(token)
    User.objects.create_user("ines@maison-berthier.test", "Levain-naturel-2026", name="Inès Caron")
    refused = CliRunner().invoke(setup_link_command.command)
    assert isinstance(refused.exception, setup_link_command.AlreadySetUp)
