"""Fetching one document within limits of size, time and address."""

import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from tocsin import __version__
from tocsin.listen.fetch.addresses import Resolve, check_url, resolve
from tocsin.listen.fetch.exceptions import (
    BadAnswer,
    FetchFailed,
    Postponed,
    Refused,
    TooLarge,
    TooManyRedirects,
)
from tocsin.listen.fetch.politeness import Politeness, retry_after
from tocsin.listen.fetch.transport import CheckedTransport, Deadline

USER_AGENT: Final = f"Tocsin/{__version__} (self-hosted media monitoring)"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PERMANENT: Final = frozenset({301, 308})
_BUSY: Final = frozenset({429, 503})
_DEFAULT_SILENCE: Final = 300.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of anything one fetch may take.

    Attributes
    ----------
    size : int
        Bytes, packed and unpacked alike.
    seconds : float
        From the first connection to the last byte, redirects included.
    silence : float
        Seconds without a byte.
    redirects : int
    """

    size: int = 10 << 20
    seconds: float = 30.0
    silence: float = 15.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Document:
    """What was fetched.

    Attributes
    ----------
    status : int
        200 or 304.
    url : str
        Where it was found in the end.
    moved_to : str
        Its new address when every redirect on the way was permanent; else empty.
    headers : mapping
        With names in lower case.
    """

    status: int
    url: str
    moved_to: str
    headers: Mapping[str, str]
    body: bytes


class Client:
    """Fetches documents; safe to use from several threads.

    Parameters
    ----------
    private : bool
        Whether private addresses are allowed.
    limits : Limits
    politeness : Politeness
        Shared by the whole process.
    """

    def __init__(
        self,
        *,
        private: bool = False,
        limits: Limits | None = None,
        politeness: Politeness | None = None,
        resolve_name: Resolve = resolve,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._private = private
        self._limits = limits or Limits()
        self._politeness = politeness or Politeness()
        self._resolve = resolve_name
        self._clock = clock
        self._ssl = ssl.create_default_context()

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Document:
        """Fetch a document, following redirects hop by hop.

        Raises
        ------
        FetchFailed
            One of `tocsin.listen.fetch.exceptions`.
        """
        deadline = Deadline(self._limits.seconds, self._clock)
        transport = CheckedTransport(deadline, self._ssl, private=self._private, resolve_name=self._resolve)
        with httpx.Client(
            transport=transport, trust_env=False, timeout=self._limits.silence, follow_redirects=False
        ) as http:
            return self._follow(http, check_url(url), dict(headers or {}), deadline)

    def _follow(self, http: httpx.Client, url: str, headers: dict[str, str], deadline: Deadline) -> Document:
        permanent, moved_to = True, ""
        for _ in range(self._limits.redirects + 1):
            answer = self._one(http, url, headers, deadline)
            if not isinstance(answer, _Redirect):
                return Document(answer.status, url, moved_to, answer.headers, answer.body)
            permanent = permanent and answer.status in _PERMANENT
            url = check_url(str(_joined(url, answer.location)))
            moved_to = url if permanent else ""
        raise TooManyRedirects(limit=self._limits.redirects)

    def _one(
        self, http: httpx.Client, url: str, headers: dict[str, str], deadline: Deadline
    ) -> "_Redirect | _Answer":
        target = _url(url)
        sent = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate", **headers}
        with self._politeness.turn(target.host):
            try:
                with http.stream("GET", target, headers=sent) as response:
                    return self._read(response, target.host, deadline)
            except httpx.HTTPError as error:
                raise BadAnswer(problem=str(error)[:200]) from error

    def _read(self, response: httpx.Response, host: str, deadline: Deadline) -> "_Redirect | _Answer":
        status = response.status_code
        if status in _REDIRECTS:
            if location := response.headers.get("location"):
                return _Redirect(status, location)
            raise BadAnswer(problem=f"{status} without an address")
        asked = retry_after(response.headers.get("retry-after"))
        if status in _BUSY and (asked is not None or status == 429):
            seconds = asked if asked is not None else _DEFAULT_SILENCE
            self._politeness.silence(host, seconds)
            raise Postponed(seconds, status=status)
        if status not in {200, 304}:
            raise Refused(status=status)
        body = b"" if status == 304 else self._body(response, deadline)
        return _Answer(status, {name.lower(): value for name, value in response.headers.items()}, body)

    def _body(self, response: httpx.Response, deadline: Deadline) -> bytes:
        limit = self._limits.size
        encoding = response.headers.get("content-encoding", "").strip().lower()
        unpack = _unpacker(encoding)
        received, parts, size = 0, [], 0
        for chunk in response.iter_raw():
            deadline.left()
            received += len(chunk)
            if received > limit:
                raise TooLarge(limit=limit >> 20)
            part = unpack(chunk, limit - size + 1)
            size += len(part)
            if size > limit:
                raise TooLarge(limit=limit >> 20)
            parts.append(part)
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Redirect:
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def unpacked(packed: bytes, limit: int) -> bytes:
    """Return gzip data unpacked, as a sitemap may be stored.

    Raises
    ------
    TooLarge, BadAnswer
    """
    part = _unpacker("gzip")(packed, limit + 1)
    if len(part) > limit:
        raise TooLarge(limit=limit >> 20)
    return part


def _unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """Return what turns packed chunks into at most so many bytes each."""
    if encoding in {"", "identity"}:
        return lambda chunk, _: chunk
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise BadAnswer(problem=f"content-encoding {encoding[:40]}")
    inflater = zlib.decompressobj(wbits=47)
    raw = zlib.decompressobj(wbits=-15)
    first = True

    def unpack(chunk: bytes, at_most: int) -> bytes:
        nonlocal inflater, first
        try:
            try:
                part = inflater.decompress(chunk, at_most)
            except zlib.error:
                if not first or encoding != "deflate":
                    raise
                inflater = raw  # some servers send deflate without its header
                part = inflater.decompress(chunk, at_most)
        except zlib.error as error:
            raise BadAnswer(problem=str(error)) from error
        first = False
        return part

    return unpack


def _url(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise BadAnswer(problem=str(error)[:200]) from error


def _joined(base: str, location: str) -> httpx.URL:
    try:
        return httpx.URL(base).join(location)
    except httpx.InvalidURL as error:
        raise BadAnswer(problem=str(error)[:200]) from error


__all__ = ["Client", "Document", "FetchFailed", "Limits", "unpacked"]
