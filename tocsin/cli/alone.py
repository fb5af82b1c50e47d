"""One `tocsin run` on a data folder: a second would void the first one's set-up address, and stumble."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tocsin.errors import ConfigurationError, TocsinError


class RunsAlready(TocsinError):
    """Tocsin already runs on this data folder."""


@contextmanager
def alone(folder: Path, address: str) -> Iterator[None]:
    """Hold the data folder while the block runs; the system gives it back when the process dies.

    Parameters
    ----------
    address
        Where the pages will be: told to whoever tries to start a second one.

    Raises
    ------
    RunsAlready
        When another process holds it.
    ConfigurationError
        When this user may not write in it.
    """
    with _lock_file(folder) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise RunsAlready(
                f"Tocsin already runs on the data folder {folder} (process {holder}). Nothing was started. "
                "Open that one, stop it first, or name another folder with --data or TOCSIN_DATA."
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}, {address}")
        file.flush()
        yield


def _lock_file(folder: Path) -> IO[str]:
    try:
        return (folder / "run.lock").open("a+", encoding="utf-8")
    except PermissionError as error:
        raise ConfigurationError(
            f"the data folder {folder} cannot be written ({error.strerror}). Nothing was started; "
            "give it to this user, or name another with --data or TOCSIN_DATA."
        ) from error
