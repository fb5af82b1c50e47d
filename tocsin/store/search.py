"""Searching the full text from anywhere: ``search("…/fulltext.db", organisation, "carte refusée")``."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from tocsin.store.fulltext import Document, SqliteFullText
from tocsin.store.schema import PLACE_BITS, PLACE_MASK


class FullText(Protocol):
    """An index of the words of posts."""

    def index(self, documents: Sequence[Document]) -> None:
        """Index documents; what was indexed before is indexed anew."""
        ...

    def remove(self, documents: Sequence[Document]) -> None:
        """Take posts out of the index."""
        ...

    def find(
        self,
        organisation: int,
        text: str,
        *,
        watches: Sequence[int] | None = None,
        first: int = 0,
        last: int = (1 << 63) - 1,
        limit: int = 50,
    ) -> list[int]:
        """Return places of posts, newest first."""
        ...

    def close(self) -> None:
        """Let go of the file or the connections."""
        ...


def open_full_text(where: str | Path) -> FullText:
    """Open the index at ``postgresql://…`` or at the path of a SQLite file."""
    if isinstance(where, str) and where.startswith(("postgresql://", "postgres://")):
        from tocsin.store.postgres_fulltext import PostgresFullText  # noqa: PLC0415 - only where it is used

        return PostgresFullText(where)
    return SqliteFullText(Path(where))


@lru_cache(maxsize=8)
def _shared(where: str) -> FullText:
    return open_full_text(where)


def search(
    where: str | Path,
    organisation: int,
    text: str,
    *,
    watches: Sequence[int] | None = None,
    since_ms: int | None = None,
    until_ms: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[int]:
    """Return the places `n` of the posts that hold all words of a text, newest first.

    Parameters
    ----------
    where : str or Path
        ``postgresql://…``, or the path of ``fulltext.db``.
    text : str
        Words, "phrases", beginnings with a star (``rembours*``), exclusions with a minus (``-pub``).
    watches : sequence of int, optional
        Only posts that one of them mentions.
    since_ms, until_ms : int, optional
        Only posts published in this span, milliseconds since 1970 UTC, the end not included.
    before : int, optional
        Only places below this one: the last of the page before.
    """
    last = (1 << 63) - 1
    if until_ms is not None:
        last = ((until_ms - 1) << PLACE_BITS) | PLACE_MASK
    if before is not None:
        last = min(last, before - 1)
    first = 0 if since_ms is None else since_ms << PLACE_BITS
    return _shared(str(where)).find(organisation, text, watches=watches, first=first, last=last, limit=limit)
