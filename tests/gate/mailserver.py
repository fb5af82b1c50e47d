"""A real SMTP server on loopback, which does what it is told to messages."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class MailServer:
    """Keeps what it takes; `on_rcpt` and `on_data` are answers to give before it takes anything.

    The answer ``drop`` takes the message and cuts the line without a word; ``cut`` cuts it before taking.
    With `tls` it speaks TLS from the first byte, or once asked where `start_tls` is set; with `login` it
    takes mail only of who signed in with that name and password.
    """

    on_rcpt: list[str] = field(default_factory=list)
    on_data: list[str] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)
    tries: int = 0
    on_step: Callable[[str], None] | None = None
    tls: ssl.SSLContext | None = None
    start_tls: bool = False
    login: tuple[str, str] | None = None
    users: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            ready_timeout=30,
            ssl_context=None if self.start_tls else self.tls,
            tls_context=self.tls if self.start_tls else None,
            require_starttls=self.start_tls,
            authenticator=self._sign_in,
            auth_required=self.login is not None,
            auth_require_tls=self.start_tls,
        )

    def __enter__(self) -> MailServer:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """The address to put into `TOCSIN_EMAIL_URL`."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(str(message["Message-ID"]) for message in self.taken)

    def _sign_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        if given != self.login:
            return AuthResult(success=False, handled=False)
        self.users.append(given[0])
        return AuthResult(success=True)

    def _step(self, name: str) -> None:
        if self.on_step is not None:
            self.on_step(name)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept the addressee, or answer what was ordered."""
        self.tries += 1
        self._step("rcpt")
        if self.on_rcpt:
            return self.on_rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message, or answer what was ordered."""
        self._step("before")
        order = self.on_data.pop(0) if self.on_data else ""
        if order and order != "drop":
            return order
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        self._step("after")
        if order == "drop":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 taken"
