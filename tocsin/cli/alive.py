"""Signs of life of a process, and its end when the process that supervises it is gone."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections

from tocsin.cli.supervising import SUPERVISED
from tocsin.clock import actions

log = logging.getLogger(__name__)

BEAT_EVERY = 10
_stopping = threading.Event()


@contextmanager
def signs_of_life(process: str) -> Iterator[None]:
    """Beat while the block runs, and say at its end that the process stopped on purpose.

    A process started by `tocsin run` also stops by itself once that one was killed.
    """
    thread = threading.Thread(target=_live, args=(process,), name="signs-of-life", daemon=True)
    thread.start()
    try:
        yield
    finally:
        _stopping.set()
        thread.join(timeout=5)


def _live(process: str) -> None:
    parent = int(os.environ.get(SUPERVISED, "0"))
    seconds = 0
    while not _stopping.is_set():
        if parent and os.getppid() != parent:
            log.warning("the process that supervised this one is gone; stopping")
            os.kill(os.getpid(), signal.SIGTERM)
            parent = 0
        if seconds % BEAT_EVERY == 0:
            _try(lambda: actions.beat(process))
        seconds += 1
        _stopping.wait(1.0)
    _try(lambda: actions.rest(process))
    connections.close_all()


def _try(act: Callable[[], None]) -> None:
    try:
        act()
    except DatabaseError:
        log.warning("no sign of life could be given: the database does not answer")
        connections.close_all()
