"""A process that has loaded everything and bears those of a house: each starts at once, as a real process.

``python -m tests.processes.nursery`` under the house's environment. It reads the name of a command a line,
bears a process that becomes ``tocsin NAME``, and answers with its number. Loading Django and the engine takes
longer than all the rest of a process's life in these tests, and has nothing to do with how it dies.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from importlib import import_module

from tocsin.cli.django_setup import set_up_django

LOADED = ("tocsin.cli.serving", "tocsin.cli.alive", "tocsin.river.opening", "tocsin.listen.schedule",
          "tocsin.clock.loop", "tocsin.api.urls", "tocsin.urls")  # fmt: skip


def load() -> None:
    """Load what any of the processes needs, but open nothing."""
    set_up_django()
    for name in LOADED:
        import_module(name)
    from tocsin.stream.understand.reader import default_reader  # noqa: PLC0415 - only once Django is set up

    default_reader()
    gc.freeze()


def bear(name: str) -> int:
    """Bear a process that becomes ``tocsin NAME``; return its number."""
    born = os.fork()
    if born:
        return born
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    status = 1
    try:
        import_module(f"tocsin.cli.{name}_command").command.main([], standalone_mode=False)
        status = 0
    except Exception:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def main() -> None:
    """Bear whatever is asked for, until nothing more is asked."""
    load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need no burial
    for line in sys.stdin:
        sys.stdout.write(f"{bear(line.strip())}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
