"""`tocsin run` starts its children, starts again those that end, and stops them all."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tocsin.cli import supervising
from tocsin.cli.supervising import Child, Supervisor

pytestmark = pytest.mark.processes
WAIT = 30

STEADY = (
    "import pathlib, signal, sys; pathlib.Path(sys.argv[1]).open('a').write('started\\n'); signal.pause()"
)
BRIEF = "import pathlib, sys; pathlib.Path(sys.argv[1]).open('a').write('started\\n'); sys.exit(3)"
DEAF = (
    "import pathlib, signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "pathlib.Path(sys.argv[1]).open('a').write('started\\n'); signal.pause()"
)


def child(program: str, trace: Path) -> Child:
    return Child(trace.name, [sys.executable, "-c", program, str(trace)])


def started(trace: Path) -> int:
    return trace.read_text().count("started") if trace.exists() else 0


def supervise(
    children: list[Child], until: Callable[[Supervisor], bool], ready: Callable[[], bool]
) -> list[str]:
    """Supervise in a thread until a condition holds, and return what was said."""
    said: list[str] = []
    supervisor = Supervisor(children, said.append)
    thread = threading.Thread(target=supervisor.run, args=(ready,))
    thread.start()
    tick = threading.Event()
    try:
        assert any(until(supervisor) or tick.wait(0.05) for _ in range(WAIT * 20))
    finally:
        supervisor.stop()
        thread.join(WAIT)
    assert not thread.is_alive()
    return said


def test_children_run_and_stop_together(tmp_path: Path) -> None:
    traces = [tmp_path / "web", tmp_path / "river", tmp_path / "clock"]
    children = [child(STEADY, trace) for trace in traces]
    supervise(
        children,
        until=lambda _: all(started(trace) == 1 for trace in traces),
        ready=lambda: started(traces[0]) == 1,
    )
    assert all(each.process is not None and each.process.poll() is not None for each in children)


def test_a_child_that_ends_is_started_again_after_a_while(tmp_path: Path) -> None:
    trace = tmp_path / "river"
    said = supervise([child(BRIEF, trace)], until=lambda _: started(trace) >= 2, ready=lambda: True)
    assert said[0] == "river ended (exit status 3); it starts again in 1 s"


def test_a_killed_child_is_started_again_and_the_way_it_ended_is_said(tmp_path: Path) -> None:
    trace = tmp_path / "clock"
    killed = child(STEADY, trace)

    victims: list[int] = []

    def kill_once(_supervisor: Supervisor) -> bool:
        if started(trace) == 1 and not victims:
            assert killed.process is not None
            victims.append(killed.process.pid)
            killed.process.kill()
        return started(trace) >= 2

    said = supervise([killed], until=kill_once, ready=lambda: True)
    assert said[0].startswith("clock ended (killed by SIGKILL)")


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "GRACE_SECONDS", 0.2)
    trace = tmp_path / "deaf"
    deaf = child(DEAF, trace)
    supervise([deaf], until=lambda _: started(trace) == 1, ready=lambda: True)
    assert deaf.process is not None
    assert not psutil.pid_exists(deaf.process.pid)


def test_the_first_child_starts_before_the_others(tmp_path: Path) -> None:
    first, second = tmp_path / "web", tmp_path / "river"
    held = threading.Event()

    def hold(_supervisor: Supervisor) -> bool:
        if started(first) and not held.is_set():
            assert started(second) == 0
            held.set()
        return started(second) == 1

    supervise([child(STEADY, first), child(STEADY, second)], until=hold, ready=held.is_set)


def test_arguments_of_the_opening_are_given_once(tmp_path: Path) -> None:
    trace = tmp_path / "web"
    program = "import pathlib, sys; pathlib.Path(sys.argv[1]).open('a').write(f'{sys.argv[2:]} started\\n')"
    web = Child("web", [sys.executable, "-c", program, str(trace)], ["--announce"])
    supervise([web], until=lambda _: started(trace) >= 2, ready=lambda: True)
    assert trace.read_text().splitlines()[:2] == ["['--announce'] started", "[] started"]


def test_waits_grow_up_to_half_a_minute(tmp_path: Path) -> None:
    brief = child(BRIEF, tmp_path / "brief")
    supervisor = Supervisor([brief], lambda _: None)
    waits = []
    for _ in range(9):
        brief.due = 0.0
        supervisor._keep(brief)
        assert brief.process is not None
        brief.process.wait(WAIT)
        supervisor._keep(brief)
        waits.append(brief.pause)
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30, 30]
