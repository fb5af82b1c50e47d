"""The HTTP client before servers that mean harm, or just behave badly."""

import gzip
import zlib

import httpcore
import pytest

from tests.listen.servers import Exchange, Server
from tocsin.listen.fetch import transport
from tocsin.listen.fetch.client import Client, Limits, unpacked
from tocsin.listen.fetch.exceptions import (
    AddressRefused,
    BadAnswer,
    NameUnknown,
    Postponed,
    Refused,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
)
from tocsin.listen.fetch.politeness import Politeness

PUBLIC = "93.184.216.34"


class Hours:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def careful(server: Server, names: dict[str, list[str]]) -> Client:
    """A client that allows only public addresses, and resolves names as the test says."""
    return Client(
        limits=Limits(seconds=5),
        politeness=Politeness(pause=0),
        resolve_name=lambda host, port: names.get(host, [host]),
    )


def test_a_document_is_fetched_with_its_headers(server: Server, client: Client) -> None:
    url = server.serve("/feed", "bonjour", ETag='"1"', Content_Type="text/xml")
    document = client.fetch(url, {"X-Asked": "yes"})
    assert document.body == b"bonjour"
    assert document.headers["etag"] == '"1"'
    assert server.asked[0].headers["x-asked"] == "yes"
    assert server.asked[0].headers["user-agent"].startswith("Tocsin/")


def test_an_unchanged_document_has_no_body(server: Server, client: Client) -> None:
    url = server.serve("/feed", b"", "304 Not Modified")
    assert client.fetch(url, {"If-None-Match": '"1"'}).status == 304


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1"])
def test_loopback_is_refused_however_it_is_written(server: Server, host: str) -> None:
    with pytest.raises((AddressRefused, NameUnknown)):
        Client(politeness=Politeness(pause=0)).fetch(server.url("/", host))
    assert server.asked == []


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], [PUBLIC, "127.0.0.1"], ["169.254.169.254"], ["::ffff:10.0.0.1"], []]
)
def test_a_name_that_leads_inside_is_refused(server: Server, addresses: list[str]) -> None:
    client = careful(server, {"innocent.example": addresses})
    with pytest.raises((AddressRefused, Unreachable)):
        client.fetch(f"http://innocent.example:{server.port}/")
    assert server.asked == []


def test_a_redirect_inside_is_refused_at_its_own_hop(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    # The server stands for a public one: only its name is taken for public, its address is loopback.
    monkeypatch.setattr(
        transport, "public_only", lambda host, found: found if host == "public.example" else _refuse(host)
    )
    client = careful(server, {"public.example": ["127.0.0.1"], "inside.example": ["127.0.0.1"]})
    server.serve("/start", b"", "302 Found", Location=server.url("/secret", "inside.example"))
    with pytest.raises(AddressRefused):
        client.fetch(server.url("/start", "public.example"))
    assert server.paths() == ["/start"]


def _refuse(host: str) -> list[str]:
    raise AddressRefused(host=host)


def test_a_name_is_resolved_once_and_the_checked_address_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[str] = []

    def connect(self: object, host: str, *rest: object) -> httpcore.NetworkStream:
        connected.append(host)
        raise httpcore.ConnectError("the test goes no further")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    client = Client(politeness=Politeness(pause=0), resolve_name=lambda host, port: next(answers))
    with pytest.raises(Unreachable):
        client.fetch("http://rebinding.example/")
    assert connected == [PUBLIC]
    assert next(answers) == ["127.0.0.1"]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/",
        "gopher://a.example",
        "http://",
        "javascript:alert(1)",
        "http://a:b@c.example/",
        "http://[::1",
        "//a.example",
    ],
)
def test_only_plain_web_addresses_are_fetched(client: Client, url: str) -> None:
    with pytest.raises(AddressRefused):
        client.fetch(url)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://x", "http://a:b@c.example/"])
def test_a_redirect_to_another_scheme_is_refused(server: Server, client: Client, location: str) -> None:
    url = server.serve("/start", b"", "301 Moved", Location=location)
    with pytest.raises((AddressRefused, BadAnswer)):
        client.fetch(url)


def test_permanent_redirects_tell_the_new_address(server: Server, client: Client) -> None:
    server.serve("/new", "here")
    server.serve("/older", b"", "308 Permanent Redirect", Location="/new")
    url = server.serve("/old", b"", "301 Moved Permanently", Location="/older")
    document = client.fetch(url)
    assert document.body == b"here"
    assert document.moved_to == server.url("/new")


def test_a_temporary_redirect_on_the_way_keeps_the_old_address(server: Server, client: Client) -> None:
    server.serve("/new", "here")
    server.serve("/older", b"", "302 Found", Location="/new")
    url = server.serve("/old", b"", "301 Moved Permanently", Location="/older")
    assert client.fetch(url).moved_to == ""


