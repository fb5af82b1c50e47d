"""A verb for tests, and chains made with it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django_scopes import scopes_disabled

from tocsin.accounts.models import Organisation
from tocsin.journal import actions, verbs
from tocsin.journal.models import Entry

VERB = "tests.baked"


@pytest.fixture(autouse=True)
def verb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A verb of the tests' own, and a signing key that only this test holds."""
    monkeypatch.setattr(settings, "JOURNAL_KEY", str(tmp_path / "journal.ed25519"))
    verbs.register(VERB, _display)
    yield VERB
    verbs._displays.pop(VERB, None)


def _display(entry: Entry) -> str:
    return f"baked {entry.data.get('loaf', 'something')}"


@pytest.fixture
def chain_of(organisation: Organisation) -> Callable[[int], list[Entry]]:
    """Make a chain of so many entries."""

    def make(length: int) -> list[Entry]:
        with scopes_disabled():
            return [
                actions.record(VERB, actor=None, organisation=organisation, data={"loaf": f"pain {place}"})
                for place in range(length)
            ]

    return make
