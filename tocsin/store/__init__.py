"""The store: posts, mentions, rollups and states, written by the river in bulk and read by anyone."""

from pathlib import Path

from tocsin.store.base import Store, StoreUnavailable

__all__ = ["Store", "StoreUnavailable", "open_store"]


def open_store(where: str | Path) -> Store:
    """Open the store at ``postgresql://…``, or at the path of a SQLite file.

    Raises
    ------
    StoreUnavailable
        When it cannot be reached or used.
    """
    if isinstance(where, str) and where.startswith(("postgresql://", "postgres://")):
        from tocsin.store.postgres import PostgresStore  # noqa: PLC0415 - only where it is used

        return PostgresStore(where)
    from tocsin.store.sqlite import SqliteStore  # noqa: PLC0415 - only where it is used

    return SqliteStore(Path(where))