def test_redirects_in_a_circle_end(server: Server, client: Client) -> None:
    url = server.serve("/round", b"", "302 Found", Location="/round")
    with pytest.raises(TooManyRedirects):
        client.fetch(url)
    assert len(server.asked) == Limits().redirects + 1


def test_a_document_that_never_ends_is_cut(server: Server, client: Client) -> None:
    def endless(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss>")
        while exchange.send(b"<item><title>encore</title></item>" * 1000):
            pass

    server.answers["/feed"] = endless
    with pytest.raises(TooLarge):
        client.fetch(server.url("/feed"))


def drip(head: bytes, drop: bytes, clock: Hours) -> "list[object]":
    """Answer a byte at a time; the clock of the client moves on with each."""

    def answer(exchange: Exchange) -> None:
        alive = exchange.send(head)
        while alive:
            clock.now += 1.0
            alive = exchange.send(drop) and not exchange.stopping.wait(0.001)

    return [answer]


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
    ids=["headers", "body", "chunks"],
)
def test_a_server_that_drips_is_left_at_the_deadline(server: Server, head: bytes, drop: bytes) -> None:
    clock = Hours()
    client = Client(private=True, limits=Limits(seconds=30), politeness=Politeness(pause=0), clock=clock)
    server.answers["/slow"] = drip(head, drop, clock)[0]  # type: ignore[assignment]
    with pytest.raises((TooSlow, BadAnswer)):
        client.fetch(server.url("/slow"))


def test_a_server_that_says_nothing_is_left(server: Server) -> None:
    client = Client(private=True, limits=Limits(seconds=5, silence=0.1), politeness=Politeness(pause=0))
    server.answers["/mute"] = lambda exchange: exchange.stopping.wait(5) and None
    with pytest.raises(TooSlow):
        client.fetch(server.url("/mute"))


@pytest.mark.parametrize(
    "pack",
    [gzip.compress, zlib.compress, lambda data: zlib.compress(data)[2:-4]],
    ids=["gzip", "deflate", "raw"],
)
def test_packed_answers_are_unpacked(server: Server, client: Client, pack: "object") -> None:
    encoding = "gzip" if pack is gzip.compress else "deflate"
    url = server.serve("/packed", pack(b"bonjour" * 100), Content_Encoding=encoding)  # type: ignore[operator]
    assert client.fetch(url).body == b"bonjour" * 100


def test_a_gzip_bomb_is_cut(server: Server, client: Client) -> None:
    bomb = gzip.compress(b"0" * (200 << 20), compresslevel=9)
    assert len(bomb) < 1 << 20
    with pytest.raises(TooLarge):
        client.fetch(server.serve("/bomb", bomb, Content_Encoding="gzip"))


def test_a_stored_gzip_bomb_is_cut() -> None:
    with pytest.raises(TooLarge):
        unpacked(gzip.compress(b"0" * (20 << 20)), 1 << 20)


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_what_cannot_be_unpacked_is_a_bad_answer(server: Server, client: Client, encoding: str) -> None:
    with pytest.raises(BadAnswer):
        client.fetch(server.serve("/odd", b"not packed", Content_Encoding=encoding))


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "500 Oops", "401 No", "206 Partial"])
def test_an_error_of_the_server_is_told_with_its_number(server: Server, client: Client, status: str) -> None:
    with pytest.raises(Refused) as told:
        client.fetch(server.serve("/gone", b"", status))
    assert told.value.figures == {"status": int(status[:3])}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"rubbish\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
        b"HTTP/1.1 301 x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000,
    ],
)
def test_a_broken_answer_is_told(server: Server, client: Client, raw: bytes) -> None:
    server.answers["/broken"] = lambda exchange: exchange.send(raw) and None
    with pytest.raises((BadAnswer, Unreachable)):
        client.fetch(server.url("/broken"))


def test_nobody_listening_is_told(server: Server, client: Client) -> None:
    with pytest.raises(Unreachable):
        client.fetch("http://127.0.0.1:1/")


def test_an_unknown_name_is_told(client: Client) -> None:
    with pytest.raises(NameUnknown):
        client.fetch("http://nobody.invalid/")


@pytest.mark.parametrize("status", ["429 Slow Down", "503 Later"])
def test_a_host_that_asks_for_silence_gets_it(server: Server, status: str) -> None:
    clock = Hours()
    politeness = Politeness(pause=0, clock=clock, wait=lambda seconds: None)
    client = Client(private=True, politeness=politeness)
    url = server.serve("/busy", b"", status, Retry_After="120")
    with pytest.raises(Postponed) as told:
        client.fetch(url)
    assert told.value.seconds == 120
    with pytest.raises(Postponed):
        client.fetch(server.serve("/other", "x"))
    assert len(server.asked) == 1
    clock.now = 121
    assert client.fetch(server.url("/other")).body == b"x"
