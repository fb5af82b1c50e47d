"""Text messages and calls, through whichever service Apprise knows.

Apprise says whether a service took a message, and otherwise writes into its log. What became of the message
is read from there: whether it was refused, could not be handed over, or was handed over without an answer.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from tocsin.errors import ConfigurationError
from tocsin.gate import ways
from tocsin.gate.channels.base import Never, NotNow, Unknown

if TYPE_CHECKING:
    from apprise import NotifyBase

    from tocsin.gate.models import Outgoing

CONNECT_SECONDS, ANSWER_SECONDS = 8.0, 15.0
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_STATUS = re.compile(r"error=(\d+)")
_SOCKET = "Socket Exception: "
_NEVER_CONNECTED = "Max retries exceeded with url"
_OWN_GATEWAYS = {"JSON", "XML", "Form"}
_FOR_NOW = {401, 402, 403, 408, 425, 429, 500, 502, 503}
_NO_ANSWER = {504, 524}


class Telephone:
    """The way out to telephones: text messages, or calls that read a text aloud.

    Parameters
    ----------
    channel
        ``sms`` or ``voice``.
    setting
        The name of the setting that holds its Apprise addresses.
    """

    def __init__(self, channel: str, setting: str) -> None:
        self._channel = channel
        self._setting = setting

    def open(self, outgoing: Outgoing) -> TelephoneHandover:
        """Have the services ready, each with the number filled in."""
        if problem := ways.why_not(self._channel):
            raise NotNow(_("%(problem)s The message waits.") % {"problem": problem})
        if not _NUMBER.fullmatch(outgoing.addressee):
            raise Never(_("%(number)s is no telephone number") % {"number": outgoing.addressee[:40]})
        try:
            services = services_for(getattr(settings, self._setting), outgoing.addressee)
        except ConfigurationError as error:
            raise NotNow(f"{self._setting}: {error}") from error
        return TelephoneHandover(services, outgoing.body)

    def read_back(self, outgoing: Outgoing) -> bool | None:
        """Such services cannot be asked in one way what they took earlier."""
        return None


class TelephoneHandover:
    """Services that wait for a message, in the order in which they are tried."""

    def __init__(self, services: list[NotifyBase], body: str) -> None:
        self._services = services
        self._body = body

    def deliver(self) -> str:
        """Hand the message to the first service that takes it; stop at one of which nobody knows."""
        refusals: list[NotNow | Never] = []
        for service in self._services:
            try:
                return _say(service, self._body)
            except (NotNow, Never) as refusal:
                refusals.append(refusal)
        said = " · ".join(str(refusal) for refusal in refusals)
        if any(isinstance(refusal, NotNow) for refusal in refusals):
            raise NotNow(said)
        raise Never(said)

    def close(self) -> None:
        """Nothing is kept open."""


def services_for(configured: str, number: str) -> list[NotifyBase]:
    """Return the services of a setting, with a number filled in.

    Raises
    ------
    ConfigurationError
        When an address is none that Apprise knows; its place is told, its secrets are not.
    """
    import apprise  # noqa: PLC0415 - half a second of work, which only sending needs

    asset = apprise.AppriseAsset(app_id="Tocsin", app_desc="Tocsin", async_mode=False)
    services = []
    for place, address in enumerate(ways.addresses(configured), 1):
        with _listening() as heard:
            service = apprise.Apprise.instantiate(
                address.replace(ways.TO, quote(number, safe="")), asset=asset, suppress_exceptions=True
            )
        if service is None:
            why = heard.last_warning()
            raise ConfigurationError(
                _("Apprise does not know address %(place)s, or it lacks something. %(why)s")
                % {"place": place, "why": why}
            )
        if "cto=" not in address:
            service.socket_connect_timeout = CONNECT_SECONDS
        if "rto=" not in address:
            service.socket_read_timeout = ANSWER_SECONDS
        services.append(service)
    return services


def name_of(service: NotifyBase) -> str:
    """Return what people call a service; a gateway of the company's own goes by its host."""
    name = str(service.service_name)
    return f"{name} ({service.host})" if name in _OWN_GATEWAYS else name


def _say(service: NotifyBase, body: str) -> str:
    name = name_of(service)
    with _listening() as heard:
        taken = service.notify(body=body, title="")
    if taken:
        return name
    raise _refusal(name, heard)


def _refusal(name: str, heard: _Heard) -> NotNow | Never | Unknown:
    """Return what a service's silence or refusal means, from what Apprise wrote about it."""
    if broken := heard.socket_problem():
        if _NEVER_CONNECTED in broken:
            return NotNow(_("%(service)s cannot be reached") % {"service": name})
        return Unknown(
            _("%(service)s took the message and went silent; it is not sent again by itself")
            % {"service": name}
        )
    status = heard.status()
    values = {"service": name, "why": heard.last_warning()}
    if status in _NO_ANSWER or 200 <= status < 300:
        return Unknown(_("%(service)s does not know whether the message left. %(why)s") % values)
    said = _("%(service)s refused. %(why)s") % values
    # services with codes of their own end them as HTTP does, such as 20429
    if status in _FOR_NOW or status % 1000 == 429:
        return NotNow(said)
    return Never(said)


class _Heard:
    """What Apprise wrote while one thread listened."""

    def __init__(self) -> None:
        self.records: list[tuple[int, str]] = []

    def last_warning(self) -> str:
        """Return the last thing said to a person, in one line."""
        said = [text for level, text in self.records if level >= logging.WARNING]
        return " ".join(said[-1].split())[:300] if said else ""

    def socket_problem(self) -> str:
        """Return the words of the last connection that broke."""
        found = [text for _level, text in self.records if text.startswith(_SOCKET)]
        return found[-1] if found else ""

    def status(self) -> int:
        """Return the last status that was said, or 0."""
        found = [match for _level, text in self.records for match in _STATUS.findall(text)]
        return int(found[-1][:9]) if found else 0


class _Ear(logging.Handler):
    """Hears Apprise's log, each thread its own; none of it is printed, since it holds numbers and secrets."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.own = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record for who listens in this thread."""
        heard: _Heard | None = getattr(self.own, "heard", None)
        if heard is not None:
            heard.records.append((record.levelno, record.getMessage()))


_ear = _Ear()


@contextmanager
def _listening() -> Iterator[_Heard]:
    log = logging.getLogger("apprise")
    if _ear not in log.handlers:
        log.addHandler(_ear)
        log.propagate = False
        log.setLevel(logging.DEBUG)
    heard = _Heard()
    _ear.own.heard = heard
    try:
        yield heard
    finally:
        _ear.own.heard = None
