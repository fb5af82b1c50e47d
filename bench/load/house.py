"""A house on a data folder of its own: `tocsin river` and `tocsin web` as they run for users."""
# ruff: noqa: PLC0415 - Django is set up by whoever opens the house

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from bench.load.posts import names

ROOT: Final = Path(__file__).resolve().parents[2]
PERSON: Final = "claire@load.test"
BRANDS: Final = 10
_PATIENCE: Final = 600.0


class House:
    """An organisation with ten brands and so many watches, and the processes that serve it.

    Parameters
    ----------
    folder : Path
        The data folder (TOCSIN_DATA) for which Django is set up.
    """

    def __init__(self, folder: Path, watches: int) -> None:
        from tocsin.bus.local import LocalBus

        self.folder, self.watched = folder, names(watches)
        self._declare()
        self.bus = LocalBus(folder / "bus.db")
        self._store = sqlite3.connect(folder / "river.db", timeout=20)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._log = (folder / "house.log").open("ab")

    def _declare(self) -> None:
        from django_scopes import scopes_disabled

        from tocsin.accounts.actions import create_organisation
        from tocsin.accounts.models import Membership, Organisation, User
        from tocsin.cli.migrating import migrate
        from tocsin.watch.models import Brand, Watch

        list(migrate())
        with scopes_disabled():
            if Organisation.objects.exists():
                return
            claire = User.objects.create_user(PERSON, None, name="Claire Vasseur", language="fr")
            organisation = create_organisation("Load", actor=claire, slug="load")
            Membership.objects.get_or_create(
                user=claire, organisation=organisation, defaults={"role": "administrator"}
            )
            brands = [
                Brand.objects.create(organisation=organisation, name=f"Brand {number}", slug=f"b{number}")
                for number in range(BRANDS)
            ]
            Watch.objects.bulk_create(
                Watch(
                    organisation=organisation, brand=brands[i % BRANDS], name=name, query=name, kind="topic"
                )
                for i, name in enumerate(self.watched)
            )

    def start(self, *which: str) -> None:
        """Start processes, and return once they answer."""
        for name in which:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", "tocsin.cli.main", name],
                env={**os.environ, "TOCSIN_PORT": str(self.port), "PYTHONPATH": str(ROOT)},
                cwd=ROOT,
                stdout=self._log,
                stderr=self._log,
            )
        until = time.monotonic() + 60
        while "web" in which and time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop every process."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.wait(60)
        self.bus.close()
        self._store.close()
        self._log.close()

    def publish(self, payload: bytes) -> None:
        """Lay a message on the bus."""
        self.bus.publish("posts", "posts", 1, 1, payload, meta={"brand": 0})

    def publish_all(self, messages: Iterable[bytes]) -> None:
        """Lay messages on the bus."""
        for payload in messages:
            self.publish(payload)

    def position(self) -> int:
        """Return how far the river has stored what is on the bus."""
        row = self._store.execute("SELECT sequence FROM consumer WHERE name='river'").fetchone()
        return int(row[0]) if row else 0

    def wait_until_stored(self) -> None:
        """Return once everything on the bus is stored."""
        last = self.bus.last("posts")
        self._wait(lambda: self.position() >= last, "stored")

    def wait_until_indexed(self) -> None:
        """Return once the full text holds everything that is stored."""
        self._wait(
            lambda: self._store.execute("SELECT count(*) FROM pending_text").fetchone()[0] == 0, "indexed"
        )

    def _wait(self, reached: Any, what: str) -> None:  # noqa: ANN401 - a callable
        until = time.monotonic() + _PATIENCE
        while not reached():
            ended = [name for name, process in self._processes.items() if process.poll() is not None]
            if ended or time.monotonic() > until:
                raise RuntimeError(f"never {what} (ended: {ended}); see {self.folder / 'house.log'}")
            time.sleep(0.01)

    def pids(self) -> dict[str, list[int]]:
        """Return the processes that run, with the one that reads ahead."""
        found = {name: [process.pid] for name, process in self._processes.items()}
        if "river" in found:
            found["ahead"] = _children(found["river"][0])
        return found

    def processor_seconds(self) -> dict[str, float]:
        """Return the processor time that each process has taken."""
        spent = {name: _spent(process.pid) for name, process in self._processes.items()}
        river = self._processes.get("river")
        if river is not None:
            spent["ahead"] = sum(_spent(child) for child in _children(river.pid))
        return spent


def _spent(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()] + [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        if task.name != str(pid)
        for child in (task / "children").read_text().split()
    ]
