"""A company's own programs are called, know who calls, and are never called inside by a stranger's doing."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from django_scopes import scope

from tests.clock.conftest import NOON
from tests.gate.conftest import now
from tests.gate.receivers import Received, Receiver
from tocsin.accounts.models import Organisation, User
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime, simulated
from tocsin.gate import actions, selectors
from tocsin.gate import hooks as hooking
from tocsin.gate.addresses import AddressForbidden
from tocsin.gate.models import Hook, Outgoing, OutgoingState
from tocsin.journal.selectors import entries
from tocsin.watch.models import Brand

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"

pytestmark = pytest.mark.django_db


@pytest.fixture
def tool(settings: object) -> Iterator[Receiver]:
    """The publishing tool, on an address that the settings allow."""
    settings.FETCH_PRIVATE = True  # type: ignore[attr-defined]  # pytest-django's wrapper
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def made(tool: Receiver, organisation: Organisation, ines: User) -> tuple[Hook, str]:
    """The hook of the publishing tool, with its secret."""
    return hooking.add(organisation, ines, name="Buffer", url=f"{tool.url}/tocsin", brand=None)


def call(hook: Hook, key: str = "freeze-1") -> Outgoing:
    """Tell the tool of a freeze, and let the clock send what is due."""
    outgoing = actions.call_hook(hook, "publication.freeze", {"until": "2026-11-22T18:00:00Z"}, key=key)
    Clock().run_due()
    return now(outgoing)


def is_signed(received: Received, secret: str) -> bool:
    """Check a call as the guide tells programs to."""
    values = dict(part.split("=", 1) for part in received.headers["tocsin-signature"].split(","))
    expected = hmac.new(secret.encode(), f"{values['t']}.".encode() + received.body, hashlib.sha256)
    return hmac.compare_digest(expected.hexdigest(), values["v1"])


def test_a_program_is_told_what_happened_by_whom_it_can_check(
    time: SimulatedTime, tool: Receiver, made: tuple[Hook, str], organisation: Organisation
) -> None:
    hook, secret = made
    sent = call(hook)
    (received,) = tool.taken
    assert json.loads(received.body) == {
        "event": "publication.freeze",
        "id": "freeze-1",
        "created_at": NOON.isoformat(),
        "organisation": "maison-berthier",
        "brand": None,
        "data": {"until": "2026-11-22T18:00:00Z"},
    }
    assert is_signed(received, secret)
    assert not is_signed(received, secret + "x")
    assert received.headers["tocsin-signature"].startswith(f"t={int(NOON.timestamp())},v1=")
    assert received.headers["idempotency-key"] == sent.message_id.strip("<>")
    assert sent.state == OutgoingState.SENT
    hook.refresh_from_db()
    assert (hook.last_ok_at, hook.last_problem) == (NOON, "")


@pytest.mark.parametrize("page", ["fr/webhooks.md", "en/webhooks.md"])
def test_the_lines_of_the_guide_tell_who_calls(
    time: SimulatedTime,
    tool: Receiver,
    made: tuple[Hook, str],
    monkeypatch: pytest.MonkeyPatch,
    page: str,
) -> None:
    lines = (GUIDE / page).read_text(encoding="utf-8").split("    import hashlib", 1)[1]
    code = "import hashlib" + lines.split("\n\n")[0] + "\n\n" + dedent("\n" + lines.split("\n\n")[1])
    names: dict[str, Any] = {}
    exec(code, names)
    check = next(value for name, value in names.items() if name.endswith("_tocsin"))
    call(made[0])
    header, body = tool.taken[0].headers["tocsin-signature"], tool.taken[0].body
    monkeypatch.setattr("time.time", lambda: NOON.timestamp() + 60)
    assert check(header, body, made[1])
    assert not check(header, body + b" ", made[1])
    assert not check(header, body, "another")
    monkeypatch.setattr("time.time", lambda: NOON.timestamp() + 600)
    assert not check(header, body, made[1])


def test_the_same_key_calls_once(time: SimulatedTime, tool: Receiver, made: tuple[Hook, str]) -> None:
    call(made[0])
    call(made[0])
    assert len(tool.taken) == 1


@pytest.mark.parametrize(
    ("order", "state"),
    [
        (404, OutgoingState.FAILED),
        (302, OutgoingState.FAILED),
        (503, OutgoingState.WAITING),
        (429, OutgoingState.WAITING),
        ("drop", OutgoingState.UNKNOWN),
    ],
)
def test_what_it_answers_decides_and_is_noted_on_the_hook(
    time: SimulatedTime, tool: Receiver, made: tuple[Hook, str], order: int | str, state: str
) -> None:
    tool.orders = [order]
    found = call(made[0])
    assert found.state == state
    made[0].refresh_from_db()
    assert made[0].last_problem
    assert (found.problem, made[0].last_ok_at) == (made[0].last_problem, None)


def test_a_removed_program_is_called_no_more(
    time: SimulatedTime, tool: Receiver, made: tuple[Hook, str], organisation: Organisation, ines: User
) -> None:
    outgoing = actions.call_hook(made[0], "publication.freeze", {}, key="freeze-1")
    hooking.remove(organisation, ines, made[0].pk)
    Clock().run_due()
    assert (now(outgoing).state, tool.taken) == (OutgoingState.FAILED, [])
    verbs = ["gate.hook_added", "gate.hook_removed", "gate.failed"]
    assert [entry.verb for entry in entries(organisation)] == verbs


def test_quiet_hours_do_not_hold_what_a_program_is_told(
    tool: Receiver, made: tuple[Hook, str], organisation: Organisation, ines: User
) -> None:
    actions.set_quiet_hours(organisation, ines, time_of_day(22), time_of_day(7))
    with simulated(datetime(2026, 11, 22, 22, 30, tzinfo=UTC)):
        assert call(made[0]).state == OutgoingState.SENT


def test_the_secret_stands_nowhere_in_the_clear(made: tuple[Hook, str], organisation: Organisation) -> None:
    hook, secret = made
    assert secret not in hook.secret
    assert secret not in str([entry.data for entry in entries(organisation)])


def test_a_secret_kept_under_another_key_is_told(
    time: SimulatedTime, tool: Receiver, made: tuple[Hook, str], settings: object
) -> None:
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]  # pytest-django's wrapper
    failed = call(made[0])
    assert (failed.state, tool.taken) == (OutgoingState.FAILED, [])
    assert "make a new one" in failed.problem


@pytest.mark.parametrize(
    "url", ["http://tool.example.net/", "https://192.168.1.4/", "https://localhost/", "ftp://x", "x", ""]
)
def test_an_address_inside_or_in_the_clear_is_refused(
    organisation: Organisation, ines: User, url: str
) -> None:
    with pytest.raises(AddressForbidden):
        hooking.add(organisation, ines, name="Tool", url=url, brand=None)
    assert not selectors.hooks(organisation).exists()


def test_a_brand_s_programs_are_its_own_and_those_of_all(
    made: tuple[Hook, str],
    organisation: Organisation,
    other_organisation: Organisation,
    ines: User,
    brand: Brand,
) -> None:
    with scope(organisation=organisation):
        other = Brand.objects.create(organisation=organisation, name="Fournil", slug="fournil")
    mine, _secret = hooking.add(organisation, ines, name="Swello", url="https://swello.test/", brand=brand)
    assert list(selectors.hooks(organisation)) == [made[0], mine]
    assert list(selectors.hooks(organisation, brand)) == [made[0], mine]
    assert list(selectors.hooks(organisation, other)) == [made[0]]
    assert not selectors.hooks(other_organisation).exists()
