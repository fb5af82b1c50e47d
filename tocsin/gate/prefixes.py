"""Finding rows by the beginning of their key without reading all of them."""

from __future__ import annotations

from typing import TypeVar

from django.db import connections
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def beginning_with(rows: QuerySet[Row], prefix: str) -> QuerySet[Row]:
    """Return the rows whose key begins with `prefix`.

    SQLite uses no index for LIKE with an escape, and compares texts byte by byte: there the key is sought in
    a range too. PostgreSQL orders texts by the language of the database, where such a range would be wrong.
    """
    found = rows.filter(key__startswith=prefix)
    if prefix and prefix[-1] < "\ud7ff" and connections[found.db].vendor == "sqlite":
        after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        found = found.filter(key__gte=prefix, key__lt=after)
    return found
