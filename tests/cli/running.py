"""A whole `tocsin run` on a data folder of its own, started and watched from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90

SIGN_IN = """
from tocsin.cli.django_setup import set_up_django
set_up_django()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from tocsin.accounts.actions import set_up
claire, _ = set_up(name="Claire Vasseur", email="claire@maison-berthier.test", password="Levain-naturel-2026",
                   organisation="Maison Berthier", brand="Maison Berthier")
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(claire.pk), claire.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session.save()
print(session.session_key)
"""


class Run:
    """`tocsin run`, its three processes, and what they wrote."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._log = folder / "log"
        self._env = os.environ | {
            "TOCSIN_DATA": str(folder / "data"),
            "TOCSIN_PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
        }
        self.process: subprocess.Popen[bytes] | None = None
        self._family: set[psutil.Process] = set()

    def tocsin(self, *arguments: str) -> str:
        """Run a command to its end, and return what it printed."""
        return self.python("-m", "tocsin.cli.main", *arguments)

    def python(self, *arguments: str) -> str:
        """Run Python to its end, and return what it printed."""
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, env=self._env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def sign_in(self) -> str:
        """Declare Maison Berthier, and return the key of a session of its director of communication."""
        return self.python("-c", SIGN_IN).strip()

    def start(self) -> str:
        """Start everything; return the address that was printed, once all three run."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tocsin.cli.main", "run"],
            env=self._env, cwd=ROOT, stdout=subprocess.PIPE, stderr=self._log.open("ab"),
        )  # fmt: skip
        assert self.process.stdout is not None
        address = self.process.stdout.readline().decode()
        assert address, self.log()
        self.wait_until(lambda: len(self.family()) >= 4, "complete")
        return address

    def family(self) -> set[psutil.Process]:
        """Return the supervisor and everything it ever started that still runs."""
        assert self.process is not None
        with_children = {psutil.Process(self.process.pid)} if self.process.poll() is None else set()
        for parent in list(with_children):
            with_children |= set(parent.children(recursive=True))
        self._family |= with_children
        return {one for one in self._family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE}

    def log(self) -> str:
        """Return what was written on standard error."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def wait_until(self, reached: Callable[[], object], what: str) -> None:
        """Return once something is so; fail when patience ends."""
        tick = threading.Event()
        for _ in range(PATIENCE_SECONDS * 20):
            if reached():
                return
            tick.wait(0.05)
        raise AssertionError(f"never {what}: {self.log()}")

    def close(self) -> None:
        """Leave nothing behind."""
        if self.process is not None:
            for one in self.family():
                one.kill()
            self.process.wait()


@contextmanager
def house(folder: Path) -> Iterator[Run]:
    """Give a house whose databases are there and which has not been started."""
    run = Run(folder)
    try:
        run.tocsin("migrate")
        yield run
    finally:
        run.close()
