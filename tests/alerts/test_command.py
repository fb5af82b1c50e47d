"""`tocsin alerts` prints one JSON object a line."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from tests.alerts.conftest import MINUTE, Raise
from tocsin.accounts.models import Organisation
from tocsin.alerts import actions
from tocsin.cli.alerts_command import command
from tocsin.watch.models import Brand, Watch

Records = Callable[..., list[dict[str, object]]]


@pytest.fixture
def records(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Records:
    """Run the command and return what it printed."""
    monkeypatch.setattr("tocsin.cli.alerts_command.set_up_django", lambda: None)

    def run(*arguments: str) -> list[dict[str, object]]:
        result = CliRunner().invoke(command, [*arguments, "--json"], catch_exceptions=False)
        return [json.loads(line) for line in result.stdout_bytes.splitlines()]

    return run


def test_an_alert_is_printed_with_level_time_and_reasons(
    records: Records, raised: Raise, watch: Watch
) -> None:
    raised(watch)
    actions.take_raised()
    (record,) = records("--brand", "maison berthier", "--language", "en")
    assert (record["level"], record["state"], record["historic"]) == ("orange", "open", False)
    assert (record["time"], record["began"]) == ("2026-11-22T12:00:00Z", "2026-11-22T11:55:00Z")
    (reason,) = record["reasons"]  # type: ignore[misc]  # a list, from JSON
    assert reason["code"] == "tests_volume"
    assert reason["figures"] == {"observed": 14, "usual": 2}
    assert reason["words"]


def test_alerts_come_oldest_first(records: Records, raised: Raise, watch: Watch) -> None:
    for minute in (MINUTE - 100, MINUTE - 900):
        raised(watch, minute=minute, since=minute, historic=True)
    actions.take_raised()
    times = [record["time"] for record in records("--brand", "maison-berthier")]
    assert times == sorted(times)  # type: ignore[type-var]  # texts, from JSON


def test_a_brand_that_is_not_there_is_said(records: Records, watch: Watch) -> None:
    with pytest.raises(Exception, match="no brand is called Lacaze"):
        records("--brand", "Lacaze")


def test_two_organisations_with_the_same_brand_must_be_told_apart(
    records: Records, watch: Watch, other_organisation: Organisation
) -> None:
    Brand.objects.create(organisation=other_organisation, name="Maison Berthier", slug="maison-berthier")
    with pytest.raises(Exception, match="--organisation"):
        records("--brand", "Maison Berthier")
    assert records("--brand", "Maison Berthier", "--organisation", "maison-berthier") == []
