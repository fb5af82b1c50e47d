"""The doctor says in words what is wrong, one thing broken at a time."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django_scopes import scopes_disabled

from tests.clock.conftest import NOON
from tocsin.accounts.models import Organisation
from tocsin.bus.local import LocalBus
from tocsin.cli import checkup_installation as installation
from tocsin.cli import checkup_running as running
from tocsin.cli.findings import Finding, Grade, look, well
from tocsin.cli.migrating import migrate
from tocsin.clock import actions as clock
from tocsin.clock import handlers
from tocsin.clock.models import Deadline, Heartbeat
from tocsin.clock.simulated import SimulatedTime, simulated
from tocsin.errors import ConfigurationError
from tocsin.gate.models import Outgoing
from tocsin.journal import actions as journal
from tocsin.journal.models import Entry
from tocsin.listen.models import Source

Check = Callable[[], Iterable[Finding]]


def found(check: Check) -> tuple[Grade, str]:
    """Return the gravest finding of a check."""
    order = [Grade.WELL, Grade.NOTE, Grade.WRONG]
    gravest = max(check(), key=lambda finding: order.index(finding.grade))
    return gravest.grade, gravest.words


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """A data folder of this test's own."""
    settings.DATA, settings.JOURNAL_KEY = tmp_path, ""
    return tmp_path


def test_a_folder_that_is_not_there_is_wrong(settings: Any, folder: Path) -> None:
    assert found(installation.check_data_folder)[0] == Grade.WELL
    settings.DATA = folder / "missing"
    assert found(installation.check_data_folder)[0] == Grade.WRONG


@pytest.mark.parametrize(
    ("free", "grade"), [(100 << 20, Grade.WRONG), (1 << 30, Grade.NOTE), (9 << 30, Grade.WELL)]
)
def test_a_full_disk_is_said_before_it_is_full(
    folder: Path, monkeypatch: pytest.MonkeyPatch, free: int, grade: Grade
) -> None:
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage)
    assert found(installation.check_disk_space)[0] == grade


@pytest.mark.django_db
def test_databases_that_are_up_to_date_are_well() -> None:
    assert found(installation.check_database)[0] == Grade.WELL
    assert found(installation.check_river_database)[0] == Grade.WELL


@pytest.mark.django_db
def test_a_migration_that_waits_is_wrong() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'alerts'")
    grade, words = found(installation.check_database)
    assert (grade, "tocsin migrate" in words) == (Grade.WRONG, True)


@pytest.mark.django_db
def test_databases_of_a_newer_tocsin_are_wrong_and_left_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('alerts', '0099_later', '2027-01-01')"
        )
    assert found(installation.check_database)[0] == Grade.WRONG
    assert "alerts.0099_later" in found(installation.check_database)[1]
    with pytest.raises(ConfigurationError, match=r"newer Tocsin \(alerts\.0099_later.*Nothing was changed"):
        list(migrate())


@pytest.mark.django_db
def test_a_river_without_tables_is_wrong() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE consumer RENAME TO consumer_elsewhere")
    grade, words = found(installation.check_river_database)
    assert (grade, "tocsin migrate" in words) == (Grade.WRONG, True)


def test_a_key_that_others_can_read_is_wrong(folder: Path) -> None:
    key = folder / "keys" / "secret"
    key.parent.mkdir()
    key.write_text("flour")
    key.chmod(0o600)
    assert found(installation.check_secrets)[0] == Grade.WELL
    key.chmod(0o640)
    assert found(installation.check_secrets) == (
        Grade.WRONG,
        f"the key {key} can be read by others; run `chmod 600 {key}`",
    )


@pytest.mark.parametrize(
    ("setting", "grade", "said"),
    [
        (("SMS_URL", ""), Grade.NOTE, "TOCSIN_SMS_URL is not set"),
        (("SMS_URL", "json://sms.berthier.test/"), Grade.WRONG, "{to}"),
        (("SMS_URL", "pigeon://{to}"), Grade.WRONG, "TOCSIN_SMS_URL: Apprise does not know address 1"),
        (
            ("SMS_URL", "json://sms.berthier.test/?:to={to}"),
            Grade.WELL,
            "text messages leave by JSON (sms.berthier.test)",
        ),
        (
            ("VOICE_URL", "json://a.test/{to}, json://b.test/{to}"),
            Grade.WELL,
            "JSON (a.test), then JSON (b.test)",
        ),
        (("MATRIX_URL", "https://matrix.berthier.test/"), Grade.WRONG, "TOCSIN_MATRIX_URL must be"),
        (("MATRIX_URL", "https://s3cret@matrix.berthier.test/"), Grade.WELL, "leave by https://matrix."),
    ],
)
def test_each_way_out_is_looked_at(
    settings: Any, folder: Path, setting: tuple[str, str], grade: Grade, said: str
) -> None:
    settings.SMS_URL = settings.VOICE_URL = settings.MATRIX_URL = ""
    setattr(settings, *setting)
    findings = [(one.grade, one.words) for one in installation.check_ways_out()]
    assert [one for one in findings if one[0] == grade and said in one[1]]
    assert "s3cret" not in str(findings)
    assert list(folder.iterdir()) == []


