"""Calling an HTTP address once, so that it is known whether the request may have left."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from tocsin import __version__
from tocsin.gate.channels.base import Never, NotNow, Unknown
from tocsin.listen.fetch.exceptions import AddressRefused, FetchFailed, NameUnknown, TooSlow
from tocsin.listen.fetch.politeness import retry_after
from tocsin.listen.fetch.transport import CheckedTransport, Deadline

SECONDS = 15.0
MOST_OF_AN_ANSWER = 64 << 10
LONGEST_DELAY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side answered; `delay` when it asked to be left alone for a while."""

    status: int
    text: str
    delay: timedelta | None

    @property
    def words(self) -> str:
        """The status and the beginning of what was said, for a person."""
        return " ".join(f"{self.status} {self.text}".split())[:200]


class _Progress:
    """Follows a request on its way: until its last byte was handed over, nothing was asked of anybody."""

    def __init__(self) -> None:
        self.handed_over = False

    def __call__(self, event: str, _info: Mapping[str, Any]) -> None:
        if event.endswith(".send_request_body.complete"):
            self.handed_over = True


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes = b"",
    private: bool | None = None,
) -> Answer:
    """Make one request, without following redirects, and return the answer, whatever it is.

    Parameters
    ----------
    private
        Whether private addresses are allowed; else as `TOCSIN_FETCH_PRIVATE` says.

    Raises
    ------
    NotNow
        When the other side could not be reached: nothing left.
    Never
        When the address leads into a private network, and none is allowed.
    Unknown
        When the request was handed over and no answer came.
    """
    progress = _Progress()
    transport = CheckedTransport(
        Deadline(SECONDS), _tls(), private=settings.FETCH_PRIVATE if private is None else private
    )
    sent = {"User-Agent": f"Tocsin/{__version__}", "Accept-Encoding": "identity", **headers}
    try:
        with httpx.Client(transport=transport, trust_env=False, timeout=SECONDS) as http:
            request = http.build_request(
                method, url, headers=sent, content=content, extensions={"trace": progress}
            )
            response = http.send(request, stream=True)
            return _answer(response)
    except AddressRefused as error:
        raise Never(
            _("%(host)s leads into a private network; TOCSIN_FETCH_PRIVATE allows that")
            % {"host": _host(url)}
        ) from error
    except NameUnknown as error:
        raise NotNow(_("%(host)s has no address") % {"host": _host(url)}) from error
    except (FetchFailed, httpx.HTTPError, httpx.InvalidURL) as error:
        if progress.handed_over:
            raise Unknown(
                _("%(host)s took the message and went silent; it is not sent again by itself")
                % {"host": _host(url)}
            ) from error
        raise NotNow(
            _("%(host)s does not answer: %(error)s") % {"host": _host(url), "error": _words_of(error)}
        ) from error


def _answer(response: httpx.Response) -> Answer:
    """Read an answer: once its status is known, what becomes of the rest does not matter."""
    body = b""
    try:
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > MOST_OF_AN_ANSWER:
                break
    except (FetchFailed, httpx.HTTPError):
        pass
    finally:
        response.close()
    asked = retry_after(response.headers.get("retry-after"))
    delay = min(timedelta(seconds=asked), LONGEST_DELAY) if asked is not None else None
    text = body[:MOST_OF_AN_ANSWER].decode("utf-8", "replace").replace("\0", "")
    return Answer(response.status_code, text, delay)


def refuse(answer: Answer, host: str) -> None:
    """Raise what a status other than success means.

    Raises
    ------
    NotNow
        When the other side is busy or in trouble.
    Never
        When it will not have this message.
    """
    said = _("%(host)s answered %(answer)s") % {"host": host, "answer": answer.words}
    if answer.status in {408, 425, 429} or answer.status >= 500:
        raise NotNow(said, delay=answer.delay)
    if not 200 <= answer.status < 300:
        raise Never(said)


def _host(url: str) -> str:
    try:
        return httpx.URL(url).host
    except httpx.InvalidURL:
        return url[:100]


def _words_of(error: Exception) -> str:
    """Return what went wrong without the numbers that only programs read."""
    if isinstance(error, TooSlow):
        return _("it took too long")
    said = str(error.figures.get("problem", error.code)) if isinstance(error, FetchFailed) else str(error)
    return re.sub(r"^\[Errno -?\d+\] ", "", said)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
