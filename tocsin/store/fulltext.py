"""Full text in a SQLite file of its own: it may lag, and never holds up the river.

The index is contentless: it holds words and places, no texts. Beside the words of a post it holds tags, one
for its organisation and one for each watch that mentions it, so that a search within watches is one query.
"""

import json
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tocsin.store.base import StoreUnavailable
from tocsin.store.terms import Term, terms_of

_WATCH_TAG: Final = "\ue000"
_ORGANISATION_TAG: Final = "\ue001"
FOLD_VERSION: Final = "1"
"""Raised when folding changes what it makes of a text: the index is then built anew."""

_TABLES: Final = """
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
    body, content='', columnsize=0, tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co So Sk'"
);
CREATE TABLE IF NOT EXISTS indexed (n INTEGER PRIMARY KEY, tags TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Document:
    """A post to be indexed: its place, its folded text, and who may find it."""

    n: int
    folded: str
    organisation: int
    watches: tuple[int, ...] = ()

    @property
    def tags(self) -> str:
        """Return its tags as words of the index."""
        watches = [f"{_WATCH_TAG}{watch}" for watch in sorted(self.watches)]
        return " ".join([f"{_ORGANISATION_TAG}{self.organisation}", *watches])


class SqliteFullText:
    """The full-text index of ``fulltext.db``; one thread writes it, anyone searches it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._local = threading.local()
        self._writing = threading.Lock()
        try:
            self._writer = self._connect()
            self._writer.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + _TABLES)
        except sqlite3.Error as error:
            raise StoreUnavailable(
                f"the search index {path} cannot be used ({error}). Posts and charts are not concerned. "
                "Delete the file to have it built anew."
            ) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=20, isolation_level=None, check_same_thread=False)
        connection.executescript("PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY;")
        return connection

    def index(self, documents: Sequence[Document]) -> None:
        """Index documents in one transaction; what was indexed before is indexed anew with its new tags."""
        with self._writing, self._writer as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._delete(connection, documents)
            connection.executemany(
                "INSERT INTO words (rowid, body) VALUES (?, ?)",
                [(document.n, f"{document.tags} {document.folded}") for document in documents],
            )
            connection.executemany(
                "INSERT INTO indexed VALUES (?, ?)", [(document.n, document.tags) for document in documents]
            )

    def remove(self, documents: Sequence[Document]) -> None:
        """Take posts out of the index; their texts must be those that were indexed."""
        with self._writing, self._writer as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._delete(connection, documents)

    @staticmethod
    def _delete(connection: sqlite3.Connection, documents: Sequence[Document]) -> None:
        folded = {document.n: document.folded for document in documents}
        places = json.dumps(list(folded))
        rows = connection.execute(
            "SELECT n, tags FROM indexed WHERE n IN (SELECT value FROM json_each(?))", (places,)
        ).fetchall()
        if rows:
            connection.executemany(
                "INSERT INTO words (words, rowid, body) VALUES ('delete', ?, ?)",
                [(n, f"{tags} {folded[n]}") for n, tags in rows],
            )
            connection.executemany("DELETE FROM indexed WHERE n=?", [(n,) for n, _ in rows])

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
        """Return places of posts, newest first.

        Parameters
        ----------
        watches : sequence of int, optional
            Only posts that one of them mentions; empty finds nothing.
        first, last : int
            Span of places, both included.
        """
        terms = terms_of(text)
        if not terms or (watches is not None and not watches):
            return []
        reader: sqlite3.Connection | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = self._connect()
        rows = reader.execute(
            "SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? "
            "ORDER BY rowid DESC LIMIT ?",
            (_match(organisation, terms, watches), first, last, limit),
        )
        return [row[0] for row in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._writer.close()


def _match(organisation: int, terms: Sequence[Term], watches: Sequence[int] | None) -> str:
    if watches is None:
        scope = f'"{_ORGANISATION_TAG}{organisation}"'
    else:
        scope = "(" + " OR ".join(f'"{_WATCH_TAG}{watch}"' for watch in watches) + ")"
    wanted = [_quoted(term) for term in terms if not term.excluded]
    unwanted = [_quoted(term) for term in terms if term.excluded]
    found = " AND ".join([*wanted, scope])
    return f"({found}) NOT ({' OR '.join(unwanted)})" if unwanted else found


def _quoted(term: Term) -> str:
    phrase = " ".join(term.words).replace('"', "")
    return f'"{phrase}"' + ("*" if term.beginning else "")
