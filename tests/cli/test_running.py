"""`tocsin run` as its user sees it: one address, one Ctrl-C, and nothing left behind."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.running import Run, house

pytestmark = pytest.mark.processes


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Everything, not started yet."""
    with house(tmp_path) as run:
        yield run


def test_the_address_it_prints_opens_the_set_up_page(run: Run) -> None:
    address = run.start().removeprefix("Tocsin is ready: ").strip()
    page = httpx.get(address, headers={"Accept-Language": "fr"}, timeout=60)
    assert (page.status_code, "/setup/" in address) == (200, True)
    assert 'lang="fr"' in page.text
    assert httpx.get(f"http://127.0.0.1:{run.port}/api/v1/health", timeout=60).status_code == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_while_a_page_is_open_it_ends_the_page_s_stream_and_says_nothing(
    run: Run, number: signal.Signals
) -> None:
    cookies = {"sessionid": run.sign_in()}
    run.start()
    assert run.process is not None
    with httpx.stream("GET", f"http://127.0.0.1:{run.port}/live/", cookies=cookies, timeout=60) as stream:
        parts = stream.iter_lines()
        assert next(parts).startswith("retry:")
        run.process.send_signal(number)
        assert [line for line in parts if "CancelledError" in line] == []  # to its end, not cut off
    assert run.process.wait(60) == 0
    assert run.family() == set()
    assert run.log().splitlines() == ["Starting web, river and clock…"]
    assert "not running" in run.tocsin("doctor")


def test_when_it_is_killed_what_it_started_ends_by_itself(run: Run) -> None:
    run.sign_in()
    run.start()
    assert run.process is not None
    assert len(run.family()) >= 4
    run.process.kill()
    run.process.wait()
    run.wait_until(lambda: run.family() == set(), "alone")
