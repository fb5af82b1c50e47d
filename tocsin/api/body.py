"""The lines of a request's body, read as they come and never beyond the limits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _

from tocsin.api.exceptions import CallRefused

MAX_BODY: Final = 64 << 20
MAX_LINE: Final = 1 << 20
MAX_LINES: Final = 20_000
_BLOCK: Final = 64 << 10

TYPES: Final = frozenset({"application/x-ndjson", "application/jsonl", "application/json", "text/plain", ""})


class Body:
    """The lines of a body, numbered from 1; None stands for one that is too long.

    Attributes
    ----------
    digest : str
        Hash of everything read so far.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._hash = hashlib.sha256()
        _check_head(request)

    @property
    def digest(self) -> str:
        """Return the hash of what was read."""
        return self._hash.hexdigest()

    def lines(self) -> Iterator[tuple[int, bytes | None]]:
        """Yield the lines that hold something.

        Raises
        ------
        CallRefused
            When there are too many, or too many bytes, or the caller stopped in the middle.
        """
        for number, raw in enumerate(self._raw(), 1):
            if number > MAX_LINES:
                raise _too_large(_("more than %(limit)s lines") % {"limit": MAX_LINES})
            if raw is None or raw.strip():
                yield number, raw

    def _raw(self) -> Iterator[bytes | None]:
        pending, skipping = b"", False
        for block in self._blocks():
            *complete, pending = (pending + block).split(b"\n")
            for line in complete:
                yield None if skipping or len(line) > MAX_LINE else line
                skipping = False
            if len(pending) > MAX_LINE:
                pending, skipping = b"", True
        if pending or skipping:
            yield None if skipping else pending

    def _blocks(self) -> Iterator[bytes]:
        size = 0
        try:
            while block := self._request.read(_BLOCK):
                size += len(block)
                if size > MAX_BODY:
                    raise _too_large(_("more than %(limit)s MB") % {"limit": MAX_BODY >> 20})
                self._hash.update(block)
                yield block
        except UnreadablePostError as error:
            raise CallRefused(400, "interrupted", _("The body ended early; nothing was taken.")) from error


def _check_head(request: HttpRequest) -> None:
    if (request.content_type or "").lower() not in TYPES:
        raise CallRefused(
            415, "wrong_type", _("Send JSON lines, as Content-Type: application/x-ndjson; nothing was taken.")
        )
    if request.headers.get("Content-Encoding", "identity").lower() not in {"", "identity"}:
        raise CallRefused(415, "packed", _("Send the lines unpacked; nothing was taken."))
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > MAX_BODY:
        raise _too_large(_("more than %(limit)s MB") % {"limit": MAX_BODY >> 20})


def _too_large(what: str) -> CallRefused:
    message = _("The body has %(what)s; send it in parts. Nothing was taken.")
    return CallRefused(413, "too_large", message % {"what": what})
