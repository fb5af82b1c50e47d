"""Keeping several processes running: restarted with back-off when one ends, stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

SUPERVISED = "TOCSIN_SUPERVISED_BY"
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
GRACE_SECONDS = 20.0
HEAD_START_SECONDS = 15.0
LOOK_SECONDS = 0.1

Say = Callable[[str], None]


@dataclass(slots=True)
class Child:
    """One process that must run; `opening` are arguments of its first start alone."""

    name: str
    command: Sequence[str]
    opening: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.5
    due: float = field(default=0.0)


def tocsin(name: str, *, opening: Sequence[str] = ()) -> Child:
    """Return the child that runs ``tocsin <name>``."""
    return Child(name, [sys.executable, "-m", "tocsin.cli.main", name], opening)


class Supervisor:
    """Starts children, starts again those that end, and stops them all when told to.

    Parameters
    ----------
    say
        Told what happens, in words.
    """

    def __init__(self, children: Sequence[Child], say: Say) -> None:
        self._children = list(children)
        self._say = say
        self._stopping = threading.Event()

    def run(self, ready: Callable[[], bool]) -> None:
        """Supervise until `stop`.

        The first child starts alone until `ready` says so, so that whoever waits for it does not wait for
        the others too.
        """
        first_is_ready = False
        others_wait_until = time.monotonic() + HEAD_START_SECONDS
        try:
            while not self._stopping.is_set():
                alone = not first_is_ready and time.monotonic() < others_wait_until
                for child in self._children[:1] if alone else self._children:
                    self._keep(child)
                if first_is_ready or not ready():
                    self._stopping.wait(LOOK_SECONDS)
                else:
                    first_is_ready = True
        finally:
            self._stop_all()

    def stop(self) -> None:
        """Ask for the end; said twice, children are killed."""
        if self._stopping.is_set():
            for child in self._running():
                child.kill()
        self._stopping.set()

    def _keep(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.due:
                self._start(child, now)
            return
        status = child.process.poll()
        if status is None:
            return
        child.process = None
        child.pause = 0.5 if now - child.started > STEADY_SECONDS else min(child.pause * 2, LONGEST_PAUSE)
        child.due = now + child.pause
        self._say(f"{child.name} ended ({_ending(status)}); it starts again in {child.pause:.0f} s")

    def _start(self, child: Child, now: float) -> None:
        # A session of its own: Ctrl-C reaches this process alone, which stops the others in order.
        child.process = subprocess.Popen(  # noqa: S603 - our own command
            [*child.command, *child.opening],
            env=os.environ | {SUPERVISED: str(os.getpid())},
            start_new_session=True,
        )
        child.started, child.opening = now, ()

    def _running(self) -> list[subprocess.Popen[bytes]]:
        processes = [child.process for child in self._children if child.process is not None]
        return [process for process in processes if process.poll() is None]

    def _stop_all(self) -> None:
        for process in self._running():
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for process in self._running():
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _ending(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
