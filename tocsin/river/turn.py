"""Only one river writes a SQLite store: a lock that the system takes back when its holder dies."""

import fcntl
import os
from io import TextIOWrapper
from pathlib import Path

from tocsin.errors import TocsinError


class RiverRuns(TocsinError):
    """Another river already works on this data folder."""


class Turn:
    """Holds the right to be the river of a data folder until closed, or until the process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIOWrapper | None = path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            self._file.close()
            raise RiverRuns(
                f"A river already runs on this data folder (process {holder}), and SQLite takes only one. "
                "Nothing was changed. Stop the other one first, or use PostgreSQL (TOCSIN_DATABASE) to run "
                "several."
            ) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def close(self) -> None:
        """Give the right back."""
        if self._file is not None:
            self._file.close()
            self._file = None
