"""Matrix: a message in the room that Tocsin's account shares with one person."""

from __future__ import annotations

import re
import threading
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from tocsin.clock.time import house_now
from tocsin.gate import ways
from tocsin.gate.channels.base import Never, NotNow, Unknown
from tocsin.gate.channels.matrix_client import MARK, Client, account_of
from tocsin.gate.models import MatrixRoom

if TYPE_CHECKING:
    from tocsin.gate.models import Outgoing

_ADDRESS = re.compile(r"@[!-9;-~]+:[A-Za-z0-9.\[\]:-]+")
_MAIN = re.compile(r"<main>(.*)</main>", re.DOTALL)
_making = threading.Lock()


class Matrix:
    """The way out to people on Matrix."""

    def open(self, outgoing: Outgoing) -> MatrixHandover:
        """Sign in, and have the room ready in which the addressee is, or is invited."""
        client = _client()
        if len(outgoing.addressee) > 255 or not _ADDRESS.fullmatch(outgoing.addressee):
            raise Never(_("%(address)s is no Matrix address") % {"address": outgoing.addressee[:100]})
        try:
            room = _room(client, outgoing.addressee)
        except Unknown as silence:
            # an invitation may have left twice, which harms nobody; the message has not
            raise NotNow(str(silence)) from silence
        return MatrixHandover(client, room, outgoing)

    def read_back(self, outgoing: Outgoing) -> bool | None:
        """Return whether the room shows the message: each carries its Message-ID."""
        client = _client()
        room = _remembered(client, outgoing.addressee)
        if room is None:
            return False
        try:
            return bool(client.said(room, outgoing.message_id, outgoing.sending_since or outgoing.created_at))
        except (Never, Unknown) as problem:
            raise NotNow(str(problem)) from problem


class MatrixHandover:
    """A room that waits for its message."""

    def __init__(self, client: Client, room: str, outgoing: Outgoing) -> None:
        self._client = client
        self._room = room
        self._outgoing = outgoing

    def deliver(self) -> str:
        """Write the message; when no answer comes, look whether the room shows it."""
        message_id = self._outgoing.message_id
        try:
            return self._client.say(self._room, message_id.strip("<>"), content_of(self._outgoing))
        except Unknown:
            try:
                event = self._client.said(self._room, message_id, house_now())
            except (NotNow, Never):
                event = ""
            if event:
                return event
            raise

    def close(self) -> None:
        """Nothing is kept open."""


def content_of(outgoing: Outgoing) -> dict[str, str]:
    """Return a message as Matrix writes it: plain words, and the mail's words lightly laid out."""
    content = {
        "msgtype": "m.text",
        "body": f"{outgoing.subject}\n\n{outgoing.body}".strip(),
        MARK: outgoing.message_id,
    }
    if found := _MAIN.search(outgoing.html):
        words = found[1].strip()
        heading = "" if "<h1" in words else f"<h1>{escape(outgoing.subject)}</h1>"
        content |= {"format": "org.matrix.custom.html", "formatted_body": heading + words}
    return content


def _client() -> Client:
    if problem := ways.why_not("matrix"):
        raise NotNow(_("%(problem)s The message waits.") % {"problem": problem})
    return _client_of(settings.MATRIX_URL)


@cache
def _client_of(url: str) -> Client:
    return Client(account_of(url))


def _room(client: Client, addressee: str) -> str:
    """Return the room shared with a person, made anew when it is lost; she is in it, or invited."""
    with _making:  # two messages at once to somebody new make one room
        room = _remembered(client, addressee)
        membership = client.membership(room, addressee) if room else ""
        if room and membership == "leave":
            client.invite(room, addressee)
        elif room and membership == "ban":
            raise Never(_("%(address)s was banned from the room with Tocsin") % {"address": addressee})
        elif not room or membership not in {"join", "invite", "knock"}:
            room = client.make_room(addressee)
            MatrixRoom.objects.update_or_create(
                account=client.user(),
                addressee=addressee,
                defaults={"room": room, "made_at": house_now()},
            )
        return room


def _remembered(client: Client, addressee: str) -> str | None:
    room: str | None = (
        MatrixRoom.objects.filter(account=client.user(), addressee=addressee)
        .values_list("room", flat=True)
        .first()
    )
    return room
