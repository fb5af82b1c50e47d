"""A process that takes batches through the stages ahead of the river, so that both cores work on a backlog.

It holds nothing that matters: when it dies, the river does its work itself, and starts another.
"""

import gc
import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Final

from tocsin.allocator import keep_small
from tocsin.river.stages import Choosing, Parcel, Sorted, Stages

log = logging.getLogger(__name__)

AT_ONCE: Final = 2
"""Parcels given to the process before a result is taken: it works on one while the next lies ready."""

_PAUSE_SECONDS: Final = 10.0
_LAST_SECONDS: Final = 5.0
_PATIENCE_SECONDS: Final = 120.0
"""Longer than any batch takes: a process that hangs is as good as dead."""

_LARGE_BYTES: Final = 16 << 20
"""Arrays of the stages are smaller, so that their pages stay with the process from one array to the next."""

_OBJECTS: Final = 200_000
"""Objects made before cycles are looked for: a batch makes tens of thousands, and none of them in a cycle."""


class Ahead:
    """The river's end of the process; used by one thread."""

    def __init__(self) -> None:
        self._choosing = b""
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None
        self._given: deque[bool] = deque()
        self._started = -_PAUSE_SECONDS

    def use(self, choosing: Choosing) -> None:
        """Take up changed watches; the next parcel meets them."""
        self._choosing = pickle.dumps(choosing, protocol=5)
        if self._line is not None:
            self._say(self._choosing)

    def give(self, parcel: Parcel) -> None:
        """Give it a parcel; its result is the next but those given before."""
        if self._line is None and not any(self._given) and time.monotonic() > self._started + _PAUSE_SECONDS:
            self._start()
        self._given.append(self._line is not None and self._say(pickle.dumps(parcel, protocol=5)))

    def result(self) -> Sorted | None:
        """Return the oldest parcel's result, waiting for it; None when it has none."""
        given = self._given.popleft()
        if not given or self._line is None:
            return None
        try:
            if self._line.poll(_PATIENCE_SECONDS):
                found: Sorted | None = pickle.loads(self._line.recv_bytes())  # noqa: S301 - our own process
                return found
        except (EOFError, OSError):
            pass
        self._lost()
        return None

    def abandon(self) -> None:
        """Take the results that nobody waits for any more."""
        while self._given:
            self.result()

    def _start(self) -> None:
        self._started = time.monotonic()
        mine, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this very module
                [sys.executable, "-m", "tocsin.river.ahead", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
            )
        self._line = Connection(mine.detach())
        self._say(self._choosing)

    def _say(self, said: bytes) -> bool:
        assert self._line is not None
        try:
            self._line.send_bytes(said)
        except OSError:
            self._lost()
            return False
        return True

    def _lost(self) -> None:
        self.close()
        log.warning("The process that reads ahead has ended; the river reads by itself for a while")

    def close(self) -> None:
        """Let the process end."""
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_LAST_SECONDS)
            self._process.kill()
            self._process.wait()
            self._process = None


def work(line: Connection) -> None:
    """Answer parcels until the river's end is closed."""
    from tocsin.stream.understand.reader import default_reader  # noqa: PLC0415 - its weights, in here only

    heard: SimpleQueue[Choosing | Parcel | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(line, heard), daemon=True).start()
    reader = default_reader()
    stages = Stages(reader, Choosing())
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    while (said := heard.get()) is not None:
        if isinstance(said, Choosing):
            stages = Stages(reader, said)
        else:
            line.send_bytes(pickle.dumps(_sorted(stages, said), protocol=5))


def _sorted(stages: Stages, parcel: Parcel) -> Sorted | None:
    try:
        return stages.sort(parcel)
    except Exception:
        # the river tries again post by post, and keeps aside what no code can take
        log.exception("A batch could not be read ahead")
        return None


def _listen(line: Connection, heard: "SimpleQueue[Choosing | Parcel | None]") -> None:
    # a thread of its own, so that the river never waits to hand over the next parcel
    try:
        while True:
            heard.put(pickle.loads(line.recv_bytes()))  # noqa: S301 - the river's own words
    except (EOFError, OSError):
        heard.put(None)


def main() -> None:
    """Be the process; the one argument is the number of the open socket."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # it ends when the river does
    keep_small(_LARGE_BYTES)
    line = Connection(int(sys.argv[1]))
    with suppress(BrokenPipeError, ConnectionResetError):
        work(line)
    os._exit(0)


if __name__ == "__main__":
    main()
