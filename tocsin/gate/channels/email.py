"""E-mail over SMTP, step by step, so that it is known at each step whether the message may have left."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from tocsin.errors import ConfigurationError
from tocsin.gate.channels.base import Never, NotNow, Unknown

if TYPE_CHECKING:
    from tocsin.gate.models import Outgoing

TIMEOUT_SECONDS = 20
PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over."""

    host: str
    port: int
    user: str
    password: str
    encrypted: bool
    start_tls: bool


def server_of(url: str) -> Server:
    """Read ``smtp://user:password@host:port?tls=start`` or ``smtps://…``.

    Raises
    ------
    ConfigurationError
        When the address is not one of those.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise ConfigurationError("TOCSIN_EMAIL_URL: the port is not a number; no mail is sent") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise ConfigurationError(
            "TOCSIN_EMAIL_URL must be smtp://host or smtps://host; no mail is sent until it is"
        )
    start_tls = parse_qs(parts.query).get("tls", [""])[0] == "start"
    return Server(
        host=parts.hostname,
        port=port or (587 if start_tls else PORTS[parts.scheme]),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        encrypted=parts.scheme == "smtps",
        start_tls=start_tls,
    )


def message_of(outgoing: Outgoing, sender: str) -> EmailMessage:
    """Return the mail of an outgoing row: plain text, and HTML where it has some."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=outgoing.addressee)
    message["Subject"] = outgoing.subject
    message["Date"] = format_datetime(outgoing.created_at)
    message["Message-ID"] = outgoing.message_id
    message["Auto-Submitted"] = "auto-generated" if outgoing.kind == "notice" else "no"
    message["Content-Language"] = outgoing.language
    message.set_content(outgoing.body)
    if outgoing.html:
        message.add_alternative(outgoing.html, subtype="html")
    return message


class Email:
    """The way out by e-mail."""

    def open(self, outgoing: Outgoing) -> MailHandover:
        """Connect, sign in, and have sender and addressee accepted."""
        if not settings.EMAIL_URL:
            raise NotNow(_("mail is not set up: set TOCSIN_EMAIL_URL; the message waits"))
        sender = settings.EMAIL_FROM or f"tocsin@{urlsplit(settings.URL).hostname or 'localhost'}"
        content = _written(outgoing, sender)
        smtp = _connect(server_of(settings.EMAIL_URL))
        try:
            _refuse(smtp.mail(parseaddr(sender)[1]))
            _refuse(smtp.rcpt(outgoing.addressee))
        except (OSError, smtplib.SMTPException) as error:
            smtp.close()
            raise _left_early(error) from error
        except (NotNow, Never):
            smtp.close()
            raise
        return MailHandover(smtp, content)

    def read_back(self, outgoing: Outgoing) -> bool | None:
        """SMTP cannot tell what it took earlier."""
        return None


class MailHandover:
    """A mail server that accepted sender and addressee and waits for the message."""

    def __init__(self, smtp: smtplib.SMTP, content: bytes) -> None:
        self._smtp = smtp
        self._content = content

    def deliver(self) -> str:
        """Hand the message over; once its bytes are on their way, silence means that nobody knows."""
        try:
            code, answer = self._smtp.docmd("DATA")
        except (OSError, smtplib.SMTPException) as error:
            raise _left_early(error) from error
        if code != 354:
            _refuse((code, answer))
            raise NotNow(
                _("the mail server answered %(code)s where 354 was due; nothing left") % {"code": code}
            )
        try:
            self._smtp.send(_dotted(self._content))
            code, answer = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Unknown(
                _("the mail server took the message and went silent; it is not sent again by itself")
            ) from error
        _refuse((code, answer))
        return f"{code} {answer.decode('utf-8', 'replace')}"

    def close(self) -> None:
        """Take leave of the server."""
        with suppress(OSError, smtplib.SMTPException):
            self._smtp.quit()
        self._smtp.close()


def _written(outgoing: Outgoing, sender: str) -> bytes:
    try:
        Address(addr_spec=outgoing.addressee)
    except (ValueError, IndexError, MessageError) as error:
        raise Never(
            _("the address %(address)s is not one: %(error)s")
            % {"address": outgoing.addressee, "error": error}
        ) from error
    try:
        return bytes(message_of(outgoing, sender))
    except (ValueError, MessageError) as error:
        raise Never(_("the message cannot be written as a mail: %(error)s") % {"error": error}) from error


def _connect(server: Server) -> smtplib.SMTP:
    try:
        if server.encrypted:
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    except (OSError, smtplib.SMTPException) as error:
        raise NotNow(
            _("the mail server %(host)s does not answer: %(error)s")
            % {"host": f"{server.host}:{server.port}", "error": _words_of(error)}
        ) from error
    try:
        if server.start_tls:
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            smtp.login(server.user, server.password)
        else:
            smtp.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        raise NotNow(
            _("the mail server %(host)s refuses us: %(error)s")
            % {"host": f"{server.host}:{server.port}", "error": _words_of(error)}
        ) from error
    return smtp


def _left_early(error: Exception) -> NotNow:
    return NotNow(
        _("the mail server left before taking the message: %(error)s") % {"error": _words_of(error)}
    )


def _words_of(error: Exception) -> str:
    """Return what went wrong without the numbers that only programs read."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {text}"
    return str(getattr(error, "strerror", None) or error)


def _refuse(answer: tuple[int, bytes]) -> None:
    code, words = answer
    answered = f"{code} {words.decode('utf-8', 'replace')}"
    said = _("the mail server answered %(answer)s") % {"answer": answered}
    if 400 <= code < 500:
        raise NotNow(said)
    if code >= 500:
        raise Never(said)


def _dotted(content: bytes) -> bytes:
    """End the message with a full stop, doubling those that begin a line (RFC 5321, 4.5.2)."""
    body = content.replace(b"\r\n.", b"\r\n..")
    if body.startswith(b"."):
        body = b"." + body
    return body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n"
