"""Full text in a SQLite file of its own: it may lag, and never holds up the river.

The index is contentless: it holds words and places, no texts. Beside the words of a post it holds tags, one
for its organisation and one for each watch that mentions it, so that a search within watches is one query.

A search reads postings from the newest on and stops when it has enough. Two things would keep it from that:
a beginning (``rembours*``), whose postings FTS5 gathers before it answers, and an "or" of a hundred tags. So
a beginning of three letters has an index of its own, a longer one is looked for as the words that begin with
it, and many watches are looked for as their organisation, whose posts are then sifted by their tags.
"""

import json
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
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
    body, content='', columnsize=0, prefix='3',
    tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co So Sk'"
);
CREATE VIRTUAL TABLE IF NOT EXISTS word_list USING fts5vocab(words, instance);
CREATE TABLE IF NOT EXISTS indexed (n INTEGER PRIMARY KEY, tags TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


_GATHERED_BYTES: Final = 16 << 20
_INDEXED_BEGINNING: Final = 3
_MOST_WORDS: Final = 300
_FEW_WATCHES: Final = 8
_SIFTED: Final = 4
_FIND: Final = (
    "SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?"
)
_TAGS: Final = "SELECT n, tags FROM indexed WHERE n IN (SELECT value FROM json_each(?)) ORDER BY n DESC"


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
        return _tags(self.organisation, self.watches)


@lru_cache(maxsize=1 << 14)
def _tags(organisation: int, watches: tuple[int, ...]) -> str:
    return " ".join([f"{_ORGANISATION_TAG}{organisation}", *(f"{_WATCH_TAG}{w}" for w in sorted(watches))])


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
            self._gather_words()
        except sqlite3.Error as error:
            raise StoreUnavailable(
                f"the search index {path} cannot be used ({error}). Posts and charts are not concerned. "
                "Delete the file to have it built anew."
            ) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=20, isolation_level=None, check_same_thread=False)
        connection.executescript("PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY;")
        return connection

    def _gather_words(self) -> None:
        """Let a transaction write its words in one piece: pieces have to be put together again later."""
        gathered = "SELECT 1 FROM words_config WHERE k='hashsize' AND v=?"
        if not self._writer.execute(gathered, (_GATHERED_BYTES,)).fetchone():
            self._writer.execute("INSERT INTO words (words, rank) VALUES ('hashsize', ?)", (_GATHERED_BYTES,))

    def index(self, documents: Sequence[Document]) -> None:
        """Index documents in one transaction; what was indexed before is indexed anew with its new tags."""
        with self._writing, self._writer as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._delete(connection, documents)
            tagged = [(document.n, document.tags) for document in documents]
            connection.executemany(
                "INSERT INTO words (rowid, body) VALUES (?, ?)",
                [(n, f"{tags} {d.folded}") for (n, tags), d in zip(tagged, documents, strict=True)],
            )
            connection.executemany("INSERT INTO indexed VALUES (?, ?)", tagged)

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
        wanted = [self._quoted(term) for term in terms if not term.excluded]
        unwanted = [self._quoted(term) for term in terms if term.excluded]
        wanted.append(f'"{_ORGANISATION_TAG}{organisation}"')
        asked = _Asked(wanted, unwanted, first, last, limit)
        tags = None if watches is None else [f"{_WATCH_TAG}{watch}" for watch in watches]
        found = self._sifted(asked, set(tags)) if tags and len(tags) > _FEW_WATCHES else None
        return self._run(asked, tags) if found is None else found

    def _sifted(self, asked: "_Asked", tags: set[str]) -> list[int] | None:
        """Return places within many watches out of those of the organisation; None where few of these fit."""
        found: list[int] = []
        for _ in range(_SIFTED):
            places = self._run(asked)
            rows = self._reader.execute(_TAGS, (json.dumps(places),))
            found += [n for n, of_post in rows if not tags.isdisjoint(of_post.split())]
            if len(places) < asked.limit or len(found) >= asked.limit:
                return found[: asked.limit]
            asked = replace(asked, last=places[-1] - 1)
        return None

    def _run(self, asked: "_Asked", tags: Sequence[str] | None = None) -> list[int]:
        values = (asked.match(tags), asked.first, asked.last, asked.limit)
        return [row[0] for row in self._reader.execute(_FIND, values)]

    @property
    def _reader(self) -> sqlite3.Connection:
        reader: sqlite3.Connection | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = self._connect()
        return reader

    def _quoted(self, term: Term) -> str:
        phrase = " ".join(term.words).replace('"', "")
        if not term.beginning:
            return f'"{phrase}"'
        alone = len(term.words) == 1 and len(phrase) > _INDEXED_BEGINNING
        words = self._words_that_begin(phrase) if alone else None
        if words is None:
            return f'"{phrase}"*'
        return f"({' OR '.join(_in_quotes(words or [phrase]))})"

    def _words_that_begin(self, beginning: str) -> list[str] | None:
        """Return the words of the index that begin so; None where they are too many to be named."""
        words: list[str] = []
        after = beginning
        while len(words) <= _MOST_WORDS:
            row = self._reader.execute(
                "SELECT term FROM word_list WHERE term >= ? ORDER BY term LIMIT 1", (after,)
            ).fetchone()
            if row is None or not row[0].startswith(beginning):
                return words
            words.append(row[0])
            after = row[0] + "\x01"  # no word holds it: the next word is the first not before this
        return None

    def close(self) -> None:
        """Let go of the file."""
        self._writer.close()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A search in the words of FTS5, and the span of places."""

    wanted: Sequence[str]
    unwanted: Sequence[str]
    first: int
    last: int
    limit: int

    def match(self, tags: Sequence[str] | None) -> str:
        """Return the expression that finds it, within tags where some are given."""
        within = [f"({' OR '.join(_in_quotes(tags))})"] if tags else []
        found = " AND ".join([*self.wanted, *within])
        return f"({found}) NOT ({' OR '.join(self.unwanted)})" if self.unwanted else found


def _in_quotes(words: Sequence[str]) -> list[str]:
    return [f'"{word}"' for word in words]
