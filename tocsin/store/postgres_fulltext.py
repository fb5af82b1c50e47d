"""Full text in PostgreSQL: one row a post with its words, indexed by GIN, filled by a lagging thread."""

import threading
from collections.abc import Sequence
from typing import Any, Final

import psycopg

from tocsin.store.base import StoreUnavailable
from tocsin.store.fulltext import Document
from tocsin.store.terms import Term, terms_of

_SCHEMA_LOCK: Final = 7_401
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS full_text (
    n BIGINT PRIMARY KEY, organisation BIGINT NOT NULL, watches BIGINT[] NOT NULL, words TSVECTOR NOT NULL
);
CREATE INDEX IF NOT EXISTS full_text_words ON full_text USING GIN (words)
"""
_UPSERT: Final = (
    "INSERT INTO full_text (n, organisation, watches, words) VALUES (%s, %s, %s, to_tsvector('simple', %s)) "
    "ON CONFLICT (n) DO UPDATE SET watches = excluded.watches, words = excluded.words"
)
# a tsvector takes no more than a megabyte
_LONGEST: Final = 200_000


class PostgresFullText:
    """The full-text index beside the store's tables."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._local = threading.local()
        self._opened: list[psycopg.Connection[tuple[Any, ...]]] = []
        with self._connection.transaction():
            self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,))
            self._connection.execute(_TABLE)

    @property
    def _connection(self) -> psycopg.Connection[tuple[Any, ...]]:
        connection: psycopg.Connection[tuple[Any, ...]] | None = getattr(self._local, "connection", None)
        if connection is None or connection.closed:
            try:
                connection = psycopg.connect(self._address, autocommit=True)
            except psycopg.Error as error:
                raise StoreUnavailable(
                    f"PostgreSQL cannot be used ({str(error).strip()}). Posts wait to be indexed. Check the "
                    "server and TOCSIN_DATABASE."
                ) from error
            self._local.connection = connection
            self._opened.append(connection)
        return connection

    def index(self, documents: Sequence[Document]) -> None:
        """Index documents in one transaction; what was indexed before is indexed anew."""
        rows = [(d.n, d.organisation, list(d.watches), d.folded[:_LONGEST]) for d in documents]
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(_UPSERT, rows)

    def remove(self, documents: Sequence[Document]) -> None:
        """Take posts out of the index."""
        self._connection.execute("DELETE FROM full_text WHERE n = ANY(%s)", ([d.n for d in documents],))

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
        terms = terms_of(text)
        if not terms or (watches is not None and not watches):
            return []
        rows = self._connection.execute(
            "SELECT n FROM full_text WHERE words @@ to_tsquery('simple', %s) AND organisation = %s "
            "AND n BETWEEN %s AND %s AND (%s::bigint[] IS NULL OR watches && %s::bigint[]) "
            "ORDER BY n DESC LIMIT %s",
            (" & ".join(map(_query, terms)), organisation, first, last, watches, watches, limit),
        )
        return [row[0] for row in rows]

    def close(self) -> None:
        """Let go of the connections."""
        for connection in self._opened:
            connection.close()


def _query(term: Term) -> str:
    words = ["'" + word.replace("'", "''").replace("\\", "\\\\") + "'" for word in term.words]
    if term.beginning:
        words[-1] += ":*"
    phrase = "(" + " <-> ".join(words) + ")"
    return f"!{phrase}" if term.excluded else phrase