def test_a_key_of_push_that_is_none_is_wrong(folder: Path) -> None:
    (folder / "keys").mkdir()
    (folder / "keys" / "push").write_text("flour")
    assert "holds no key for push" in found(installation.check_ways_out)[1]


@pytest.mark.parametrize(
    ("url", "sender", "grade"),
    [
        ("", "", Grade.NOTE),
        ("http://mail.test", "", Grade.WRONG),
        ("smtp://mail.test", "", Grade.NOTE),
        ("smtp://mail.test", "tocsin@maison-berthier.test", Grade.WELL),
    ],
)
def test_mail_is_looked_at(settings: Any, url: str, sender: str, grade: Grade) -> None:
    settings.EMAIL_URL, settings.EMAIL_FROM = url, sender
    assert found(installation.check_mail)[0] == grade


@pytest.fixture
def time() -> Iterable[SimulatedTime]:
    """A clock that moves only when told."""
    with simulated(NOON) as moving:
        yield moving


@pytest.mark.django_db
def test_a_process_that_died_without_saying_so_is_wrong(time: SimulatedTime) -> None:
    assert {finding.grade for finding in running.check_processes()} == {Grade.NOTE}
    for process in running.PROCESSES:
        clock.beat(process)
    assert {finding.grade for finding in running.check_processes()} == {Grade.WELL}
    clock.rest("clock")
    time.advance(minutes=5)
    grades = {finding.words.split()[0]: finding.grade for finding in running.check_processes()}
    assert grades == {"web": Grade.WRONG, "river": Grade.WRONG, "clock": Grade.NOTE}
    time.advance(days=2)
    assert clock.forget_silent() == 2
    assert not Heartbeat.objects.exists()


def test_a_source_that_fails_is_wrong_with_its_reason(source: Source) -> None:
    assert found(running.check_sources)[0] == Grade.WELL
    source.state, source.problem, source.problem_data = "dead", "status", {"status": 404}
    source.save()
    grade, words = found(running.check_sources)
    assert grade == Grade.WRONG
    assert words.startswith("the source Le Courrier de la Loire is dead: ")
    assert "404" in words


@pytest.mark.django_db
def test_a_clock_that_is_late_is_wrong(time: SimulatedTime) -> None:
    handlers.register("tests.late")(lambda _deadline: None)
    clock.set("tests.late", NOON, key="late")
    assert found(running.check_clock)[0] == Grade.WELL
    time.advance(minutes=3)
    assert found(running.check_clock) == (Grade.WRONG, "the clock is 180 s late; is `tocsin clock` running?")


@pytest.mark.django_db
def test_a_deadline_that_was_given_up_is_wrong_with_its_problem() -> None:
    Deadline.objects.create(
        handler="alerts.wake", key="alerts.wake:1", due_at=NOON, state="failed", problem="no flour"
    )
    assert found(running.check_clock) == (Grade.WRONG, "alerts.wake (alerts.wake:1) was given up: no flour")


def test_a_message_nobody_knows_about_is_wrong(organisation: Organisation) -> None:
    assert found(running.check_gate)[0] == Grade.WELL
    Outgoing.objects.create(
        organisation=organisation, key="k", message_id="m", body="b", state="unknown", created_at=NOON
    )
    grade, words = found(running.check_gate)
    assert (grade, "1 may have left or not" in words) == (Grade.WRONG, True)


def test_a_journal_that_was_touched_is_wrong(organisation: Organisation, folder: Path) -> None:
    journal.record("alerts.raised", actor=None, organisation=organisation)
    assert found(running.check_journal)[0] == Grade.WELL
    with scopes_disabled():
        Entry.objects.update(recorded_at=NOON - timedelta(days=9))
    grade, words = found(running.check_journal)
    assert (grade, words) == (
        Grade.WRONG,
        "journal of maison-berthier: entry 1 (alerts.raised) was altered",
    )


def test_a_check_that_breaks_does_not_silence_the_others() -> None:
    def check_the_oven() -> Iterable[Finding]:
        raise RuntimeError("it is cold")

    findings = look([check_the_oven, lambda: [well("the shop is open")]])
    assert [finding.grade for finding in findings] == [Grade.WRONG, Grade.WELL]
    assert findings[0].words == "the oven: could not be looked at (RuntimeError: it is cold)"


@pytest.mark.django_db
def test_only_batches_that_are_still_kept_count_as_waiting(settings: Any, folder: Path) -> None:
    settings.BUS = ""
    bus = LocalBus(folder / "bus.db")
    bus.subscribe("posts", "river")
    for _ in range(3 * running.BATCHES_BEHIND):
        last = bus.publish("posts", "posts", 1, 1, b"{}", meta={})
    assert found(running.check_bus) == (
        Grade.WRONG,
        f"the river is {last} batches behind the bus; they are kept until it has taken them",
    )
    bus.passed("posts", "river", last)
    bus.trim()
    kept = len(bus.read("posts", 0))
    bus.close()
    assert found(running.check_bus) == (Grade.WELL, f"the river is {kept} batches behind the bus")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO consumer VALUES ('river', %s)", [last])
    assert found(running.check_bus) == (Grade.WELL, "the river is 0 batches behind the bus")
