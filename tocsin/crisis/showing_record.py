"""Evidence as pages show it: blurred where it insults, with what became of the post since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects

from tocsin.crisis import pictures
from tocsin.crisis.evidence import Standing, moment, standing, values_of
from tocsin.crisis.models import Evidence, Picture, PictureState
from tocsin.crisis.sheets.piece import figures
from tocsin.watch.abuse import abusive
from tocsin.watch.vocabulary import language_name, network_name


@dataclass(frozen=True)
class ShownPost:
    """A post of a snapshot."""

    author: str
    handle: str
    network: str
    at: datetime | None
    title: str
    text: str
    blurred: bool
    figures: str
    url: str


@dataclass(frozen=True)
class ShownPicture:
    """A picture of a piece; `words` say why it is not kept."""

    row: Picture
    kept: bool
    waiting: bool
    words: str


@dataclass(frozen=True)
class ShownPiece:
    """A piece as its page shows it."""

    post: ShownPost
    values: dict[str, Any]
    fetched_at: datetime | None
    seen_at: datetime | None
    language: str
    earlier: Sequence[tuple[datetime | None, str]]
    thread: Sequence[ShownPost]
    answers: Sequence[ShownPost]
    pictures: Sequence[ShownPicture]
    standing: Standing

    @property
    def waiting(self) -> bool:
        """Whether a picture is still being fetched."""
        return any(one.waiting for one in self.pictures)


def piece(row: Evidence) -> ShownPiece:
    """Return a piece as its page shows it."""
    values = values_of(row)
    post = values["post"]
    return ShownPiece(
        post=shown(post),
        values=values,
        fetched_at=moment(post["fetched_at"]),
        seen_at=moment(post["text_seen_at"]),
        language=language_name(post["language"]),
        earlier=[(moment(one["seen_at"]), one["text"]) for one in values["earlier_texts"]],
        thread=[shown(one) for one in values["answers_to"]],
        answers=[shown(one) for one in values["answers"]],
        pictures=[_picture(one) for one in row.pictures.all()],
        standing=standing(row),
    )


@dataclass(frozen=True)
class ListedPiece:
    """A piece as a list shows it, with how many of its pictures are kept, and could not be."""

    row: Evidence
    post: ShownPost
    kept: int
    lost: int


def listed(rows: Iterable[Evidence]) -> list[ListedPiece]:
    """Return pieces as a list shows them."""
    found = list(rows)
    prefetch_related_objects(found, "pictures")
    return [_listed(row, Counter(picture.state for picture in row.pictures.all())) for row in found]


def _listed(row: Evidence, states: Counter[str]) -> ListedPiece:
    post = shown(values_of(row)["post"])
    return ListedPiece(row, post, states[PictureState.KEPT], states[PictureState.GONE])


def shown(post: dict[str, Any]) -> ShownPost:
    """Return a post of a snapshot."""
    return ShownPost(
        author=post["author_name"] or post["author_handle"],
        handle=post["author_handle"] if post["author_name"] else "",
        network=str(network_name(post["network"])),
        at=moment(post["published_at"]),
        title=post["title"],
        text=post["text"],
        blurred=abusive(f"{post['title']} {post['text']}"),
        figures=figures(post),
        url=post["url"] if post["url"].startswith(("https://", "http://")) else "",
    )


def _picture(row: Picture) -> ShownPicture:
    return ShownPicture(
        row,
        kept=row.state == PictureState.KEPT,
        waiting=row.state == PictureState.WAITING,
        words=pictures.words(row),
    )
