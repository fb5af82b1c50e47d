"""The pictures of secured posts: fetched by the clock, looked at, kept in files named after their hash."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tocsin import clock
from tocsin.clock import actions as deadlines
from tocsin.clock.handlers import Finish
from tocsin.clock.models import Lane
from tocsin.crisis.models import Picture, PictureState
from tocsin.crisis.picture_kinds import Kind, is_video, kind_of, too_many_pixels
from tocsin.listen import problems
from tocsin.listen.fetch.exceptions import (
    BadAnswer,
    FetchFailed,
    NameUnknown,
    Postponed,
    Refused,
    TooSlow,
    Unreachable,
)
from tocsin.listen.pictures import fetch_picture

Fetch = Callable[[str], bytes]
HANDLER: Final = "crisis.picture"

TRIES: Final = 6
"""Times that a picture is asked for: over an hour or so, since what a server refuses now it may give soon."""
WAITS: Final = (10, 60, 300, 900, 1800)
"""Seconds before each further try."""
_PASSING: Final = (Unreachable, TooSlow, NameUnknown, BadAnswer, Postponed)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a picture is not kept: a code, and what its words need."""

    code: str
    figures: Mapping[str, object]
    passing: bool = False


def fetch(picture: Picture, get: Fetch = fetch_picture) -> Finish:
    """Fetch a picture and return what stores what became of it; called outside any transaction."""
    try:
        body = get(picture.url)
    except FetchFailed as error:
        return _noting(picture, _failed(error))
    kind = kind_of(body)
    if kind is None:
        return _noting(picture, _no_picture(body))
    if too_many_pixels(kind):
        figures = {"width": kind.width, "height": kind.height}
        return _noting(picture, Problem("picture_huge", figures))
    sha256 = hashlib.sha256(body).hexdigest()
    try:
        _write(path_of(sha256), body)
    except OSError as error:
        return _noting(picture, Problem("picture_unwritten", {"problem": str(error)[:120]}, passing=True))
    return lambda: _keep(picture, kind, sha256, len(body))


def path_of(sha256: str) -> Path:
    """Return where a picture lies."""
    return Path(settings.DATA) / "evidence" / sha256[:2] / sha256


def read(picture: Picture) -> bytes | None:
    """Return a kept picture's bytes; None when its file is gone, or is no longer what was fetched."""
    try:
        body = path_of(picture.sha256).read_bytes()
    except OSError:
        return None
    return body if hashlib.sha256(body).hexdigest() == picture.sha256 else None


def forget(hashes: Iterable[str]) -> None:
    """Remove the files of pictures that belong to no piece any more."""
    for sha256 in hashes:
        with scopes_disabled():
            wanted = Picture.objects.filter(sha256=sha256).exists()
        if not wanted:
            path_of(sha256).unlink(missing_ok=True)


def words(picture: Picture) -> str:
    """Return why a picture is not kept, as a sentence."""
    own = {
        "picture_empty": _("The server answered with nothing."),
        "picture_video": _("This is a video: its address is kept, and not the film."),
        "picture_none": _("What stands at this address is not a picture."),
        "picture_drawing": _("This is a drawing that may hold a program (SVG): its address is kept."),
        "picture_huge": _("The picture has %(width)s × %(height)s pixels, more than is kept."),
        "picture_unwritten": _("The picture could not be written to the disk (%(problem)s)."),
    }
    if picture.problem in own:
        return str(own[picture.problem] % picture.figures) if picture.figures else own[picture.problem]
    if picture.problem == "status" and picture.figures.get("status") in {404, 410}:
        return str(_("The picture was gone already (%(status)s).") % picture.figures)
    return problems.words(picture.problem, picture.figures) if picture.problem else ""


def _failed(error: FetchFailed) -> Problem:
    status = error.figures.get("status")
    passing = isinstance(error, _PASSING) or (isinstance(error, Refused) and int(str(status)) >= 500)
    return Problem(error.code, dict(error.figures), passing)


def _no_picture(body: bytes) -> Problem:
    if not body:
        return Problem("picture_empty", {})
    if is_video(body):
        return Problem("picture_video", {})
    head = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return Problem("picture_drawing" if b"<svg" in head else "picture_none", {})


def _noting(picture: Picture, problem: Problem) -> Finish:
    def note() -> None:
        last = not problem.passing or picture.tries + 1 >= TRIES
        _update(
            picture,
            state=PictureState.GONE if last else PictureState.WAITING,
            problem=problem.code,
            figures=dict(problem.figures),
        )
        if not last:
            _ask_again(picture)

    return note


def _keep(picture: Picture, kind: Kind, sha256: str, size: int) -> None:
    _update(
        picture,
        state=PictureState.KEPT,
        sha256=sha256,
        media_type=kind.media_type,
        width=kind.width,
        height=kind.height,
        size=size,
        fetched_at=clock.now(picture.organisation_id),
        problem="",
        figures={},
    )


def _update(picture: Picture, **values: object) -> None:
    with scopes_disabled():
        Picture.objects.filter(pk=picture.pk).update(
            **values, tried_at=clock.now(picture.organisation_id), tries=picture.tries + 1
        )


def _ask_again(picture: Picture) -> None:
    wait = timedelta(seconds=WAITS[min(picture.tries, len(WAITS) - 1)])
    deadlines.set(
        HANDLER,
        clock.now(picture.organisation_id) + wait,
        organisation=picture.organisation,
        key=f"{HANDLER}:{picture.pk}:{picture.tries + 1}",
        payload={"picture": picture.pk},
        lane=Lane.BULK,
    )


def _write(path: Path, body: bytes) -> None:
    """Write a file whole or not at all; the same bytes are the same file."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.part")
    beside.touch(mode=0o600)
    beside.write_bytes(body)
    beside.replace(path)
