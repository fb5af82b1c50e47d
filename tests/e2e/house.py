"""A Tocsin of its own for journeys: real processes, a data folder, a port, and a browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
]


@dataclass(frozen=True)
class House:
    """Where a running Tocsin is, and what is set beside what every house has."""

    address: str
    data: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Return the environment of its processes."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
        port = self.address.rpartition(":")[2]
        own = {"TOCSIN_DATA": str(self.data), "TOCSIN_PORT": port, "TOCSIN_LANGUAGE": "fr"}
        return {**kept, **own, **self.settings}

    def run(self, *words: str) -> str:
        """Run a command of Tocsin to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "tocsin.cli.main", *words],
            env=self.environment(), cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        return done.stdout

    def told(self, script: str) -> str:
        """Run a few lines inside its Django and return what they printed."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{script}"],
            env=self.environment() | {"DJANGO_SETTINGS_MODULE": "tocsin.settings"},
            cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        return done.stdout.strip()


@contextmanager
def opened(data: Path, settings: Mapping[str, str] | None = None) -> Iterator[House]:
    """Serve a fresh data folder as long as the block lasts.

    Parameters
    ----------
    settings
        More of the environment; ``{address}`` in a value stands for where the house is.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    more = {name: value.format(address=address) for name, value in (settings or {}).items()}
    house = House(address, data, more)
    house.run("migrate")
    started = [_start(house, name) for name in ("web", "river", "clock")]
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=9)) as client:
            client.get(f"{house.address}/accounts/login/", timeout=60).raise_for_status()
        yield house
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


def _start(house: House, name: str) -> subprocess.Popen[bytes]:
    log = (house.data / f"{name}.log").open("wb")
    command = [sys.executable, "-m", "tocsin.cli.main", name]
    return subprocess.Popen(command, env=house.environment(), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
