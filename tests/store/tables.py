"""Reads a store's tables in SQL, whichever database it is in."""

import sqlite3
from typing import Any

import psycopg


class Tables:
    """A connection of its own to a store."""

    def __init__(self, address: str) -> None:
        self._connection: Any = (
            psycopg.connect(address, autocommit=True)
            if address.startswith("postgresql://")
            else sqlite3.connect(address)
        )

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return [tuple(row) for row in self._connection.execute(statement).fetchall()]

    def value(self, statement: str) -> Any:
        """Return the one value of a query."""
        return self.rows(statement)[0][0]

    def tally(self) -> dict[str, int]:
        """Return what was counted of the test's source."""
        return dict(self.rows("SELECT name, amount FROM tally WHERE scope='source:7'"))

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of posts, mentions and sums, in an order of their own."""
        return {
            table: sorted(self.rows(f"SELECT * FROM {table}"), key=repr)
            for table in ("post", "mention", "post_version", "rollup", "tally", "raised")
        }

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
