"""An HTTP server on loopback that keeps what it is sent, and answers what it is told to."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Received:
    """One request: the path without its query, headers with names in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """Keeps requests in `taken`; `orders` are the next answers: a status, with headers, or ``drop``.

    ``drop`` takes the whole request and cuts the line without a word.
    """

    orders: list[int | tuple[int, dict[str, str]] | str] = field(default_factory=list)
    status: int = 200
    body: bytes = b"{}"
    taken: list[Received] = field(default_factory=list)
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __enter__(self) -> Receiver:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                receiver.handle(self)

            do_POST = do_PUT = do_GET = answer  # noqa: N815 - the library's names

            def log_message(self, *_: object) -> None:
                return None

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        """Keep a request, and answer it."""
        length = int(request.headers.get("Content-Length") or 0)
        parts = urlsplit(request.path)
        self.taken.append(
            Received(
                request.command,
                parts.path,
                parse_qs(parts.query),
                {name.lower(): value for name, value in request.headers.items()},
                request.rfile.read(length),
            )
        )
        self.arrived.release()
        order = self.orders.pop(0) if self.orders else self.status
        if isinstance(order, str):
            request.close_connection = True
            return
        status, headers = order if isinstance(order, tuple) else (order, {})
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(self.body)))
        request.end_headers()
        request.wfile.write(self.body)
