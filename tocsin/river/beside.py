"""What runs beside the river in its process: each in a thread, again and again, whatever befalls it."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.db import InterfaceError, OperationalError, close_old_connections

from tocsin.clock.waking import Changes
from tocsin.river.outages import AWAY, LONGEST_WAIT_SECONDS, Outages
from tocsin.store import StoreUnavailable

log = logging.getLogger(__name__)

ASK_ANYWAY_SECONDS: Final = 5.0
"""So often a database is asked though nobody seems to have written to it."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Something that runs beside the river in its process, such as the schedule of sources."""

    name: str
    every_seconds: float
    run: Callable[[], object]


@contextmanager
def naming_database() -> Iterator[None]:
    """Let trouble of Django's database be what trouble of the store is: it passes, and is waited for."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        close_old_connections()  # those that are of no use any more
        raise StoreUnavailable(
            f"the database of watches, people and sources cannot be used ({str(error).strip()}). Nothing is "
            "lost: posts wait on the bus. Check the disk, the folder's permissions or the server."
        ) from error


def repeat(task: Beside, stop: threading.Event, outages: Outages) -> None:
    """Do something again and again until told to stop; what fails is tried again later, and said once."""
    said, pause = "", task.every_seconds
    while not stop.is_set():
        try:
            with naming_database():
                task.run()
        except AWAY as error:
            outages.met(task.name, error)
        except Exception as error:
            # one failing neighbour must not stop the river; it is tried again, and said once
            if said != repr(error):
                log.exception("%s failed and is tried again", task.name)
            said = repr(error)
        else:
            outages.over(task.name)
            if said:
                log.warning("%s works again", task.name)
            said, pause = "", task.every_seconds
            stop.wait(pause)
            continue
        pause = max(task.every_seconds, min(pause * 2, LONGEST_WAIT_SECONDS))
        stop.wait(pause)


def when_written(run: Callable[[], object]) -> Callable[[], None]:
    """Return what runs something once somebody wrote to Django's database, and now and then.

    What is due by the time of day alone is so found a few seconds late; nothing is asked of an idle house.
    """
    changes, ran = Changes("default"), float("-inf")

    def run_when_written() -> None:
        nonlocal ran
        if not changes.seen() and time.monotonic() - ran < ASK_ANYWAY_SECONDS:
            return
        try:
            run()
        except BaseException:
            changes.forget()
            raise
        ran = time.monotonic()

    return run_when_written
