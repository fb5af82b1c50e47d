"""The few calls of Matrix's client-server API that the gate needs."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from django.utils.translation import gettext as _

from tocsin.errors import ConfigurationError
from tocsin.gate.channels.base import Never, NotNow
from tocsin.gate.channels.http import Answer, call, refuse

DEVICE = "TOCSIN"
MARK = "org.tocsin.message_id"
PAGES, EVENTS_A_PAGE = 5, 100


@dataclass(frozen=True, slots=True)
class Account:
    """Where the gate's Matrix account lives, with its access token or its name and password."""

    base: str
    token: str
    user: str
    password: str


def account_of(url: str) -> Account:
    """Read ``https://token@server/`` or ``https://user:password@server/``.

    Raises
    ------
    ConfigurationError
        When the address is neither.
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise ConfigurationError("TOCSIN_MATRIX_URL: the port is not a number; nothing is sent") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or not parts.username:
        raise ConfigurationError(
            "TOCSIN_MATRIX_URL must be https://token@server/ or https://user:password@server/; "
            "nothing is sent by Matrix until it is"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    base = f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"
    name, password = unquote(parts.username), unquote(parts.password or "")
    return Account(base, "" if password else name, name if password else "", password)


class Client:
    """Speaks for one account; safe to use from several threads."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._token = account.token
        self._user = ""
        self._lock = threading.Lock()

    def user(self) -> str:
        """Return the account's own ``@user:server``, signing in where needed."""
        with self._lock:
            if not self._token:
                self._sign_in()
            if not self._user:
                self._user = str(self._ask("GET", "account/whoami")["user_id"])
            return self._user

    def make_room(self, addressee: str) -> str:
        """Make a room for the account and one person, invite her, and return its id."""
        self.user()
        wanted = {"is_direct": True, "preset": "trusted_private_chat", "invite": [addressee]}
        return str(self._ask("POST", "createRoom", wanted)["room_id"])

    def membership(self, room: str, addressee: str) -> str:
        """Return ``join``, ``invite``, ``leave`` or ``ban``; nothing when the room is lost to the account."""
        self.user()
        answer = self._call("GET", f"rooms/{_in_path(room)}/state/m.room.member/{_in_path(addressee)}")
        if answer.status in {403, 404}:
            return ""
        return str(self._read(answer).get("membership", ""))

    def invite(self, room: str, addressee: str) -> None:
        """Invite a person again who left."""
        self._ask("POST", f"rooms/{_in_path(room)}/invite", {"user_id": addressee})

    def say(self, room: str, transaction: str, content: dict[str, str]) -> str:
        """Write into a room, and return the event's id; the same transaction writes once."""
        path = f"rooms/{_in_path(room)}/send/m.room.message/{_in_path(transaction)}"
        return str(self._ask("PUT", path, content)["event_id"])

    def said(self, room: str, message_id: str, since: datetime) -> str:
        """Return the id of the event that carries a message, looking back until `since`; or nothing."""
        self.user()
        for event in self._events(room):
            if event.get("content", {}).get(MARK) == message_id:
                return str(event.get("event_id", ""))
            if event.get("origin_server_ts", 0) < (since - timedelta(minutes=10)).timestamp() * 1000:
                break
        return ""

    def _events(self, room: str) -> Iterator[dict[str, Any]]:
        begin = ""
        for _page in range(PAGES):
            asked = {"dir": "b", "limit": str(EVENTS_A_PAGE)} | ({"from": begin} if begin else {})
            page = self._ask("GET", f"rooms/{_in_path(room)}/messages?{urlencode(asked)}")
            yield from page.get("chunk", [])
            begin = page.get("end", "")
            if not begin:
                return

    def _sign_in(self) -> None:
        wanted = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self._account.user},
            "password": self._account.password,
            "device_id": DEVICE,
            "initial_device_display_name": "Tocsin",
        }
        answer = self._read(self._call("POST", "login", wanted))
        self._token, self._user = str(answer["access_token"]), str(answer["user_id"])

    def _ask(self, method: str, path: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
        return self._read(self._call(method, path, content))

    def _call(self, method: str, path: str, content: dict[str, Any] | None = None) -> Answer:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        body = b"" if content is None else json.dumps(content).encode("utf-8")
        url = f"{self._account.base}/_matrix/client/v3/{path}"
        # the administrator names the server: it may well stand in the company's own network
        return call(method, url, headers=headers, content=body, private=True)

    def _read(self, answer: Answer) -> dict[str, Any]:
        """Return what an answer says.

        Raises
        ------
        NotNow, Never
        """
        try:
            told = json.loads(answer.text)
        except ValueError:
            told = None
        server = urlsplit(self._account.base).hostname or ""
        if answer.status == 401:
            if self._account.password:
                self._token = ""  # the session was ended; the next try signs in again
            raise NotNow(
                _("the Matrix server %(host)s refuses us: %(answer)s")
                % {"host": server, "answer": answer.words}
            )
        refuse(answer, server)
        if not isinstance(told, dict):
            raise Never(_("%(host)s is no Matrix server") % {"host": server})
        return told


def _in_path(text: str) -> str:
    return quote(text, safe="")
