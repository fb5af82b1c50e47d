"""What the pages of contacts and of the team are asked and say."""

from __future__ import annotations

from typing import Protocol

HOSTILE = "\u202e<script>alert('é')</script>&\u200f"


class Answered(Protocol):
    """An answer with a body, as the browser of the tests gives it."""

    @property
    def content(self) -> bytes:
        """Return the body."""
        ...


def words(answer: Answered) -> str:
    """Return what a page says."""
    return answer.content.decode()


def form(**changed: object) -> dict[str, object]:
    """Return what the form of a contact sends."""
    return {"name": "Nadia Benali", "side": "inside", **changed}
