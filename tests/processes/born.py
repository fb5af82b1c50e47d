"""Processes of Tocsin under test, borne by `tests.processes.nursery` so that each starts at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

ROOT = Path(__file__).parents[2]
PATIENCE = 300.0
"""Seconds after which something that should have happened never will; a busy machine takes long."""


def beside(module: str, environment: Mapping[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a process of the tests' own that is asked and answers."""
    return subprocess.Popen(
        [sys.executable, "-m", module],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
    )


class Nursery:
    """Bears processes, which know the environment and write into the log.

    Parameters
    ----------
    log : Path
        Written by all of them.
    """

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._environment, self._path = environment, log
        self._nurse: subprocess.Popen[bytes] | None = None

    def bear(self, name: str) -> psutil.Process:
        """Return a new process that becomes ``tocsin NAME``."""
        if self._nurse is None:
            with self._path.open("ab") as log:
                self._nurse = beside("tests.processes.nursery", self._environment, log)
        assert self._nurse.stdin is not None
        assert self._nurse.stdout is not None
        self._nurse.stdin.write(f"{name}\n".encode())
        self._nurse.stdin.flush()
        born = self._nurse.stdout.readline()
        assert born, self.log()
        return psutil.Process(int(born))

    def log(self) -> str:
        """Return the last of what the processes wrote."""
        return self._path.read_text(errors="replace")[-4000:]

    def close(self) -> None:
        """Bear no more; those that were borne live on."""
        if self._nurse is not None:
            self._nurse.kill()
            self._nurse.wait()


def kill(process: psutil.Process) -> None:
    """Kill a process without a word."""
    with suppress(psutil.NoSuchProcess):
        process.kill()
        process.wait(PATIENCE)


def has_ended(process: psutil.Process) -> bool:
    """Return whether a process is gone."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
