"""A real web server on loopback, whose every answer a test writes itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Answer = Callable[["Exchange"], None]


@dataclass
class Exchange:
    """One request, and the raw connection to answer it on."""

    method: str
    path: str
    headers: dict[str, str]
    connection: socket.socket
    stopping: threading.Event

    def send(self, raw: bytes) -> bool:
        """Send bytes as they are; return whether the other side still listens."""
        try:
            self.connection.sendall(raw)
        except OSError:
            return False
        return not self.stopping.is_set()

    def answer(self, body: bytes | str = b"", status: str = "200 OK", **headers: str) -> None:
        """Send a whole answer."""
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in named.items()]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + content)


@dataclass
class Server:
    """Answers by path; remembers what it was asked."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Exchange] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def serve(self, path: str, body: bytes | str = b"", status: str = "200 OK", **headers: str) -> str:
        """Answer a path always with the same; return its address."""
        self.answers[path] = lambda exchange: exchange.answer(body, status, **headers)
        return self.url(path)

    def paths(self) -> list[str]:
        return [exchange.path for exchange in self.asked]


@contextmanager
def running() -> Iterator[Server]:
    """Run a server until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    server = Server(listener.getsockname()[1])
    stopping = threading.Event()
    thread = threading.Thread(target=_accept, args=(listener, server, stopping), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        stopping.set()
        thread.join(timeout=5)
        listener.close()


def _accept(listener: socket.socket, server: Server, stopping: threading.Event) -> None:
    while not stopping.is_set():
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        threading.Thread(target=_serve, args=(connection, server, stopping), daemon=True).start()


def _serve(connection: socket.socket, server: Server, stopping: threading.Event) -> None:
    with connection:
        connection.settimeout(10)
        head = b""
        try:
            while b"\r\n\r\n" not in head:
                received = connection.recv(4096)
                if not received:
                    return
                head += received
        except OSError:
            return
        request, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        method, path, _ = request.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        exchange = Exchange(method, path, headers, connection, stopping)
        server.asked.append(exchange)
        answer = server.answers.get(path)
        if answer is None:
            exchange.answer(b"", "404 Not Found")
        else:
            answer(exchange)
