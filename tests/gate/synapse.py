"""A real Matrix server (Synapse) on loopback, with a temporary database and the accounts of the tests."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

SECRET = "levain"
STARTS_WITHIN = 90

CONFIGURATION = """
server_name: berthier.test
report_stats: false
pid_file: {folder}/pid
listeners:
  - port: {port}
    type: http
    bind_addresses: ["127.0.0.1"]
    resources: [{{names: [client]}}]
database: {{name: sqlite3, args: {{database: {folder}/synapse.db}}}}
media_store_path: {folder}/media
signing_key_path: {folder}/signing.key
log_config: {folder}/log.yaml
registration_shared_secret: {secret}
enable_registration: false
suppress_key_server_warning: true
trusted_key_servers: []
presence: {{enabled: false}}
caches: {{sync_response_cache_duration: 0s}}
rc_message: {{per_second: 1000, burst_count: 1000}}
rc_login:
  address: {{per_second: 1000, burst_count: 1000}}
  account: {{per_second: 1000, burst_count: 1000}}
rc_invites:
  per_room: {{per_second: 1000, burst_count: 1000}}
  per_user: {{per_second: 1000, burst_count: 1000}}
"""

LOG = """
version: 1
formatters: {{plain: {{format: '%(asctime)s %(levelname)s %(name)s %(message)s'}}}}
handlers: {{file: {{class: logging.FileHandler, filename: {folder}/log, formatter: plain}}}}
root: {{level: WARNING, handlers: [file]}}
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account: her address and her access token."""

    address: str
    token: str


class Synapse:
    """The server, from `start` to `stop`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and return once it answers."""
        values = {"folder": self._folder, "port": self.port, "secret": SECRET}
        (self._folder / "homeserver.yaml").write_text(CONFIGURATION.format(**values))
        (self._folder / "log.yaml").write_text(LOG.format(**values))
        command = [
            sys.executable,
            "-m",
            "synapse.app.homeserver",
            "-c",
            str(self._folder / "homeserver.yaml"),
        ]
        subprocess.run([*command, "--generate-keys"], check=True, capture_output=True)
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, cwd=self._folder
        )
        self._wait()

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(30)

    def register(self, name: str, password: str = "Levain-naturel-2026") -> Person:
        """Make an account by the server's shared secret."""
        nonce = self.ask("GET", "/_synapse/admin/v1/register")["nonce"]
        said = "\0".join([nonce, name, password, "notadmin"]).encode()
        mac = hmac.new(SECRET.encode(), said, hashlib.sha1).hexdigest()
        made = self.ask(
            "POST",
            "/_synapse/admin/v1/register",
            {"nonce": nonce, "username": name, "password": password, "admin": False, "mac": mac},
        )
        return Person(made["user_id"], made["access_token"])

    def ask(
        self, method: str, path: str, content: dict[str, Any] | None = None, token: str = ""
    ) -> dict[str, Any]:
        """Make one call of the server's interface, as a client of somebody else's would."""
        request = urllib.request.Request(
            f"{self.url}{path}",
            method=method,
            data=None if content is None else json.dumps(content).encode(),
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {token}"} if token else {}),
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            told: dict[str, Any] = json.load(response)
        return told

    def invitations(self, person: Person) -> list[str]:
        """Return the rooms to which somebody is invited."""
        return list(self._sync(person)["rooms"].get("invite", {}))

    def join(self, person: Person, room: str) -> None:
        """Accept an invitation."""
        self.ask("POST", f"/_matrix/client/v3/rooms/{quote(room)}/join", {}, person.token)

    def leave(self, person: Person, room: str) -> None:
        """Leave a room."""
        self.ask("POST", f"/_matrix/client/v3/rooms/{quote(room)}/leave", {}, person.token)

    def messages(self, person: Person, room: str) -> list[dict[str, Any]]:
        """Return what somebody reads in a room, oldest first."""
        path = f"/_matrix/client/v3/rooms/{quote(room)}/messages?dir=f&limit=100"
        events = self.ask("GET", path, token=person.token)["chunk"]
        return [event["content"] for event in events if event["type"] == "m.room.message"]

    def _sync(self, person: Person) -> dict[str, Any]:
        told = self.ask("GET", "/_matrix/client/v3/sync?timeout=0", token=person.token)
        return {"rooms": told.get("rooms", {})}

    def _wait(self) -> None:
        ends = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < ends:
            try:
                self.ask("GET", "/_matrix/client/versions")
            except (urllib.error.URLError, ConnectionError):
                if self._process.poll() is not None:
                    break
                time.sleep(0.1)
            else:
                return
        log = self._folder / "log"
        raise RuntimeError(f"Synapse did not start: {log.read_text()[-2000:] if log.exists() else ''}")
